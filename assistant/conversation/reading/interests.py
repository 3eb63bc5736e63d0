"""What people like, and what things do, as the kinds of products that serve it: "she likes music", "for my ears"."""

from assistant.conversation.reading.patterns import patterns_beside


def kinds_of_interest(words: str) -> tuple[str, ...]:
    """The kinds of products that serve what words say somebody likes or needs; none where they say nothing such.

    Args:
        words: a wish that names no kind of product itself.
    """
    found = (
        kind for kinds, pattern in patterns_beside(__file__).items() if pattern.search(words) for kind in _of(kinds)
    )
    return tuple(dict.fromkeys(found))


def _of(kinds: str) -> list[str]:
    return [kind.strip() for kind in kinds.split(",")]
