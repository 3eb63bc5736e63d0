"""Messages that no intent serves, grouped by what they ask, as proposals for new intents.

The unserved are put together by average linkage of their vectors (`assistant.knowledge.clusters`), which needs no
number of groups. From which mean likeness on two groups are one is learned from the intents that there are: a little
above the value by which their own examples, grouped alike, come nearest to them (adjusted Rand index; Hubert and Arabie
1985), so that new intents are as fine as the old ones; groups that are then nearer to each other than to any intent are
joined again, and served messages that are nearer to a group than to any intent belong to it as well.

A group is the odd end of an intent that there is, or something new. What tells them apart is how much nearer its
messages are to one another than to the examples of the nearest intent (the silhouette; Rousseeuw 1987). This margin,
summed over the unserved messages, ranks what is proposed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.clusters import groups
from assistant.models.embeddings.encoder import Vectors, unit
from assistant.text.language import has_han

LEAST = 5
"""Messages that a proposal has at least."""
_ALIKE = tuple(round(0.15 + 0.05 * step, 2) for step in range(13))
_FINER = 0.05
_LEAST_UNSERVED = 3
_LEAST_MARGIN = 0.15
_LEAST_WEIGHT = 0.8
_JOINED = 0.8
_NEARER = 0.05
_MOST = 3_000


@dataclass(frozen=True)
class Known:
    """Examples of the intents that there are.

    Args:
        vectors: of length one, shape (n, dimension), made together with those of the messages.
        intents: of each.
    """

    vectors: Vectors
    intents: tuple[str, ...] = ()

    def likeness(self, vectors: Vectors) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The names of the intents, and the mean cosine of each message to the examples of each, shape (n, intents)."""
        names = tuple(sorted(set(self.intents)))
        if not names:
            return ("",), np.zeros((len(vectors), 1))
        means = np.zeros((len(names), self.vectors.shape[1]))
        place = {name: row for row, name in enumerate(names)}
        np.add.at(means, [place[intent] for intent in self.intents], self.vectors)
        counts = Counter(self.intents)
        means /= np.array([[counts[name]] for name in names])
        return names, np.round(vectors @ means.T, 6)


@dataclass(frozen=True)
class Group:
    """Messages that ask the same.

    Args:
        members: places of the unserved ones in what was given, the most central first.
        served: places of those that an intent served, though the group is nearer to them.
        margin: by how much its messages are nearer to one another than to the nearest intent, as a mean cosine.
        nearest: that intent; empty where none is known.
    """

    members: tuple[int, ...]
    served: tuple[int, ...] = ()
    margin: float = 0.0
    nearest: str = ""

    @property
    def weight(self) -> float:
        """What it is ranked by: the margins of the unserved messages, added."""
        return round(len(self.members) * self.margin, 4)

    @property
    def all(self) -> tuple[int, ...]:
        """Both kinds of messages, the unserved ones first."""
        return (*self.members, *self.served)


@dataclass(frozen=True)
class Found:
    """The proposed groups, the heaviest first, and the others, the largest first; `alike` is the likeness chosen."""

    proposed: tuple[Group, ...]
    others: tuple[Group, ...]
    alike: float


def fineness(vectors: Vectors, intents: Sequence[str], each: int = 20) -> float:
    """The mean likeness from which groups are one, learned from labelled messages.

    Args:
        vectors: of the messages, length one, shape (n, dimension); made together with those to be grouped.
        intents: of each.
        each: so many of each intent are looked at, the first ones.
    """
    from sklearn.metrics import adjusted_rand_score

    seen: Counter[str] = Counter()
    rows = []
    for row, intent in enumerate(intents):
        seen[intent] += 1
        if seen[intent] <= each:
            rows.append(row)
    own, truth = vectors[rows], [intents[row] for row in rows]

    def agreement(alike: float) -> float:
        labels = np.zeros(len(rows), dtype=int)
        for number, members in enumerate(groups(own, alike)):
            labels[members] = number
        return round(float(adjusted_rand_score(truth, labels)), 6)

    return max(_ALIKE, key=lambda alike: (agreement(alike), -alike))


