"""The kinds of cases, as they stand in `evals/<suite>/<behaviour>.yaml`."""

from typing import Annotated, Literal

from pydantic import Field

from assistant.evaluation.suites.cases.expect import EndState, Expect, Never
from assistant.shop.records import Record
from assistant.text.language import Language


class _Common(Record):
    """What every case has."""

    id: str = Field("", pattern=r"^[A-Za-z0-9_.-]*$", description="Within its file. Default: the language.")
    language: Language = Field("en", description="Of the replies.")
    tags: tuple[str, ...] = Field((), description="To choose by; the file's tags are added.")
    note: str = Field("", description="Why there is this case.")
    suite: str = Field("", exclude=True, description="Filled in: the folder.")
    file: str = Field("", exclude=True, description="Filled in: the file's name.")
    behaviour: str = Field("", description="Filled in from the file.")

    @property
    def name(self) -> str:
        """`suite/file:id`, the same in every run."""
        return f"{self.suite}/{self.file}:{self.id}"


class Turn(Record):
    """One message of the customer's."""

    say: str = Field(description="The message; {reading 2} stands for the second reading that was just offered.")
    wait: int = Field(0, ge=0, description="Minutes that pass before it.")
    new: bool = Field(False, description="Whether it begins a new conversation of the same customer's.")
    expect: Expect = Expect()


class _Held(_Common):
    """A case in which a conversation is held."""

    customer: str = Field("", description="E-mail of a customer of the sample shop; none: a stranger.")
    gift_card: float | None = Field(None, description="Balance that their gift card gets before.")
    end: EndState = EndState()


class DecisionCase(_Common):
    """A message and how the router must read it."""

    kind: Literal["decision"] = "decision"
    say: str
    after: str = Field("", description="The intent that was served before.")
    after_words: str = Field("", description="The words that asked for it.")
    expect: Expect = Expect()


class AnswerCase(_Held):
    """One question and what must be answered."""

    kind: Literal["answer"] = "answer"
    say: str
    expect: Expect = Expect()


class DialogueCase(_Held):
    """Several messages, each with what must come of it."""

    kind: Literal["dialogue"] = "dialogue"
    turns: tuple[Turn, ...] = Field(min_length=1)


class SimulatedCase(_Held):
    """A customer with a goal, played by a script: they answer what they are asked from what they know."""

    kind: Literal["simulated"] = "simulated"
    opening: str = Field(description="The first message.")
    goal: str = Field(description="What the customer wants, in one sentence.")
    knows: dict[str, str] = Field(
        {}, description="Answers by words (a regular expression) of the assistant's question, in this order of trying."
    )
    otherwise: str = Field("I don't know.", description="The answer to every other question.")
    wont_say: tuple[str, ...] = Field((), description="Words that the customer must not say: a check of the simulator.")
    confirms: bool = Field(True, description="Whether the customer says yes to the proposal.")
    max_turns: int = Field(8, ge=1, le=30)
    expect: Expect = Field(Expect(does=None), description="Of the last reply.")


class Injection(Record):
    """Words of an attacker's, put where the assistant will read them."""

    where: Literal["message", "order_note", "product_text", "page", "memory", "address"]
    text: str


class AttackCase(_Held):
    """An attack: what must not happen whatever models say, and what the customer must still get."""

    kind: Literal["attack"] = "attack"
    family: str = Field(description="Of attacks, such as indirect_injection.")
    inject: tuple[Injection, ...] = ()
    turns: tuple[Turn, ...] = Field(min_length=1, description="Their `expect` is the utility.")
    never: Never = Never()


class CopilotCase(_Common):
    """What customers said before and after a person took over, and what the copilot must make of it."""

    kind: Literal["copilot"] = "copilot"
    customer: str = Field("", description="E-mail of a customer of the sample shop; none: a stranger.")
    say: tuple[str, ...] = Field(min_length=1, description="Messages that the assistant answers.")
    then: tuple[str, ...] = Field((), description="Messages after a person has taken over.")
    step: tuple[str, ...] = Field(min_length=1, description="Keys of the next step, of which one must be proposed.")
    facts: tuple[str, ...] = Field((), description="Words that must stand among the verified facts.")
    claims: tuple[str, ...] = Field((), description="Words that must not stand there, though customers may say them.")
    draft: tuple[str, ...] = Field((), description="Words that the draft must hold.")
    lacks: tuple[str, ...] = Field((), alias="not", description="Words that the draft must not hold.")


Case = Annotated[
    DecisionCase | AnswerCase | DialogueCase | SimulatedCase | AttackCase | CopilotCase,
    Field(discriminator="kind"),
]
Held = AnswerCase | DialogueCase | SimulatedCase | AttackCase


class CaseFile(Record):
    """One file: a behaviour, as a sentence about the customer, and its cases."""

    behaviour: str = Field(description="What the customer does or wants, as a sentence.")
    kind: Literal["decision", "answer", "dialogue", "simulated", "attack", "copilot"] | None = Field(
        None, description="Of the cases that don't tell."
    )
    tags: tuple[str, ...] = ()
    cases: tuple[Case, ...] = Field(min_length=1)


def case_schema() -> dict[str, object]:
    """The JSON schema of a file of cases, for editors."""
    schema = CaseFile.model_json_schema()
    for name, form in schema["$defs"].items():
        if name.endswith("Case"):
            for filled in ("suite", "file", "behaviour"):
                form["properties"].pop(filled, None)
    # `kind` may stand once for the whole file, so a case without one is read as the file says
    schema["properties"]["cases"]["items"] = {"anyOf": schema["properties"]["cases"]["items"]["oneOf"]}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "A file of cases of the shop assistant"
    return schema
