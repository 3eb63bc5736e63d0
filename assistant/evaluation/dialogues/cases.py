"""Dialogues as data: what the customer says, and what must come of it. See `evals/dialogues/README.md`."""

from pathlib import Path

from pydantic import Field, ValidationError

from assistant.errors import OperatorError
from assistant.shop.records import Record
from assistant.text.language import Language


class Says(Record):
    """One message of the customer's and what the reply must be like; what is left out may be anything.

    Attributes:
        say: the message; `{reading 2}` stands for the second reading that was just offered.
        hears: words that the reply must hold; `any`: it must hold one of them; `lacks`: none of these.
        intents: the requests that the message is read as, in order.
        clarifies: whether the reply asks which of two or three readings is meant.
        takes: which of the readings just offered the message must be read as, counted from 1.
        proposes: kind of the proposal that the reply shows; False for none.
        does: whether the message changes the shop; in all other turns nothing may change.
        handoff: whether a person takes over.
        brief: words that the handoff's brief must hold.
        language: of the reply, where it isn't the dialogue's.
        wait: minutes that pass before the message.
    """

    say: str
    hears: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    lacks: tuple[str, ...] = Field((), alias="not")
    intents: tuple[str, ...] | None = None
    clarifies: bool | None = None
    takes: int | None = None
    proposes: str | bool | None = None
    does: bool = False
    handoff: bool = False
    brief: tuple[str, ...] = ()
    language: Language | None = None
    wait: int = 0


class Dialogue(Record):
    """A whole conversation.

    Attributes:
        name: what happens, as a sentence about the customer.
        file: where it stands.
        language: of the replies.
        customer: e-mail of a demo customer; empty for a stranger.
        gift_card: balance that their gift card gets before.
        turns: what is said.
        after: states of orders at the end; every other order of the customer's must be as it was.
    """

    name: str
    file: str
    language: Language
    customer: str = ""
    gift_card: float | None = None
    turns: tuple[Says, ...] = Field(min_length=1)
    after: dict[str, str] = {}

    @property
    def title(self) -> str:
        """File and name."""
        return f"{self.file}: {self.name}"


def read_dialogues(folder: Path) -> tuple[Dialogue, ...]:
    """All dialogues of a folder, file by file; a file's name ends in the language of its replies (`_en`, `_zh`).

    Raises:
        OperatorError: there are none, or one can't be read.
    """
    import yaml

    found: list[Dialogue] = []
    for path in sorted(folder.glob("*.yaml")):
        language = path.stem.rpartition("_")[2]
        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
            found += [Dialogue.model_validate({"language": language, **entry, "file": path.stem}) for entry in entries]
        except (yaml.YAMLError, ValidationError, TypeError) as error:
            raise OperatorError(f"{path} can't be read: {error}", fix=f"correct {path}") from error
    if not found:
        raise OperatorError(
            f"there are no dialogues in {folder}", fix="give a folder with files such as answers_en.yaml"
        )
    return tuple(found)
