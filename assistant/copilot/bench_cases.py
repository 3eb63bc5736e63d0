"""Situations at the desk as data: what was said, and what must come of it. See `evals/copilot/README.md`."""

from pathlib import Path

from pydantic import Field, ValidationError

from assistant.errors import OperatorError
from assistant.shop.records import Record
from assistant.text.language import Language


class DeskCase(Record):
    """One situation.

    Attributes:
        name: what happens, as a sentence about the customer.
        file: where it stands.
        language: of the customer; agent and brief use it too.
        customer: e-mail of a demo customer; empty for a stranger.
        say: messages that the assistant answers.
        then: messages that are written after a person has taken over.
        step: the right next step; several where more than one is right.
        facts: words that verified facts must hold.
        claims: words that must not stand among verified facts, though the customer may have said them.
        draft: words that the draft must hold; `lacks`: words that it must not.
    """

    name: str
    file: str
    language: Language
    customer: str = ""
    say: tuple[str, ...] = Field(min_length=1)
    then: tuple[str, ...] = ()
    step: tuple[str, ...] = Field(min_length=1)
    facts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    lacks: tuple[str, ...] = Field((), alias="not")


def read_desk_cases(folder: Path) -> tuple[DeskCase, ...]:
    """All situations of a folder; a file's name ends in the language of its customers (`_en`, `_zh`).

    Raises:
        OperatorError: there are none, or one can't be read.
    """
    import yaml

    found: list[DeskCase] = []
    for path in sorted(folder.glob("*.yaml")):
        language = path.stem.rpartition("_")[2]
        try:
            for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
                step = entry.get("step", ())
                steps = [step] if isinstance(step, str) else step
                found.append(DeskCase.model_validate({"language": language, **entry, "step": steps, "file": path.stem}))
        except (yaml.YAMLError, ValidationError, AttributeError) as error:
            raise OperatorError(f"{path} can't be read: {error}", fix=f"correct {path}") from error
    if not found:
        raise OperatorError(
            f"there are no situations in {folder}", fix="give a folder with files such as orders_en.yaml"
        )
    return tuple(found)
