"""The questions that shops' pages hardly ever answer.

"What is the driver's phone number?" is near to everything that is said of couriers, and nearer still to what customers
ask in vain. The list (`untold.yaml`) is of shops in general: whether this shop's pages answer after all is told by the
questions of their own sections, which count beside it.
"""

from functools import lru_cache
from pathlib import Path

from assistant.text.language import Language


@lru_cache(maxsize=2)
def untold(language: Language) -> tuple[str, ...]:
    """The questions in `language`."""
    import yaml

    listed: dict[Language, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(listed[language])
