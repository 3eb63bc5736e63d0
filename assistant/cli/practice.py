"""A sample house for the time of one measurement: an empty data folder, a clock that is set, the pages read in."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.clock import Clock


class Model(StrEnum):
    """Which model may be asked."""

    NONE = "none"
    LOCAL = "local"


@contextmanager
def practice_house(parts: Parts, clock: "Clock", model: Model) -> Iterator[Parts]:
    """The same kind of parts over a folder of their own, which is deleted afterwards; no hosted model is asked."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="practice-") as data:
        changes: dict[str, object] = {
            "data_dir": Path(data),
            "database_url": "",
            "chroma_url": "",
            "hosted_base_url": "",
        }
        if model is Model.NONE:
            changes["local_model"] = "none"
        house = parts.with_settings(**changes).with_clock(clock)
        yield house
        house.database.close()
