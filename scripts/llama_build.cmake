# llama-cpp-python needs llama.cpp's library only; what its programs share takes most of the compile time.
set(LLAMA_BUILD_COMMON OFF)
