"""Whether words that others wrote lead a customer to a web page: such words aren't passed on."""

import re

_LEADS_AWAY = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def leads_away(text: str) -> bool:
    """Whether a text holds the address of a web page."""
    return _LEADS_AWAY.search(text) is not None


def harmless(text: str) -> list[str]:
    """The lines of a supplied answer, less those that lead to a web page, whoever has written them."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not leads_away(line)]
