"""Order numbers as customers write them."""

import re
import unicodedata

_LOOSE = re.compile(r"^#?\s*([A-Za-z])?[\s-]*(\d{4,})$")


def normalise_order_number(written: str) -> str:
    """The number as the shop stores it: `w2611340`, `W 2611340`, `2611340` and `#w2611340` are `#W2611340`.

    What does not look like an order number comes back stripped and otherwise as it was.
    """
    cleaned = unicodedata.normalize("NFKC", written).strip().strip(".,!?。，！？")
    match = _LOOSE.match(cleaned)
    if match is None:
        return cleaned
    return f"#{(match.group(1) or 'W').upper()}{match.group(2)}"
