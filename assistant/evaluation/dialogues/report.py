"""The figures of a run of dialogues."""

import statistics
from collections.abc import Iterable, Sequence

from assistant.evaluation.dialogues.run import TurnVerdict, Verdict
from assistant.shop.records import Record

_BANDS = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 9), (10, 14), (15, 99))
"""Turn numbers that are counted together."""


class Share(Record):
    """How many of how many are right."""

    name: str
    right: int
    of: int

    @property
    def percent(self) -> float:
        """The share, in percent."""
        return 100.0 * self.right / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.right} of {self.of} ({self.percent:.1f} %)"


class DialogueReport(Record):
    """What a run of dialogues came to.

    Attributes:
        dialogues: those in which everything is right.
        languages: the same by language; `files`: by file.
        by_turn: right turns by their number in the conversation.
        router_asked: share of turns in which the router asked a language model, in percent.
        model_asked: share of turns in which anything did.
        ms_p50: milliseconds of a turn, and the 95th percentile.
        failing: dialogues that are not right, told turn by turn.
    """

    dialogues: Share
    languages: tuple[Share, ...]
    files: tuple[Share, ...]
    turns: Share
    by_turn: tuple[Share, ...]
    router_asked: float
    model_asked: float
    ms_p50: float
    ms_p95: float
    failing: tuple[str, ...]


def report(verdicts: Sequence[Verdict]) -> DialogueReport:
    """The figures of all dialogues that were run."""
    turns = [turn for verdict in verdicts for turn in verdict.turns]
    times = sorted(turn.milliseconds for turn in turns)
    return DialogueReport(
        dialogues=_passed("all", verdicts),
        languages=tuple(_passed(lang, (v for v in verdicts if v.language == lang)) for lang in ("en", "zh")),
        files=tuple(_passed(file, (v for v in verdicts if v.file == file)) for file in _files(verdicts)),
        turns=_right("all", turns),
        by_turn=tuple(
            _right(str(first) if first == last else f"{first}-{last}" if last < 99 else f"{first}+", band)
            for first, last in _BANDS
            if (band := [turn for turn in turns if first <= turn.number <= last])
        ),
        router_asked=_percent(sum(turn.router_calls > 0 for turn in turns), len(turns)),
        model_asked=_percent(sum(turn.model_calls > 0 for turn in turns), len(turns)),
        ms_p50=round(statistics.median(times), 1) if times else 0.0,
        ms_p95=round(times[min(len(times) - 1, round(0.95 * (len(times) - 1)))], 1) if times else 0.0,
        failing=tuple(str(verdict) for verdict in verdicts if not verdict.passed),
    )


def _files(verdicts: Iterable[Verdict]) -> list[str]:
    return list(dict.fromkeys(verdict.file for verdict in verdicts))


def _passed(name: str, verdicts: Iterable[Verdict]) -> Share:
    found = [verdict.passed for verdict in verdicts]
    return Share(name=name, right=sum(found), of=len(found))


def _right(name: str, turns: Iterable[TurnVerdict]) -> Share:
    found = [not turn.problems for turn in turns]
    return Share(name=name, right=sum(found), of=len(found))


def _percent(part: int, whole: int) -> float:
    return round(100.0 * part / whole, 1) if whole else 0.0
