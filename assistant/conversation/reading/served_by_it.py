"""Another thing that the one talked about shall serve: "can it charge my laptop", "能给笔记本充吗"."""

import re

_SERVED = re.compile(
    r"\b(?:charges?|power|runs?|works? with|connects? to|pairs? with|fits?|for|to|with) (?:my|an?|the|his|her)"
    r" [\w-]+(?: [\w-]+)?"
    r"|给[^，。]{1,6}(?=充|用|配|装|供)|(?:连|接|配)[^，。]{1,6}(?=吗|么|不)",
    re.IGNORECASE,
)


def without_served(words: str) -> str:
    """The words without another thing that the one talked about shall serve."""
    return _SERVED.sub(" ", words)
