"""Messages that no intent serves, grouped by what they ask, as proposals for new intents.

The unserved are put together by average linkage of their vectors (`assistant.knowledge.clusters`), which needs no
number of groups. From which mean likeness on two groups are one is learned from the intents that there are: the value
by which their own examples, grouped alike, come nearest to them (adjusted Rand index; Hubert and Arabie 1985), so that
new intents are as fine as the old ones. A group is proposed when it is large enough and when most of the messages
nearest to it, served ones included, went unserved: else it is only the odd end of an intent that there is.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.knowledge.clusters import groups
from assistant.models.embeddings.encoder import Vectors, unit
from assistant.text.language import has_han

LEAST = 5
"""Messages that a proposal has at least."""
_ALIKE = tuple(round(0.15 + 0.05 * step, 2) for step in range(13))
_UNSERVED_AROUND = 0.5
_NEAREST = 1.5
_MOST = 3_000


@dataclass(frozen=True)
class Group:
    """Messages that ask the same.

    Args:
        members: their places in what was given, the most central first.
        around: the share of unserved ones among the messages nearest to its centre, half as many again as it has.
    """

    members: tuple[int, ...]
    around: float


@dataclass(frozen=True)
class Found:
    """All groups, the proposed ones and the others, the largest first; `alike` is the likeness that was chosen."""

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


def discover(vectors: Vectors, unserved: Sequence[int], alike: float, least: int = LEAST) -> Found:
    """Groups among the unserved messages.

    Args:
        vectors: of all messages, length one, shape (n, dimension); see `joined`.
        unserved: places of those that no intent served; of more than 3,000 the last ones are looked at.
        alike: the mean likeness from which groups are one; see `fineness`.
        least: messages that a proposal has at least.
    """
    rows = np.array(sorted(unserved)[-_MOST:], dtype=int)
    if len(rows) < 2:
        return Found((), (), alike)
    own = vectors[rows]
    is_unserved = np.zeros(len(vectors), dtype=bool)
    is_unserved[list(unserved)] = True
    proposed: list[Group] = []
    others: list[Group] = []
    for members in groups(own, alike):
        found = rows[members]
        group = Group(tuple(int(row) for row in found), _around(vectors, found, is_unserved))
        (proposed if len(found) >= least and group.around >= _UNSERVED_AROUND else others).append(group)
    return Found(tuple(proposed), tuple(others), alike)


def joined(texts: Sequence[str], encoders: Mapping[str, Callable[[Sequence[str]], Vectors]]) -> Vectors:
    """Unit vectors of messages: of each encoder around its mean, side by side.

    Args:
        encoders: by name; one that knows only English (`minilm`) has no say where a message is Chinese.
    """
    chinese = any(has_han(text) for text in texts)
    names = [name for name in encoders if not (chinese and name == "minilm" and len(encoders) > 1)]
    parts = [np.asarray(encoders[name](texts), dtype=np.float32) for name in names]
    return unit(np.concatenate([unit(part - part.mean(axis=0)) for part in parts], axis=1))


def _around(vectors: Vectors, members: Sequence[int] | np.ndarray, is_unserved: np.ndarray) -> float:
    centre = unit(vectors[members].mean(axis=0, keepdims=True))[0]
    count = min(len(vectors), round(_NEAREST * len(members)))
    near = np.argsort(-np.round(vectors @ centre, 6), kind="stable")[:count]
    return round(float(is_unserved[near].mean()), 4)
