"""Questions of which it is known what answers them, from the files of three evaluations."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.faithfulness.cases import read_cases
from assistant.knowledge.evaluate import read_questions
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.text.language import Language
from assistant.tools.results import PassageView

_PAGES = "search_knowledge"


@dataclass(frozen=True)
class Labelled:
    """A question, and how what answers it is known.

    Attributes:
        page: that answers; empty where none does.
        heading: of the section, where it is known.
        facts: what an answer says: of each group one of the wordings.
    """

    question: str
    language: Language
    page: str = ""
    heading: str = ""
    facts: tuple[tuple[str, ...], ...] = ()

    def answered_by(self, passage: PassageView) -> bool | None:
        """Whether a passage answers it; None where that isn't known: another section of the right page may, too."""
        if not self.page:
            return False
        if self.facts:
            said = f"{passage.heading} {passage.text}".replace("**", "").casefold()
            if all(any(words.casefold() in said for words in group) for group in self.facts):
                return True
        elif passage.page == self.page and passage.heading == self.heading:
            return True
        return None if passage.page == self.page else False


def read_labelled(evals: Path, catalogue: Catalogue) -> Iterator[Labelled]:
    """All of them: `retrieval/` and `answering/`, and the requests of `routing/` that no page serves.

    The questions of `faithfulness/` are left out: they measure what is learned here.

    Args:
        evals: the folder of the evaluations.
        catalogue: tells which requests pages serve.

    Raises:
        OperatorError: a file is missing or wrong.
    """
    measured = {case.question for case in read_cases(evals / "faithfulness")}
    for language in LANGUAGES:
        for name in ("pages", "unanswerable"):
            for one in read_questions(evals / "retrieval" / f"{name}_{language}.jsonl"):
                if one.question in measured:
                    continue
                yield Labelled(one.question, one.language, one.page or "", one.heading or "")
    for case in read_cases(evals / "answering"):
        yield Labelled(case.question, case.language, case.page, facts=case.facts)
    for language in LANGUAGES:
        for line in (evals / "routing" / f"dev_{language}.jsonl").read_text(encoding="utf-8").splitlines():
            asked = json.loads(line) if line.strip() else {}
            wanted = asked.get("intents") or []
            if len(wanted) == 1 and wanted[0] in catalogue and catalogue.get(wanted[0]).direct != _PAGES:
                yield Labelled(asked["text"], language)
