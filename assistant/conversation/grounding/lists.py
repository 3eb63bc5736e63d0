"""Lists of words that the check goes by; they stand with the prompts, as each shop may have its own."""

from pathlib import Path
from typing import Any

import yaml

from assistant.errors import OperatorError


def read_lists(path: Path) -> dict[str, Any]:
    """The lists of a YAML file, by name.

    Raises:
        OperatorError: the file is missing.
    """
    try:
        lists: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorError(f"{path} is missing", fix="restore it from the repository") from None
    return lists
