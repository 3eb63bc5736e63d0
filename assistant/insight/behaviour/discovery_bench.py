"""Are intents that were left out found again? A labelled set with some withheld, messages served by the others.

The router learns some examples of each other intent. A stream of messages of all intents that it hasn't seen arrives;
those that it would not serve (probability of the best intent times mean cosine to its nearest examples below what
10 % of further messages of the known intents have) are grouped and proposed. A withheld intent counts as proposed when
a proposal holds it for the most part.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.insight.behaviour.discovery import LEAST, Known, discover, fineness, joined
from assistant.models.embeddings.encoder import Vectors

Labelled = tuple[str, str]
_FALSE_ALARMS = 0.10
_MOST_PART = 0.5
_CHECKED = 10
FIRST = 10
"""Proposals that a person looks at first."""


@dataclass(frozen=True)
class Draw:
    """One way to split a set.

    Args:
        withheld: the intents that the router doesn't know.
        learned: examples of the others.
        checked: further messages of the others, by which the threshold is set.
        stream: messages of all intents.
    """

    withheld: frozenset[str]
    learned: tuple[Labelled, ...]
    checked: tuple[Labelled, ...]
    stream: tuple[Labelled, ...]


@dataclass(frozen=True)
class DiscoveryFigures:
    """What one draw showed.

    Args:
        unserved: messages of the stream that would not be served; `withheld_unserved` of `withheld_messages` are of
            withheld intents.
        proposals: in all; `right` hold a withheld intent for the most part.
        found: withheld intents that were proposed, of `withheld`.
        first: how many of the first ten proposals are right.
        nmi: normalised mutual information of groups and intents over the unserved messages of withheld intents;
            `nmi_all`: over all unserved messages.
    """

    seed: int
    withheld: int
    stream: int
    withheld_messages: int
    unserved: int
    withheld_unserved: int
    alike: float
    groups: int
    proposals: int
    right: int
    found: int
    first: int
    nmi: float
    nmi_all: float


def draw(
    train: Sequence[Labelled], held: Sequence[Labelled], withheld: int, shots: int, seed: int, more: int = 40
) -> Draw:
    """Split by seed: `shots` examples an intent are learned; the stream is `held` and at most `more` of each intent."""
    drawn = random.Random(f"discovery-{seed}")
    intents = sorted({intent for _, intent in train if intent})
    hidden = frozenset(drawn.sample(intents, withheld))
    learned: list[Labelled] = []
    checked: list[Labelled] = []
    stream = [message for message in held if message[1]]
    for intent in intents:
        own = sorted({message for message in train if message[1] == intent})
        drawn.shuffle(own)
        if intent not in hidden:
            learned += own[:shots]
            checked += own[shots : shots + _CHECKED]
            own = own[shots + _CHECKED :]
        stream += own[:more]
    drawn.shuffle(stream)
    return Draw(hidden, tuple(learned), tuple(checked), tuple(stream))


def measure(
    split: Draw,
    familiar: Callable[[Sequence[str]], Sequence[float]],
    encoders: dict[str, Callable[[Sequence[str]], Vectors]],
    seed: int,
) -> DiscoveryFigures:
    """Find the withheld intents of a split.

    Args:
        familiar: how surely the router would serve each text, for a router that has learned `split.learned`.
        encoders: by name; see `discovery.joined`.
    """
    from sklearn.metrics import normalized_mutual_info_score

    limit = float(np.quantile(np.asarray(familiar([text for text, _ in split.checked])), _FALSE_ALARMS))
    texts = [text for text, _ in split.stream]
    unserved = [row for row, value in enumerate(familiar(texts)) if value < limit]
    vectors = joined([*texts, *(text for text, _ in split.learned)], encoders)
    known = Known(vectors[len(texts) :], tuple(intent for _, intent in split.learned))
    alike = fineness(known.vectors, known.intents)
    found = discover(vectors[: len(texts)], unserved, alike, LEAST, known)
    truth = [intent for _, intent in split.stream]
    hits: list[str] = []
    for group in found.proposed:
        name, count = Counter(truth[row] for row in group.all).most_common(1)[0]
        hits.append(name if name in split.withheld and count >= _MOST_PART * len(group.all) else "")
    labels = {row: number for number, group in enumerate((*found.proposed, *found.others)) for row in group.members}
    looked_at = sorted(labels)
    hidden = [row for row in looked_at if truth[row] in split.withheld]

    def agreement(rows: Sequence[int]) -> float:
        score = normalized_mutual_info_score([truth[row] for row in rows], [labels[row] for row in rows])
        return round(float(score), 4)

    return DiscoveryFigures(
        seed=seed,
        withheld=len(split.withheld),
        stream=len(texts),
        withheld_messages=sum(intent in split.withheld for intent in truth),
        unserved=len(unserved),
        withheld_unserved=sum(truth[row] in split.withheld for row in unserved),
        alike=alike,
        groups=len(found.proposed) + len(found.others),
        proposals=len(found.proposed),
        right=sum(map(bool, hits)),
        found=len(set(hits) - {""}),
        first=sum(map(bool, hits[:FIRST])),
        nmi=agreement(hidden),
        nmi_all=agreement(looked_at),
    )
