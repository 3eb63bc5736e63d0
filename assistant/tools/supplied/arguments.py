"""The arguments that a server's schema tells: their kinds, what must be given, and whether a value will do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

_PLAIN: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


@dataclass(frozen=True)
class Argument:
    """One argument of a supplied tool.

    Args:
        name: as the schema calls it.
        about: its own schema.
        required: whether the tool can't be called without it.
    """

    name: str
    about: Mapping[str, Any]
    required: bool

    @property
    def kind(self) -> Any:
        """Its type, with the bounds that the schema sets."""
        return _kind(self.about)

    @property
    def default(self) -> Any:
        """What the schema gives where nothing is said."""
        return self.about.get("default")

    @property
    def choices(self) -> tuple[str, ...]:
        """The only values that it may have, as text; empty where there are many."""
        if self.about.get("type") == "boolean":
            return ("true", "false")
        return tuple(map(str, self.about.get("enum", ())))

    @property
    def number(self) -> bool:
        """Whether it is a number."""
        return self.about.get("type") in ("integer", "number") and not self.choices

    @property
    def plain(self) -> bool:
        """Whether people can say it in a few words: no list and no structure."""
        return bool(self.choices) or self.about.get("type") in _PLAIN

    def value(self, text: str) -> Any:
        """A value in words as the tool gets it; None where it will not do."""
        if "enum" in self.about:
            return next((value for value in self.about["enum"] if str(value) == text), None)
        try:
            return TypeAdapter(self.kind).validate_python(text)
        except ValidationError:
            return None


def arguments_of(schema: Mapping[str, Any]) -> tuple[Argument, ...]:
    """The arguments of a tool's JSON schema, as far as they can be named in Python."""
    required = set(schema.get("required", ()))
    properties: Mapping[str, Any] = schema.get("properties", {})
    return tuple(Argument(name, about, name in required) for name, about in properties.items() if name.isidentifier())


def _kind(about: Mapping[str, Any]) -> Any:
    if choices := about.get("enum"):
        return Literal[tuple(choices)]
    if about.get("type") == "array":
        return list[_kind(about.get("items", {}))]  # type: ignore[misc]
    plain = _PLAIN.get(str(about.get("type")))
    if plain is None:
        return Any
    bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
    if plain is str:
        bounds = {"min_length": "minLength", "max_length": "maxLength"}
    said: dict[str, Any] = {ours: about[theirs] for ours, theirs in bounds.items() if theirs in about}
    if plain is str and _compiles(pattern := about.get("pattern")):
        said["pattern"] = pattern
    return Annotated[plain, Field(**said)] if said else plain


def _compiles(pattern: object) -> bool:
    """Whether a pattern is one that Python (and pydantic's own engine) knows; others are left to the server."""
    if not isinstance(pattern, str):
        return False
    try:
        re.compile(pattern)
        TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except Exception:  # noqa: BLE001  pydantic_core raises a SchemaError of its own
        return False
    return True
