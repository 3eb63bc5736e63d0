"""Rated dialogues in the file form of USS (User Satisfaction Simulation; Sun et al. 2021, arXiv:2105.03748).

Text in UTF-8; a blank line between dialogues; a line is `role TAB text TAB action TAB ratings`, the ratings of several
annotators separated by commas, 1 (very dissatisfied) to 5, on the customer's lines only. The last line of a dialogue,
`USER TAB OVERALL`, rates the whole. Annotators read what came before a customer's message, not the message itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import OperatorError

Role = Literal["customer", "shop"]
OVERALL = "OVERALL"
_LOWEST, _HIGHEST = 1, 5
_ROLES: dict[str, Role] = {"user": "customer", "system": "shop"}


@dataclass(frozen=True)
class Line:
    """One message: who said it, and its words."""

    role: Role
    text: str


@dataclass(frozen=True)
class Moment:
    """A point of a dialogue at which somebody told how satisfied the customer was.

    Args:
        lines: everything said before it.
        now: the customer's message at this point; None where the whole dialogue was rated.
        ratings: by each annotator, 1 to 5.
        dialogue: number of the dialogue in its file.
    """

    lines: tuple[Line, ...]
    now: Line | None
    ratings: tuple[int, ...]
    dialogue: int

    @property
    def rating(self) -> int:
        """What most annotators said; of two as frequent the lower, as the published evaluation has it."""
        counts = Counter(self.ratings)
        return min(counts, key=lambda value: (-counts[value], value))

    @property
    def is_whole(self) -> bool:
        """Whether the dialogue as a whole was rated."""
        return self.now is None


def read_rated(path: Path) -> list[Moment]:
    """The rated moments of a file, in its order.

    Raises:
        OperatorError: the file can't be read, a line has another form, or nothing is rated.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} can't be read: {error}", fix="pass a file of the USS form") from error
    found: list[Moment] = []
    said: list[Line] = []
    dialogue, open_ = -1, False
    for number, raw in enumerate(text.split("\n"), 1):
        row = raw.rstrip("\r")
        if not row.strip():
            open_ = False
            continue
        if not open_:
            dialogue, said, open_ = dialogue + 1, [], True
        role, words, ratings = _parts(row, path, number)
        whole = role == "customer" and words.upper() == OVERALL and bool(ratings)
        line = Line(role, words)
        if ratings and role == "customer":
            found.append(Moment(tuple(said), None if whole else line, ratings, dialogue))
        if not whole:
            said.append(line)
    if not found:
        raise OperatorError(f"nothing in {path} is rated", fix="pass a file of the USS form")
    return found


def write_rated(path: Path, dialogues: Sequence[Sequence[tuple[Line, Sequence[int]]]]) -> None:
    """Write dialogues in the same form; a line's ratings may be empty, that of `OVERALL` comes last."""
    path.write_text("".join(_written(dialogue) for dialogue in dialogues), encoding="utf-8")


def _written(dialogue: Sequence[tuple[Line, Sequence[int]]]) -> str:
    rows: list[str] = []
    for line, ratings in dialogue:
        role = "USER" if line.role == "customer" else "SYSTEM"
        rows.append(f"{role}\t{' '.join(line.text.split())}\t\t{','.join(map(str, ratings))}\n")
    return "".join(rows) + "\n"


def _parts(row: str, path: Path, number: int) -> tuple[Role, str, tuple[int, ...]]:
    fields = row.split("\t")
    role = _ROLES.get(fields[0].strip().casefold())
    if role is None or len(fields) < 2:
        raise OperatorError(
            f"{path}, line {number} begins with {fields[0][:20]!r}", fix="role, text, action and ratings, by tabs"
        )
    given = fields[3] if len(fields) > 3 else ""
    return role, fields[1].strip(), tuple(_ratings(given, path, number))


def _ratings(given: str, path: Path, number: int) -> Iterator[int]:
    for part in given.split(","):
        if not part.strip():
            continue
        if not part.strip().isdigit() or not _LOWEST <= int(part) <= _HIGHEST:
            raise OperatorError(f"{path}, line {number}: {part!r} is no rating", fix="ratings are 1 to 5")
        yield int(part)
