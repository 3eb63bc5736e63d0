"""Regular expressions that lie in a YAML file beside the code: a list under each name, joined by "or", case ignored."""

import re
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=16)
def patterns_beside(code: str) -> dict[str, re.Pattern[str]]:
    """The patterns of the YAML file that is called as a file of code is, by name; read once.

    Args:
        code: path of that file, its `__file__`.
    """
    import yaml

    data = yaml.safe_load(Path(code).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(parts), re.IGNORECASE) for name, parts in data.items()}
