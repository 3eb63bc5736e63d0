"""What agents can do: READ tools look things up, WRITE tools only propose.

A tool is a plain function `(context, *, arguments) -> record` with a docstring for the model. The context
comes from the runtime and is absent from the schema that the model sees.
"""
