"""Groups texts that ask the same: average-linkage clustering of their vectors, which needs no number of groups.

Average linkage (Sokal and Michener 1958) joins two groups while the mean cosine between them is high enough, so one
text between two subjects doesn't chain them together.
"""

import numpy as np

from assistant.storage.vector_collection import Vectors

ALIKE = 0.4
"""Mean cosine from which groups ask the same. On the questions of `evals/retrieval/`, 7 of 10 questions in a group
belong to the same page then, in both languages; a lower bound makes groups larger and more mixed."""


def groups(vectors: Vectors, alike: float = ALIKE) -> list[list[int]]:
    """Positions of texts that belong together, the largest group first; in a group the most central text first.

    Args:
        vectors: of length one, shape (n, dimension).
        alike: the mean cosine from which two groups become one.
    """
    count = len(vectors)
    if count == 0:
        return []
    cosines = np.clip(vectors @ vectors.T, -1.0, 1.0)
    labels = np.zeros(1, dtype=int)
    if count > 1:
        from sklearn.cluster import AgglomerativeClustering

        distances = 1.0 - (cosines + cosines.T) / 2
        np.fill_diagonal(distances, 0.0)
        labels = (
            AgglomerativeClustering(
                n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1.0 - alike
            )
            .fit(distances)
            .labels_
        )
    found = []
    for label in dict.fromkeys(labels.tolist()):
        members = np.flatnonzero(labels == label)
        central = np.round(cosines[np.ix_(members, members)].mean(axis=1), 6)
        found.append([int(members[at]) for at in np.argsort(-central, kind="stable")])
    return sorted(found, key=lambda members: (-len(members), min(members)))
