"""Kinds of customers: groups by what they do, as many as the data show, named by what sets each apart.

Features are brought to one scale (logarithms, then medians and quartiles), grouped by k-means with the number of groups
that has the best silhouette (Rousseeuw 1987), and named by rule from the two features in which a group differs most
from all customers. A name describes; it says nothing about why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MOST = 8
_SAMPLED = 2_000
_APART = 0.5
_NAMED = 2
_LOGGED = ("orders", "spent", "days_since", "items", "returns", "contacts", "visits")


@dataclass(frozen=True)
class Segment:
    """A group of customers.

    Args:
        name: in words, such as "many orders, seldom returns".
        size: how many customers.
        share: of all, 0 to 1.
        typical: the median of each feature in it, and `overall` among all customers.
        category: what they buy most, and its share of their items; empty where nothing stands out.
        members: ids, the most typical first.
    """

    name: str
    size: int
    share: float
    typical: Mapping[str, float]
    overall: Mapping[str, float]
    category: str
    members: tuple[str, ...]


def segments(
    customers: Mapping[str, Mapping[str, float]],
    categories: Mapping[str, Mapping[str, int]],
    words: Callable[[str, bool], str],
    count: int = 0,
    seed: int = 7,
) -> list[Segment]:
    """Groups of customers, the largest first.

    Args:
        customers: by id, the features of each; all have the same ones.
        categories: by id, how many items of which category.
        words: how a feature that is far above (True) or below the usual is said.
        count: of groups; 0: as many as the data show.
        seed: of k-means.
    """
    ids = sorted(customers)
    if not ids:
        return []
    names = list(next(iter(customers.values())))
    raw = np.array([[float(customers[one][name]) for name in names] for one in ids])
    scaled = _scaled(raw, names)
    labels, centres = _grouped(scaled, count, seed)
    overall = {name: round(float(np.median(raw[:, at])), 2) for at, name in enumerate(names)}
    everybody = _shares(ids, categories)
    found = []
    for label in range(len(centres)):
        rows = np.flatnonzero(labels == label)
        near = rows[np.argsort(np.linalg.norm(scaled[rows] - centres[label], axis=1), kind="stable")]
        members = tuple(ids[row] for row in near)
        category = _standing_out(_shares(members, categories), everybody)
        centre = scaled[rows].mean(axis=0) - scaled.mean(axis=0)
        said = [
            words(names[at], bool(centre[at] > 0)) for at in np.argsort(-np.abs(centre)) if abs(centre[at]) >= _APART
        ]
        said = [word for word in dict.fromkeys(said) if word][:_NAMED] or [words("", True)]
        typical = {name: round(float(np.median(raw[rows, at])), 2) for at, name in enumerate(names)}
        name = ", ".join([*said, *([category] if category else [])])
        found.append(Segment(name, len(rows), round(len(rows) / len(ids), 4), typical, overall, category, members))
    return sorted(found, key=lambda segment: (-segment.size, segment.members))


def _scaled(raw: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
    values = raw.copy()
    for at, name in enumerate(names):
        if name in _LOGGED:
            values[:, at] = np.log1p(np.maximum(values[:, at], 0.0))
    spread = values.std(axis=0)
    return np.asarray(np.clip((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0), -3.0, 3.0))


def _grouped(values: NDArray[np.float64], count: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    distinct = len(np.unique(values, axis=0))
    if distinct < 2:
        return np.zeros(len(values), dtype=np.int64), values[:1]
    tried = [count] if count else range(2, min(_MOST, distinct - 1, len(values) - 1) + 1)
    best: tuple[float, NDArray[np.int64], NDArray[np.float64]] | None = None
    for number in tried or [1]:
        model = KMeans(min(number, distinct), n_init=5, random_state=seed).fit(values)
        several = 1 < len(set(model.labels_)) < len(values)
        sample = min(_SAMPLED, len(values))
        score = silhouette_score(values, model.labels_, sample_size=sample, random_state=seed) if several else -1.0
        if best is None or round(score, 6) > best[0]:
            best = (round(float(score), 6), model.labels_.astype(np.int64), model.cluster_centers_)
    if best is None:
        raise ValueError("no number of groups was tried")
    return best[1], best[2]


def _shares(members: Sequence[str], categories: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for member in members:
        for category, number in categories.get(member, {}).items():
            counts[category] = counts.get(category, 0) + number
    total = sum(counts.values())
    return {category: number / total for category, number in counts.items()} if total else {}


def _standing_out(own: Mapping[str, float], everybody: Mapping[str, float]) -> str:
    """A category bought half as much again as by others, and one item in five; empty where there is none."""
    found = [(share, name) for name, share in own.items() if share >= 0.2 and share >= 1.5 * everybody.get(name, 1.0)]
    return max(found)[1] if found else ""
