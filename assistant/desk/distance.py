"""How far an edited text is from its draft."""


def edit_distance(before: str, after: str) -> int:
    """Characters that must be inserted, deleted or replaced to make one text of the other (Levenshtein 1966)."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    row = list(range(len(right) + 1))
    for i, old in enumerate(left, start=1):
        diagonal, row[0] = row[0], i
        for j, new in enumerate(right, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (old != new))
    return row[-1]
