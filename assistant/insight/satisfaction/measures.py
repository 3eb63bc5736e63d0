"""Cheap measures of a moment in a conversation: lengths, turns, repetitions, moods and what words show.

No model is asked. The same measures are taken of rated dialogues, which teach, and of the shop's own conversations.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.dialogues import Line, Role
from assistant.routing.reading.mood import mood_of
from assistant.text.language import Language, detect_language

NOT_KNOWN = float("nan")
_MOODS = {"angry": -2.0, "unhappy": -1.0, "neutral": 0.0, "pleased": 1.0}
_TOKEN = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
_CUSTOMER = ("thanks", "goodbye", "agrees", "refuses", "corrects", "wants_person", "doubts")
_SHOP = ("regrets", "fails", "delivers", "checks", "more", "defers", "greets")
_RECENT = 3
NAMES: tuple[str, ...] = (
    "messages", "customer_messages", "in_a_row", "answers_in_a_row", "answer_words", "answer_words_mean",
    "words_last", "words_mean", "words_trend", "answer_questions", "answer_questions_recent", "answer_numbers",
    "answer_repeats", "answer_overlap", "customer_repeats", "question_open", "mood_last", "mood_lowest", "mood_mean",
    *(f"answer_{name}" for name in _SHOP), *(f"answer_{name}_share" for name in ("regrets", "fails", "defers")),
    *(f"{name}_last" for name in _CUSTOMER), *(f"{name}_share" for name in ("corrects", "refuses", "wants_person")),
    "now_words", "now_question", "now_exclaims", "now_mood", "now_repeats", "now_overlap",
    *(f"now_{name}" for name in _CUSTOMER), "whole", "chinese",
)  # fmt: skip
"""Names of the measures, in their order. `answer_`: of what the shop said last; `now_`: of the customer's message at
this very moment; without either: of the customer's messages before."""


@dataclass(frozen=True)
class _Read:
    """What one message shows."""

    role: Role
    words: int
    tokens: frozenset[str]
    question: bool
    exclaims: bool
    numbers: int
    mood: float
    shows: frozenset[str]
    language: Language


def measure(lines: Sequence[Line], now: Line | None) -> NDArray[np.float64]:
    """The measures of a moment, shape (len(NAMES),); what isn't there to be measured is NaN.

    Args:
        lines: everything said before it.
        now: the customer's message at this moment; None where it isn't known, or where the whole is meant.
    """
    return _measured([_read(line.role, line.text) for line in lines], _read(now.role, now.text) if now else None)


def _measured(before: Sequence[_Read], now: _Read | None) -> NDArray[np.float64]:
    asked = [one for one in before if one.role == "customer"]
    answers = [one for one in before if one.role == "shop"]
    block = _tail(before, "shop")
    last = asked[-1] if asked else None
    answer = _joined(block or answers[-1:])
    earlier = answers[: len(answers) - len(block)]
    values: dict[str, float] = dict.fromkeys(NAMES, NOT_KNOWN)
    values |= {
        "messages": len(before),
        "customer_messages": len(asked),
        "in_a_row": len(_tail(before, "customer")) or len(_tail(before[: len(before) - len(block)], "customer")),
        "answers_in_a_row": len(block),
        "whole": float(now is None),
        "chinese": float(any(one.language == "zh" for one in before) or (now is not None and now.language == "zh")),
    }
    if answer is not None:
        values |= {
            "answer_words": answer.words,
            "answer_words_mean": _mean(one.words for one in answers),
            "answer_questions": answer.question,
            "answer_questions_recent": _mean(one.question for one in answers[-_RECENT:]),
            "answer_numbers": answer.numbers,
            "answer_repeats": max((_alike(answer, one) for one in earlier), default=0.0),
            **{f"answer_{name}": name in answer.shows for name in _SHOP},
            **{f"answer_{n}_share": _mean(n in one.shows for one in answers) for n in ("regrets", "fails", "defers")},
        }
    if last is not None:
        values |= {
            "words_last": last.words,
            "words_mean": _mean(one.words for one in asked),
            "words_trend": last.words - _mean(one.words for one in asked),
            "customer_repeats": max((_alike(last, one) for one in asked[:-1]), default=0.0),
            "question_open": float(last.question and answer is not None and _alike(last, answer) < 0.1),
            "answer_overlap": _alike(last, answer) if answer is not None else NOT_KNOWN,
            "mood_last": last.mood,
            "mood_lowest": min(one.mood for one in asked),
            "mood_mean": _mean(one.mood for one in asked),
            **{f"{name}_last": name in last.shows for name in _CUSTOMER},
            **{f"{n}_share": _mean(n in one.shows for one in asked) for n in ("corrects", "refuses", "wants_person")},
        }
    if now is not None:
        values |= {
            "now_words": now.words,
            "now_question": now.question,
            "now_exclaims": now.exclaims,
            "now_mood": now.mood,
            "now_repeats": max((_alike(now, one) for one in asked), default=0.0),
            "now_overlap": _alike(now, answer) if answer is not None else NOT_KNOWN,
            **{f"now_{name}": name in now.shows for name in _CUSTOMER},
        }
    return np.array([float(values[name]) for name in NAMES])


def tokens_of(text: str) -> list[str]:
    """Words in small letters, and single Chinese characters."""
    return _TOKEN.findall(text.casefold().replace("’", "'"))


@lru_cache(maxsize=1 << 15)
def _read(role: Role, text: str) -> _Read:
    language = detect_language(text)
    said = text.replace("’", "'")
    shows = frozenset(name for name, pattern in _patterns()[language].items() if pattern.search(said))
    tokens = tokens_of(text)
    return _Read(
        role, len(tokens), frozenset(tokens), "?" in text or "？" in text or _asks_in_chinese(text),
        "!" in text or "！" in text, len(re.findall(r"\d+", text)), _MOODS[mood_of(text, language).sentiment], shows,
        language,
    )  # fmt: skip


def _asks_in_chinese(text: str) -> bool:
    return re.search(r"[吗呢么]\W*$|怎么|什么|哪|几时|多久|多少", text) is not None


def _joined(block: Sequence[_Read]) -> _Read | None:
    if not block:
        return None
    return _Read(
        "shop", sum(one.words for one in block), frozenset().union(*(one.tokens for one in block)),
        any(one.question for one in block), any(one.exclaims for one in block), sum(one.numbers for one in block),
        min(one.mood for one in block), frozenset().union(*(one.shows for one in block)), block[-1].language,
    )  # fmt: skip


def _tail(lines: Sequence[_Read], role: Role) -> list[_Read]:
    """The last messages in a row of one side."""
    found: list[_Read] = []
    for line in reversed(lines):
        if line.role != role:
            break
        found.append(line)
    return found[::-1]


def _alike(one: _Read, other: _Read) -> float:
    """Jaccard similarity of the words of two messages."""
    union = len(one.tokens | other.tokens)
    return len(one.tokens & other.tokens) / union if union else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else NOT_KNOWN


@lru_cache(maxsize=1)
def _patterns() -> dict[Language, dict[str, re.Pattern[str]]]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("signals.yaml").read_text(encoding="utf-8"))
    return {
        language: {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data[language].items()}
        for language in ("en", "zh")
    }
