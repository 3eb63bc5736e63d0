"""Evidence recall on LoCoMo (Maharana et al. 2024, "Evaluating Very Long-Term Conversational Memory of LLM Agents").

The public file is a list of samples: a `conversation` in dated sessions whose turns have ids (`D1:3`), and `qa` with
the ids of the turns that each answer rests on. Every turn becomes a memory with its speaker and day; a question
recalls turns by the likeness that episodes are recalled by. Recency isn't weighed: questions are asked long after.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import OperatorError
from assistant.storage.vectors import VectorStore

KINDS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
_DIA_ID = re.compile(r"D\d+:\d+")
_SESSION = re.compile(r"session_(\d+)")
_ALL = "all"


@dataclass
class LocomoFigures:
    """Evidence recall by kind of question, in percent, at 5 and at 10 turns.

    Attributes:
        samples: conversations.
        turns: memories in all of them.
        questions: with evidence, by kind.
        at_5: mean share of a question's evidence among the five best turns, by kind.
        at_10: the same among ten.
        without_evidence: questions that name no turn, and are left out.
    """

    samples: int = 0
    turns: int = 0
    questions: dict[str, int] = field(default_factory=dict)
    at_5: dict[str, float] = field(default_factory=dict)
    at_10: dict[str, float] = field(default_factory=dict)
    without_evidence: int = 0


def measure(path: Path, vectors: VectorStore, progress: Callable[[str, int, int], None]) -> LocomoFigures:
    """Evidence recall over all samples of a LoCoMo file.

    Raises:
        OperatorError: the file can't be read, or isn't of that form.
    """
    figures = LocomoFigures()
    shares: dict[str, list[tuple[float, float]]] = defaultdict(list)
    samples = _read(path)
    for number, sample in enumerate(samples, start=1):
        try:
            turns = _turns(sample["conversation"])
            asked = [(str(qa["question"]), _evidence(qa), KINDS.get(qa["category"], "other")) for qa in sample["qa"]]
        except (KeyError, TypeError, AttributeError) as error:
            raise OperatorError(
                f"sample {number} of {path} is not of LoCoMo's form ({error!r})", fix="pass locomo10.json as published"
            ) from error
        ids = list(turns)
        matrix = vectors.embed_documents(list(turns.values()), partial(progress, f"turns of sample {number}"))
        for question, evidence, kind in asked:
            wanted = evidence & set(ids)
            if not wanted:
                figures.without_evidence += 1
                continue
            order = np.argsort(-(matrix @ vectors.embed_query(question)), kind="stable")[:10]
            best = [ids[at] for at in order]
            share = len(wanted & set(best[:5])) / len(wanted), len(wanted & set(best)) / len(wanted)
            shares[kind].append(share)
            shares[_ALL].append(share)
        figures.samples, figures.turns = figures.samples + 1, figures.turns + len(turns)
    for kind, found in shares.items():
        figures.questions[kind] = len(found)
        at_5, at_10 = 100 * np.mean(found, axis=0)
        figures.at_5[kind], figures.at_10[kind] = round(float(at_5), 1), round(float(at_10), 1)
    return figures


def table(figures: LocomoFigures) -> str:
    """The figures as a table."""
    lines = [
        f"{figures.samples} conversations, {figures.turns} turns; evidence recall, questions without evidence left out "
        f"({figures.without_evidence})",
        f"{'question type':16} {'questions':>9} {'recall@5':>9} {'recall@10':>10}",
    ]
    for kind in (*KINDS.values(), "other", _ALL):
        if kind in figures.questions:
            recall = f"{figures.at_5[kind]:8.1f}% {figures.at_10[kind]:9.1f}%"
            lines.append(f"{kind:16} {figures.questions[kind]:9} {recall}")
    return "\n".join(lines)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        samples = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OperatorError(f"{path} can't be read as JSON: {error}", fix="pass locomo10.json as published") from error
    if not isinstance(samples, list):
        raise OperatorError(f"{path} is no list of samples", fix="pass locomo10.json as published")
    return samples


def _turns(conversation: dict[str, Any]) -> dict[str, str]:
    """The text of each turn with its speaker, what a picture in it shows, and the session's day, by id."""
    turns: dict[str, str] = {}
    for name, session in conversation.items():
        if not _SESSION.fullmatch(name) or not isinstance(session, list):
            continue
        day = str(conversation.get(f"{name}_date_time", ""))
        for turn in session:
            picture = f" (shares {turn['blip_caption']})" if turn.get("blip_caption") else ""
            turns[str(turn["dia_id"])] = f"{turn['speaker']}: {turn['text']}{picture} ({day})"
    return turns


def _evidence(qa: dict[str, Any]) -> set[str]:
    """Ids of the turns; some lie together in one string in the published file."""
    return {dia_id for words in qa.get("evidence") or () for dia_id in _DIA_ID.findall(str(words))}
