"""Cases that stand in other forms: dialogues, situations at the desk (`evals/copilot`), labelled messages."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from assistant.evaluation.dialogues.cases import Dialogue, Says
from assistant.evaluation.suites.cases.expect import EndState, Expect
from assistant.evaluation.suites.cases.forms import CopilotCase, DecisionCase, DialogueCase, Turn
from assistant.evaluation.suites.cases.yaml_lines import CaseError, Lines, complaints
from assistant.text.language import dominant_language


def dialogues(path: Path, data: list[object], lines: Lines, suite: str) -> Iterator[DialogueCase]:
    """The dialogues of a file whose name ends in the language of its replies."""
    language = path.stem.rpartition("_")[2]
    for index, entry in enumerate(data):
        if not isinstance(entry, dict):
            raise CaseError(f"{path}:{lines.get((index,), 1)}: is no dialogue", fix=f"correct {path}")
        try:
            dialogue = Dialogue.model_validate({"language": language, **entry, "file": path.stem})
        except ValidationError as error:
            shifted = {place[1:]: line for place, line in lines.items() if place and place[0] == index}
            raise complaints(path, shifted, error) from error
        yield DialogueCase(
            id=hashlib.sha256(dialogue.name.encode()).hexdigest()[:8],
            behaviour=dialogue.name,
            language=dialogue.language,
            tags=(path.stem.rpartition("_")[0],),
            suite=suite,
            file=path.stem,
            customer=dialogue.customer,
            gift_card=dialogue.gift_card,
            turns=tuple(Turn(say=says.say, wait=says.wait, expect=_expect(says)) for says in dialogue.turns),
            end=EndState(orders=dialogue.after),
        )


def situations(path: Path, data: list[object], lines: Lines, suite: str) -> Iterator[CopilotCase]:
    """The situations at the desk of a file whose name ends in the language of its customers."""
    language = path.stem.rpartition("_")[2]
    for index, entry in enumerate(data):
        if not isinstance(entry, dict):
            raise CaseError(f"{path}:{lines.get((index,), 1)}: is no situation", fix=f"correct {path}")
        fields = dict(entry)
        name, step = str(fields.pop("name", "")), fields.pop("step", ())
        own = {
            "id": hashlib.sha256(name.encode()).hexdigest()[:8],
            "behaviour": name,
            "step": [step] if isinstance(step, str) else step,
            "tags": [path.stem.rpartition("_")[0]],
        }
        try:
            case = CopilotCase.model_validate({"language": language, **fields, **own})
        except ValidationError as error:
            shifted = {place[1:]: line for place, line in lines.items() if place and place[0] == index}
            raise complaints(path, shifted, error) from error
        yield case.model_copy(update={"suite": suite, "file": path.stem})


def messages(path: Path, suite: str) -> Iterator[DecisionCase]:
    """The labelled messages of a JSONL file, each under a hash of its text and what came before it."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            rows.append((row["text"], tuple(row["intents"]), row.get("last_intent", ""), tuple(row.get("tags", ()))))
        except (ValueError, KeyError, TypeError) as error:
            raise CaseError(f"{path}:{number}: can't be read: {error}", fix=f"correct {path}") from error
    language = dominant_language(text for text, *_ in rows)
    for text, intents, last, tags in rows:
        yield DecisionCase(
            id=hashlib.sha256(f"{last}|{text}".encode()).hexdigest()[:10],
            behaviour=f"customer writes {text!r}",
            language=language,
            tags=(*tags, path.stem.partition("_")[0]),
            suite=suite,
            file=path.stem,
            say=text,
            after=last,
            expect=Expect(intents=intents),
        )


def _expect(says: Says) -> Expect:
    return Expect(
        says=says.hears,
        says_any=says.any,
        says_not=says.lacks,
        intents=says.intents,
        clarifies=says.clarifies,
        takes=says.takes,
        proposes=says.proposes,
        does=says.does,
        handoff=says.handoff,
        brief=says.brief,
        language=says.language,
    )
