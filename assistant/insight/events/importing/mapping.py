"""Which field of a shop's log is which of ours: a YAML file.

source: shop-log
format: jsonl            # or csv; left out: by the file's name
delimiter: ";"           # of csv; left out: the one that the first line has most of
timezone: Europe/Berlin  # of times that don't tell theirs; left out: UTC
fields:
  at: {field: timestamp, format: unix_ms}
  kind: {field: event, values: {pageview: view, purchase: order}}
  visitor: cookie
  item: product.sku      # a point leads into nested objects of JSON
  price_cents: {field: price, times: 100}
constants: {language: en}
skip: [heartbeat]        # values of `kind` that are no events of ours
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import OperatorError
from assistant.insight.events.event import FIELDS, KINDS

NUMBERS = ("quantity", "price_cents", "value")
_NEEDED = ("at", "kind", "visitor")


class FieldOf(BaseModel):
    """Where one of our fields comes from.

    Attributes:
        field: its name in the log.
        format: of a time: `iso`, `unix_s`, `unix_ms`, `unix_us`, or as `strptime` reads it.
        values: what stands for what; other values stay as they are.
        times: a number is multiplied by this.
        decimal: what stands before the decimals of a number that is written as text; the other one may part thousands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(min_length=1)
    format: str = "iso"
    values: dict[str, str] = {}
    times: float = 1.0
    decimal: Literal[".", ","] = "."


def _named(value: object) -> object:
    return {"field": value} if isinstance(value, str) else value


class Mapping(BaseModel):
    """A whole mapping; see the module."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(pattern=r"^[\w.-]{1,64}$")
    format: Literal["jsonl", "csv"] | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    timezone: str = "UTC"
    fields: dict[str, Annotated[FieldOf, BeforeValidator(_named)]]
    constants: dict[str, str] = {}
    skip: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _sound(self) -> "Mapping":
        ours = set(FIELDS) - {"source"}
        if unknown := sorted((self.fields.keys() | self.constants.keys()) - ours):
            raise ValueError(f"there is no field {unknown[0]!r}; ours are {', '.join(sorted(ours))}")
        given = self.fields.keys() | self.constants.keys()
        if missing := [
            name for name in _NEEDED if name not in given and not (name == "visitor" and "customer" in given)
        ]:
            raise ValueError(f"{missing[0]!r} must be mapped")
        named = {
            *(self.fields["kind"].values.values() if "kind" in self.fields else ()),
            self.constants.get("kind", "view"),
        }
        if wrong := sorted(named - set(KINDS)):
            raise ValueError(f"{wrong[0]!r} is no kind of event; known are {', '.join(KINDS)}")
        if wrong := sorted(self.constants.keys() & {"id", "at", *NUMBERS}):
            raise ValueError(f"{wrong[0]!r} can't be a constant")
        try:
            ZoneInfo(self.timezone)
        except (ValueError, OSError, LookupError) as error:
            raise ValueError(f"{self.timezone!r} is no timezone") from error
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the log that are read."""
        return tuple(dict.fromkeys(field.field for field in self.fields.values()))

    @property
    def nested(self) -> bool:
        """Whether a field lies within another."""
        return any("." in name for name in self.names)

    def format_of(self, path: Path) -> Literal["jsonl", "csv"]:
        """How a file is read.

        Raises:
            OperatorError: neither the mapping nor the name tells.
        """
        if self.format is not None:
            return self.format
        name = re.sub(r"\.gz$", "", path.name.lower())
        if name.endswith((".jsonl", ".ndjson", ".json")):
            return "jsonl"
        if name.endswith((".csv", ".tsv")):
            return "csv"
        raise OperatorError(f"can't tell the format of {path.name!r}", fix="write format: jsonl or csv in the mapping")

    @classmethod
    def load(cls, path: Path) -> "Mapping":
        """Read a mapping.

        Raises:
            OperatorError: it can't be read, or says what can't be; names the place.
        """
        try:
            data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls.model_validate(data)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise OperatorError(f"the mapping {path} can't be read: {error}", fix="see docs/insight.md") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            raise OperatorError(
                f"the mapping {path} is wrong at {where}: {first['msg']}", fix="see docs/insight.md"
            ) from error
