"""Seeded sessions in the form of the public click files, for tests and for trying the bench without one.

The generator: items lie in groups and each leads to a few others of its group; popularity follows Zipf's law and
drifts, items come and go within the span. A session begins at an item drawn by the day's popularity. Each step repeats
the last item (20 %), goes back to an earlier one (6 %), follows one of the last item's own successors (46 %), goes
elsewhere in the group (20 %) or anywhere (8 %). Lengths are geometric with mean 3.6, at least 2.
"""

from collections.abc import Iterator

import numpy as np

from assistant.insight.recommend.sessions import Session

_DAY = 86_400.0
_REPEATS, _BACK, _FOLLOWS, _GROUP = 0.20, 0.26, 0.72, 0.92


def made_sessions(count: int, items: int = 1_500, groups: int = 50, days: int = 30, seed: int = 7) -> list[Session]:
    """`count` sessions, in the order of their ends; the same for the same arguments."""
    rng = np.random.default_rng(seed)
    member_of = rng.integers(groups, size=items)
    members = [np.flatnonzero(member_of == group) for group in range(groups)]
    rank = rng.permutation(items)
    base = 1.0 / (1.0 + rank) ** 0.8
    born = rng.uniform(-days, days * 0.7, size=items)
    lives = rng.exponential(days, size=items) + 3.0
    successors = [rng.choice(members[member_of[item]], size=4) for item in range(items)]
    sessions = []
    for day in range(days):
        alive = (born <= day) & (day <= born + lives)
        weights = np.where(alive, base * rng.lognormal(0.0, 0.3, size=items), 0.0)
        weights /= weights.sum()
        for _ in range(count // days + (day < count % days)):
            length = 2 + int(rng.geometric(0.385)) - 1
            start = day * _DAY + rng.uniform(0.0, _DAY)
            walked = list(_walk(rng, length, weights, members, member_of, successors))
            sessions.append(Session(tuple(f"i{item}" for item in walked), start + 40.0 * length))
    return sorted(sessions, key=lambda session: session.ended)


def _walk(
    rng: np.random.Generator,
    length: int,
    weights: np.ndarray,
    members: list[np.ndarray],
    member_of: np.ndarray,
    successors: list[np.ndarray],
) -> Iterator[int]:
    walked = [int(rng.choice(len(weights), p=weights))]
    yield walked[0]
    for _ in range(length - 1):
        last, way = walked[-1], rng.random()
        if way < _REPEATS:
            walked.append(last)
        elif way < _BACK:
            walked.append(walked[int(rng.integers(len(walked)))])
        elif way < _FOLLOWS:
            walked.append(int(rng.choice(successors[last], p=(0.5, 0.25, 0.15, 0.1))))
        elif way < _GROUP:
            group = members[member_of[last]]
            shares = weights[group] + 1e-9
            walked.append(int(rng.choice(group, p=shares / shares.sum())))
        else:
            walked.append(int(rng.choice(len(weights), p=weights)))
        yield walked[-1]


def as_lines(sessions: list[Session]) -> Iterator[str]:
    """The lines of a file of the public form, with its header."""
    yield "SessionId\tItemId\tTime"
    for number, session in enumerate(sessions):
        for place, item in enumerate(session.items):
            yield f"{number}\t{item.lstrip('i')}\t{session.ended - 40.0 * (len(session.items) - 1 - place):.3f}"
