"""Mending typing errors: the nearest known word within one or two slips of the hand."""

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word`, or None when none is near enough.

    One slip is allowed from 5 letters on and two from 8 on; words with digits in them are left alone, and
    so is the first letter, which people rarely miss.
    """
    allowed = 0 if len(word) < 5 or not word.isalpha() else 1 if len(word) < 8 else 2
    if allowed == 0:
        return None
    best: tuple[int, str] | None = None
    for candidate in known:
        if candidate[:1] == word[0] and len(candidate) > 3 and abs(len(candidate) - len(word)) <= allowed:
            distance = edit_distance(word, candidate, allowed)
            if distance <= allowed and (best is None or (distance, candidate) < best):
                best = (distance, candidate)
    return best[1] if best else None


def edit_distance(one: str, other: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).

    Returns:
        The distance, or `limit + 1` as soon as it is sure to be larger than `limit`.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        following = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        if min(following) > limit:
            return limit + 1
        before, row = row, following
    return row[-1]
