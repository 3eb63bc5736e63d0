"""Local GGUF models in process; `chat_model.py` is the chat model that LangChain sees.

Below it, each file knows one thing: `engine` evaluates tokens and keeps what it evaluated (`states`), `format`
writes conversations as prompts, `gbnf` turns JSON schemas into grammars, `sampling` and `decoding` write tokens,
`scoring` weighs choices, `answer` makes answers and tool calls of all that, `worker` and `runtime` let many
callers share one model.
"""