def discover(
    vectors: Vectors, unserved: Sequence[int], alike: float, least: int = LEAST, known: Known | None = None
) -> Found:
    """Groups among the unserved messages.

    Args:
        vectors: of all messages, length one, shape (n, dimension); see `joined`.
        unserved: places of those that no intent served; of more than 3,000 the last ones are looked at.
        alike: the mean likeness from which groups are one; see `fineness`.
        least: messages that a proposal has at least.
        known: the intents that there are; None for none.
    """
    rows = np.array(sorted(unserved)[-_MOST:], dtype=int)
    if len(rows) < 2:
        return Found((), (), alike)
    names, to_known = (known or Known(vectors[:0])).likeness(vectors)
    parts = [rows[np.array(members)] for members in groups(vectors[rows], alike + _FINER)]
    large = [part for part in parts if len(part) >= _LEAST_UNSERVED]
    small = [Group(tuple(part.tolist())) for part in parts if len(part) < _LEAST_UNSERVED]
    if known is not None:  # only what is known tells how near is near
        large = _together(vectors, large, to_known, alike)
    served = _nearer(vectors, large, to_known, rows)
    proposed: list[Group] = []
    others: list[Group] = list(small)
    for part, more in zip(large, served, strict=True):
        whole = np.concatenate([part, more])
        cosines = vectors[whole] @ vectors[whole].T
        own = (cosines.sum(axis=1) - 1.0) / (len(whole) - 1)
        central = part[np.argsort(-np.round(own[: len(part)], 6), kind="stable")]
        margin = round(float((own - to_known[whole].max(axis=1)).mean()), 4)
        nearest = names[int(to_known[whole].mean(axis=0).argmax())]
        group = Group(tuple(central.tolist()), tuple(more.tolist()), margin, nearest)
        worth = len(whole) >= least and margin >= _LEAST_MARGIN and group.weight >= _LEAST_WEIGHT
        (proposed if worth else others).append(group)
    proposed.sort(key=lambda group: (-group.weight, group.members))
    others.sort(key=lambda group: (-len(group.members), group.members))
    return Found(tuple(proposed), tuple(others), alike)


def _together(
    vectors: Vectors, parts: list[NDArray[np.int64]], to_known: NDArray[np.float64], alike: float
) -> list[NDArray[np.int64]]:
    """Groups that are clearly nearer to each other than either is to an intent, joined."""
    parts = list(parts)
    while len(parts) > 1:
        means = np.stack([vectors[part].mean(axis=0) for part in parts])
        known = np.array([to_known[part].mean(axis=0).max() for part in parts])
        between = np.round(means @ means.T, 6)
        nearer = between - np.maximum.outer(known, known)
        nearer[between < _JOINED * alike] = -np.inf
        np.fill_diagonal(nearer, -np.inf)
        first, second = sorted(divmod(int(nearer.argmax()), len(parts)))
        if nearer[first, second] < _NEARER:
            break
        parts[first] = np.concatenate([parts[first], parts.pop(second)])
    return parts


def _nearer(
    vectors: Vectors, parts: Sequence[NDArray[np.int64]], to_known: NDArray[np.float64], unserved: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """For each group, served messages that are nearer to it than to any intent, and about as near as its own are."""
    if not parts:
        return []
    means = np.stack([vectors[part].mean(axis=0) for part in parts])
    near = np.round(vectors @ means.T, 6)
    best, likeness = near.argmax(axis=1), near.max(axis=1)
    held = np.array([_cohesion(vectors[part]) for part in parts])
    takes = (likeness > to_known.max(axis=1)) & (likeness >= _JOINED * held[best])
    takes[unserved] = False
    return [np.flatnonzero(takes & (best == number)) for number in range(len(parts))]


def _cohesion(vectors: Vectors) -> float:
    """The mean cosine of two different messages."""
    count = len(vectors)
    return float((np.square(vectors.sum(axis=0)).sum() - count) / (count * (count - 1)))


def joined(texts: Sequence[str], encoders: Mapping[str, Callable[[Sequence[str]], Vectors]]) -> Vectors:
    """Unit vectors of messages: of each encoder around its mean, side by side.

    Args:
        encoders: by name; one that knows only English (`minilm`) has no say where a message is Chinese.
    """
    chinese = any(has_han(text) for text in texts)
    names = [name for name in encoders if not (chinese and name == "minilm" and len(encoders) > 1)]
    parts = [np.asarray(encoders[name](texts), dtype=np.float32) for name in names]
    return unit(np.concatenate([unit(part - part.mean(axis=0)) for part in parts], axis=1))
