"""Questions for the faithfulness bench: answerable, unanswerable, and with a presumption that a page contradicts.

A file holds one JSON object a line: `id`, `language`, `kind`, `question`; `facts` lists what a right answer says
(one of each group's wordings), `never` what would confirm the presumption, `page` where the answer stands.
`held_out` marks the third that is only looked at once the work is done.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import OperatorError
from assistant.text.language import Language

Kind = Literal["answerable", "unanswerable", "presumption"]


class FaithfulnessCase(BaseModel):
    """One question and what an answer to it must and mustn't say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Language
    kind: Kind
    question: str
    page: str = ""
    facts: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    held_out: bool = False


def read_cases(folder: Path) -> list[FaithfulnessCase]:
    """All cases of a folder's JSONL files.

    Raises:
        OperatorError: there are none, or a line is wrong.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise OperatorError(f"there is no JSONL file in {str(folder)!r}", fix="give a folder like evals/faithfulness")
    cases = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                cases.append(FaithfulnessCase.model_validate_json(line))
            except ValidationError as error:
                raise OperatorError(f"{file}:{number}: {error}", fix="see evals/faithfulness/README.md") from error
    return cases
