"""The router with the prior from behaviour against without, on a seeded simulation.

The generator: messages are those of an exam, each with one intent. Half are vague: of their words only a third or so
is left, at least one, at random. The real router's readings of these words are the evidence of the text. Before
writing, a simulated customer did one to three things: with probability `informative` the last of them is typical for
the intent (see `acts.yaml`; the likelier of the two three times in four), else it is anybody's; the others are
anybody's. Intents without typical acts do anything. The prior is learned on 4,000 messages drawn from two thirds of
them, each with acts of its own, and foretells the last third, whose behaviour is

- `helpful`: as it was learned;
- `noise`: anybody's, always;
- `misleading`: typical for another intent, and the same for each message of an intent;
- `turning`: helpful in the first half, misleading in the second.

A night comes after every fiftieth message: what was wanted becomes known, and trust follows (see `prior.py`). `learned
on noise` learns from acts that mean nothing.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from assistant.insight.behaviour.prior import BehaviourPrior, Wanted
from assistant.routing.fusion.prior import SURE, leaned

Reader = Callable[[Sequence[str]], list[tuple[tuple[str, float], ...]]]
World = Literal["helpful", "noise", "misleading", "turning", "learned on noise"]
WORLDS: tuple[World, ...] = ("helpful", "noise", "misleading", "turning", "learned on noise")
_ACTS_FILE = Path(__file__).with_name("acts.yaml")
_LEARNED = 2 / 3
_KEPT_WORDS = 0.35
_PAST = 4_000
_A_DAY = 50


@dataclass(frozen=True)
class Message:
    """A message, its intent, and whether words were taken from it."""

    text: str
    intent: str
    vague: bool


@dataclass(frozen=True)
class Compared:
    """Share of messages whose likeliest intent is the wanted one, without the prior and with it."""

    messages: int
    without: float
    with_prior: float


@dataclass(frozen=True)
class WorldFigures:
    """What the prior did in one world, over all seeds.

    Args:
        open: messages whose words leave it open what is meant (best intent below `fusion.prior.SURE`), where behaviour
            counts; `vague`: messages with few words; `whole`: the others.
        weight: of the prior as it was learned, and `trust` at the end, means over the seeds.
        lost: the largest loss on all messages in one seed, as a share of them; 0 where there was none.
    """

    world: str
    open: Compared
    vague: Compared
    whole: Compared
    weight: float
    trust: float
    lost: float


def messages_of(cases: Sequence[tuple[str, str]], seed: int) -> list[Message]:
    """The simulation's messages, in random order: half whole, half with few words."""
    drawn = random.Random(f"prior-{seed}")
    made = []
    for text, intent in cases:
        made.append(Message(text, intent, vague=False))
        made.append(Message(_few_words(text, drawn), intent, vague=True))
    drawn.shuffle(made)
    return made


def measure(cases: Sequence[tuple[str, str]], read: Reader, seeds: int, informative: float = 0.7) -> list[WorldFigures]:
    """Simulate every world with seeds 0 to `seeds` - 1.

    Args:
        cases: messages with the one intent of each.
        read: the router's probabilities by words alone, best first, for each text.
        informative: how often the last act is typical for what is wanted.
    """
    runs: dict[World, list[_Run]] = {world: [] for world in WORLDS}
    for seed in range(seeds):
        messages = messages_of(cases, seed)
        readings = read([message.text for message in messages])
        for world in WORLDS:
            runs[world].append(_run(messages, readings, world, seed, informative))
    return [_figures(world, found) for world, found in runs.items()]


class _Row(NamedTuple):
    vague: bool
    open: bool
    without: bool
    with_prior: bool


@dataclass(frozen=True)
class _Run:
    rows: tuple[_Row, ...]
    weight: float
    trust: float


def _run(
    messages: Sequence[Message],
    readings: Sequence[tuple[tuple[str, float], ...]],
    world: World,
    seed: int,
    informative: float,
) -> _Run:
    learns = "noise" if world == "learned on noise" else "helpful"
    drawn = random.Random(f"acts-{learns}-{seed}")
    cut = int(len(messages) * _LEARNED)
    past = []
    for _ in range(_PAST):
        at = drawn.randrange(cut)
        intent = messages[at].intent
        past.append(Wanted(_acts(intent, learns, informative, drawn), readings[at], intent))
    prior = BehaviourPrior.learn(past)
    weight, rows, today = prior.weight, list[_Row](), list[Wanted]()
    coming = list(zip(messages[cut:], readings[cut:], strict=True))
    for at, (message, reading) in enumerate(coming):
        now = world if world != "turning" else "helpful" if at < len(coming) / 2 else "misleading"
        now = "noise" if now == "learned on noise" else now
        wanted = Wanted(_acts(message.intent, now, informative, drawn), reading, message.intent)
        likeliest = leaned(reading, prior.lift(wanted.acts))[0][0]
        right, is_open = likeliest == message.intent, reading[0][1] < SURE
        rows.append(_Row(message.vague, is_open, reading[0][0] == message.intent, right))
        today.append(wanted)
        if len(today) == _A_DAY:
            for known in today:
                prior = prior.after_seeing(known)
            today = []
    return _Run(tuple(rows), weight, prior.trust)


def _acts(intent: str, world: str, informative: float, drawn: random.Random) -> tuple[str, ...]:
    typical = _typical()
    anybodys = sorted({act for acts in typical.values() for act in acts})
    acts = [drawn.choice(anybodys) for _ in range(drawn.randint(1, 3))]
    if world == "misleading":
        names = sorted(typical)
        at = names.index(intent) if intent in typical else 0
        intent = names[(at + len(names) // 2) % len(names)]
    if world != "noise" and intent in typical and drawn.random() < informative:
        first, second = typical[intent]
        acts[0] = first if drawn.random() < 0.75 else second
    return tuple(acts)


@cache
def _typical() -> Mapping[str, tuple[str, str]]:
    data = yaml.safe_load(_ACTS_FILE.read_text(encoding="utf-8"))
    return {intent: (acts[0], acts[1]) for intent, acts in data.items()}


def _few_words(text: str, drawn: random.Random) -> str:
    words = text.split()
    kept = [word for word in words if drawn.random() < _KEPT_WORDS] or [drawn.choice(words)]
    return " ".join(kept)


def _figures(world: str, runs: Sequence[_Run]) -> WorldFigures:
    rows = [row for run in runs for row in run.rows]
    lost = [sum(row.without - row.with_prior for row in run.rows) / max(len(run.rows), 1) for run in runs]
    return WorldFigures(
        world=world,
        open=_compared([row for row in rows if row.open]),
        vague=_compared([row for row in rows if row.vague]),
        whole=_compared([row for row in rows if not row.vague]),
        weight=round(sum(run.weight for run in runs) / len(runs), 3),
        trust=round(sum(run.trust for run in runs) / len(runs), 3),
        lost=round(max(0.0, *lost), 4),
    )


def _compared(rows: Sequence[_Row]) -> Compared:
    count = max(len(rows), 1)
    without, with_prior = sum(row.without for row in rows), sum(row.with_prior for row in rows)
    return Compared(len(rows), round(without / count, 4), round(with_prior / count, 4))
