"""A model as a judge of replies: its verdict under a grammar, with a reason, and how far it can be trusted.

What rules can tell should be told by rules. A judge says yes or no to one statement about one reply; the reason comes
first, so that the verdict follows from it. `agreement` holds it against people's labels, which tells a weak judge.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, Field, ValidationError

from assistant.evaluation.suites.cases.expect import Expect
from assistant.evaluation.suites.cases.forms import AnswerCase, Case, CopilotCase, DecisionCase, SimulatedCase
from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.evaluation.suites.running.seen import Seen, Verdict
from assistant.shop.records import Record
from assistant.text.prompts import PromptLibrary, hash_of

_PROMPT = "judge/verdict"


class _Ruling(BaseModel):
    """Whether the statement about the reply is true."""

    reason: str = Field(description="One short sentence.", max_length=300)
    holds: bool = Field(description="Whether the statement is true.")


class Judge:
    """Judges replies.

    Args:
        model: any chat model that gives structured output; a ladder will do.
        prompts: with `judge/verdict`.
    """

    def __init__(self, model: BaseChatModel, prompts: PromptLibrary) -> None:
        self._model = model
        self._prompts = prompts
        self.prompt_hash = hash_of({_PROMPT: prompts.folder / f"{_PROMPT}.md"})

    def __call__(self, case: Case, seen: Seen) -> Seen:
        """The case as it was seen, with a verdict on each statement that it makes about its replies."""
        wanted = _expectations(case, seen)
        turns = tuple(
            turn.model_copy(update={"verdicts": tuple(self.judge(s, turn.say, turn.text) for s in expect.judge)})
            if expect and expect.judge
            else turn
            for turn, expect in zip(seen.turns, wanted, strict=True)
        )
        return seen.model_copy(update={"turns": turns})

    def judge(self, statement: str, say: str, reply: str) -> Verdict:
        """Whether a statement about a reply is true.

        Raises:
            ModelUnavailable: no model answered.
        """
        asked = self._prompts.render(_PROMPT, statement=statement, say=say, reply=reply)
        ruling = self._model.with_structured_output(_Ruling).invoke([HumanMessage(asked)])
        told = ruling if isinstance(ruling, _Ruling) else _Ruling.model_validate(ruling)
        return Verdict(statement=statement, holds=told.holds, reason=told.reason, prompt=self.prompt_hash)


class Labelled(Record):
    """A statement about a reply, and what a person says of it."""

    statement: str
    say: str
    reply: str
    holds: bool


class Agreement(Record):
    """How far a judge agrees with people.

    Attributes:
        kappa: agreement beyond chance (Cohen 1960), at most 1; 0 is chance.
        wrong_yes: false statements that it called true; `wrong_no`: true ones that it called false.
        prompt: hash of what it was asked with.
    """

    items: int
    agreed: int
    kappa: float
    wrong_yes: tuple[str, ...]
    wrong_no: tuple[str, ...]
    prompt: str

    @property
    def share(self) -> float:
        """Share of the labels that it agrees with."""
        return self.agreed / self.items


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """The labelled set of a JSONL file.

    Raises:
        CaseError: a line can't be read; names it.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Labelled.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            raise CaseError(f"{path}:{number}: {error}", fix=f"correct {path}") from error
    if not found:
        raise CaseError(f"{path} is empty", fix="label some replies")
    return tuple(found)


def agreement(judge: Judge, labelled: Sequence[Labelled]) -> Agreement:
    """Ask the judge about every item."""
    said = [judge.judge(item.statement, item.say, item.reply).holds for item in labelled]
    truth = [item.holds for item in labelled]
    agreed = sum(a == b for a, b in zip(said, truth, strict=True))
    count = len(labelled)
    yes_said, yes_true = sum(said) / count, sum(truth) / count
    chance = yes_said * yes_true + (1 - yes_said) * (1 - yes_true)
    return Agreement(
        items=count,
        agreed=agreed,
        kappa=0.0 if chance == 1 else (agreed / count - chance) / (1 - chance),
        wrong_yes=tuple(i.statement for i, s in zip(labelled, said, strict=True) if s and not i.holds),
        wrong_no=tuple(i.statement for i, s in zip(labelled, said, strict=True) if not s and i.holds),
        prompt=judge.prompt_hash,
    )


def _expectations(case: Case, seen: Seen) -> list[Expect | None]:
    """What is expected of each turn that was seen; of a simulated conversation, of its last one."""
    if isinstance(case, DecisionCase | AnswerCase):
        return [case.expect]
    if isinstance(case, CopilotCase):
        return [None] * len(seen.turns)
    if isinstance(case, SimulatedCase):
        return [*[None] * (len(seen.turns) - 1), case.expect]
    return [turn.expect for turn in case.turns]
