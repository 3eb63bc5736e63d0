"""Language models and embeddings: local and hosted, the store of model files, the ladder between them.

`llama_cpp.py` is the local chat model. Below it, each file knows one thing: `llama_engine` evaluates tokens
and keeps what it evaluated (`llama_states`), `llama_format` writes conversations as prompts, `llama_gbnf`
turns JSON schemas into grammars, `llama_sampling` and `llama_decoding` write tokens, `llama_scoring` weighs
choices, `llama_answer` makes answers and tool calls of all that, `llama_worker` and `llama_runtime` let many
callers share one model.
"""
