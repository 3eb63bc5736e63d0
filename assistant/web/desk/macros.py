"""Macros: texts that agents send often, with variables; one whose variables aren't known is not offered."""

from dataclasses import dataclass

from jinja2 import Environment, StrictUndefined, TemplateError, UndefinedError

from assistant.errors import OperatorError
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary


@dataclass(frozen=True)
class Macro:
    """A text ready to be sent; `missing` says why it can't be (then `text` is empty)."""

    key: str
    title: str
    text: str
    missing: str = ""


def macros(
    prompts: PromptLibrary, language: Language, agent_language: Language, values: dict[str, str]
) -> tuple[Macro, ...]:
    """The macros of `prompts/copilot/macros.yaml`, filled in.

    Args:
        prompts: the prompt files.
        language: of the customer; the text is in it.
        agent_language: the title is in it.
        values: what is known; an empty value is not known.

    Raises:
        OperatorError: a macro is not valid.
    """
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    known = {name: value for name, value in values.items() if value}
    found = []
    for key, entry in prompts.data("copilot/macros.yaml").items():
        try:
            text, missing = environment.from_string(entry["text"][language]).render(known).strip(), ""
        except UndefinedError as error:
            text, missing = "", str(error.message).split("'")[1]
        except (TemplateError, KeyError, TypeError) as error:
            raise OperatorError(
                f"the macro {key!r} is not valid: {error}", fix="correct prompts/copilot/macros.yaml"
            ) from error
        found.append(Macro(key, str(entry["title"][agent_language]), text, missing))
    return tuple(found)
