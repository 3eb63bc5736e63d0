"""Runs the questions of the faithfulness bench, each in a conversation of its own, and sums up the verdicts."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from assistant.conversation.assistant import Assistant
from assistant.conversation.reply import Incoming, Reply
from assistant.evaluation.dialogues.run import NOW, TODAY
from assistant.evaluation.faithfulness.cases import FaithfulnessCase
from assistant.evaluation.faithfulness.judge import Judgement, judge, share
from assistant.knowledge.search import KnowledgeSearch
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.storage.engine import Database


class House(Protocol):
    """What the bench needs of the wiring."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def knowledge(self) -> KnowledgeSearch: ...


class Answered(BaseModel):
    """One question with its reply and the verdict on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: FaithfulnessCase
    text: str
    judgement: Judgement
    intents: tuple[str, ...]
    wordings: tuple[str, ...]
    failed_checks: tuple[str, ...]
    model_calls: int
    milliseconds: float

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        verdict = self.judgement
        wanted = {"answerable": verdict.right, "unanswerable": verdict.declined, "presumption": verdict.corrected}
        return wanted[self.case.kind] and not verdict.unsupported


class FaithfulnessReport(BaseModel):
    """Figures of one run; shares as words, and the answers that are wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: int
    unsupported: dict[str, int]
    declined_unanswerable: dict[str, str]
    declined_outright: dict[str, str]
    right_answerable: dict[str, str]
    corrected_presumptions: dict[str, str]
    confirmed_presumptions: int
    wordings: dict[str, int]
    replies_with_failed_checks: int
    milliseconds_p50: float
    wrong: tuple[Answered, ...]


def fill(house: House) -> None:
    """Put the sample shop and the pages into an empty house."""
    rows = sample_shop(customers=40, orders=200, seed=7, today=TODAY, currency="USD")
    load_shop(house.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
    house.knowledge.sync(house.settings.knowledge_dir)


def run(
    house: House, cases: Sequence[FaithfulnessCase], progress: Callable[[int], None] | None = None
) -> Iterator[Answered]:
    """Ask every question as a visitor."""
    for number, case in enumerate(cases, start=1):
        reply = house.assistant.ask(Incoming(text=case.question, language=case.language))
        yield _answered(case, reply, house.settings)
        if progress:
            progress(number)


def report(answers: Sequence[Answered]) -> FaithfulnessReport:
    """Sum up, with the shares of both languages and of the questions that were held out."""
    kinds = Counter(words.split(":")[0] for answer in answers for words in answer.judgement.unsupported)
    times = sorted(answer.milliseconds for answer in answers)
    return FaithfulnessReport(
        questions=len(answers),
        unsupported={kind: kinds.get(kind, 0) for kind in ("number", "unit", "id", "promise")},
        declined_unanswerable=_shares(answers, "unanswerable", lambda verdict: verdict.declined),
        declined_outright=_shares(answers, "unanswerable", lambda verdict: verdict.declined and not verdict.hedged),
        right_answerable=_shares(answers, "answerable", lambda verdict: verdict.right),
        corrected_presumptions=_shares(answers, "presumption", lambda verdict: verdict.corrected),
        confirmed_presumptions=sum(answer.judgement.confirmed for answer in answers),
        wordings=dict(Counter(wording for answer in answers for wording in answer.wordings).most_common()),
        replies_with_failed_checks=sum(bool(answer.failed_checks) for answer in answers),
        milliseconds_p50=round(times[len(times) // 2], 1) if times else 0.0,
        wrong=tuple(answer for answer in answers if not answer.good),
    )


def _own_words(settings: Settings) -> list[str]:
    """The shop's own reply texts that hold no number: what they promise ("I will send a code"), code keeps."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(settings.prompts_dir.glob("replies/*/**/*.md")))
    bodies = (re.sub(r"\{%.*?%\}", " ", text.split("---\n", 2)[-1]) for text in texts)
    return [body for body in bodies if not re.search(r"\d", body)]


def _answered(case: FaithfulnessCase, reply: Reply, settings: Settings) -> Answered:
    return Answered(
        case=case,
        text=reply.text,
        judgement=judge(case, reply, allowed=(settings.support_email, settings.shop_name, *_own_words(settings))),
        intents=tuple(intent.intent for intent in reply.decision.intents) or (reply.decision.outcome,),
        wordings=reply.wordings,
        failed_checks=reply.failed_checks,
        model_calls=reply.model_calls,
        milliseconds=reply.timings_ms.get("total", 0.0),
    )


def _shares(answers: Sequence[Answered], kind: str, of: Callable[[Judgement], bool]) -> dict[str, str]:
    asked = [answer for answer in answers if answer.case.kind == kind]
    parts: dict[str, Callable[[FaithfulnessCase], bool]] = {
        "all": lambda case: True,  # noqa: ARG005
        "en": lambda case: case.language == "en",
        "zh": lambda case: case.language == "zh",
        "held out": lambda case: case.held_out,
    }
    return {
        name: share(of(answer.judgement) for answer in asked if belongs(answer.case)) for name, belongs in parts.items()
    }
