"""`with_structured_output` for a model whose decoding follows a JSON schema."""

from operator import itemgetter
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.output_parsers.openai_tools import JsonOutputKeyToolsParser, PydanticToolsParser
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from langchain_core.utils.pydantic import is_basemodel_subclass

Method = Literal["json_schema", "function_calling", "json_mode"]


def structured(
    model: BaseChatModel, schema: dict[str, Any] | type, *, method: Method, include_raw: bool
) -> Runnable[LanguageModelInput, Any]:
    """A runnable that answers with `schema`.

    Args:
        model: its `_generate` understands `response_format` and tools.
        schema: a pydantic class (version 2 or 1), a TypedDict or a JSON schema.
        method: "json_schema" writes the answer itself under the schema's grammar, "function_calling" lets
            it be the arguments of a tool, "json_mode" allows any JSON object.
        include_raw: give `{"raw": message, "parsed": value or None, "parsing_error": error or None}`.

    Raises:
        ValueError: the method isn't known.
    """
    tracing = {"kwargs": {"method": method}, "schema": schema}
    is_class = isinstance(schema, type) and is_basemodel_subclass(schema)
    parser: BaseOutputParser[Any]
    if method == "function_calling":
        name = convert_to_openai_tool(schema)["function"]["name"]
        bound = model.bind_tools(
            [schema],
            tool_choice=name,
            parallel_tool_calls=False,
            ls_structured_output_format=tracing,
        )
        if is_class:
            parser = PydanticToolsParser(tools=[schema], first_tool_only=True)
        else:
            parser = JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)
    elif method in ("json_schema", "json_mode"):
        response_format: dict[str, Any] = {"type": "json_object"}
        if method == "json_schema":
            response_format = {"type": "json_schema", "json_schema": {"schema": convert_to_json_schema(schema)}}
        bound = model.bind(response_format=response_format, ls_structured_output_format=tracing)
        parser = PydanticOutputParser(pydantic_object=schema) if is_class else JsonOutputParser()
    else:
        raise ValueError(f"method {method!r} isn't known: json_schema, function_calling or json_mode")
    if not include_raw:
        return bound | parser
    parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=bound) | parsed.with_fallbacks([failed], exception_key="parsing_error")
