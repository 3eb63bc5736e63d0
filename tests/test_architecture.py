"""The house: files import from lower floors only, without cycles, and stay small enough to read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "assistant"
FLOORS = {
    "settings": 0,
    "errors": 0,
    "ids": 0,
    "clock": 0,
    "intervals": 0,
    "text": 0,
    "tracing": 0,
    "storage": 1,
    "mail": 1,
    "models": 1,
    "shop": 2,
    "knowledge": 2,
    "memory": 2,
    "tools": 3,
    "routing": 3,
    "agents": 4,
    "desk": 4,
    "foundation": 4,
    "conversation": 5,
    "channels": 6,
    "copilot": 6,
    "evaluation": 6,
    "insight": 6,
    "media": 6,
    "web": 7,
    "cli": 7,
    "insights": 7,
    "answering": 8,
    "app": 9,
    "__main__": 10,
}
ENTRY_POINTS = {"assistant.shop.exam_adapter": 9}
"""Files that wire parts together like `app.py`, on that floor; a public exam wants this one by this name."""
MAX_LINES = 400
NOT_OURS = {"langchain_community", "langchain_classic", "langmem", "langgraph_supervisor", "torch", "transformers"}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str:
    """The room of `assistant.ROOM....`; empty for the package itself."""
    return [*module.split("."), ""][1]


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield node.lineno, inner if is_module(inner) else str(node.module)


def is_module(name: str) -> bool:
    """Whether a dotted name is a file of this package."""
    path = PROJECT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def climbs(module: str, imported: str) -> bool:
    """Whether an import goes to a higher floor, or to another room on the same one."""
    room, other = room_of(module), room_of(imported)
    if not imported.startswith("assistant") or other in ("", room):
        return False
    floor = ENTRY_POINTS.get(module, FLOORS[room])
    return FLOORS[other] > floor or (FLOORS[other] == floor and floor > 0)


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(module_of(path)) for path in FILES} - {""}
    assert rooms <= FLOORS.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_from_lower_floors_only(path: Path) -> None:
    wrong = [f"{path}:{line} {name}" for line, name in imports_of(path) if climbs(module_of(path), name)]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_does_without_the_libraries_that_the_design_rules_out(path: Path) -> None:
    assert not NOT_OURS & {name.split(".")[0] for _, name in imports_of(path)}


def test_nobody_imports_an_entry_point() -> None:
    assert not [f"{path}:{line}" for path in FILES for line, name in imports_of(path) if name in ENTRY_POINTS]


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = {module_of(path): {name for _, name in imports_of(path) if is_module(name)} for path in FILES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail[trail.index(module) :], module))
        if module not in done:
            for imported in sorted(graph.get(module, ())):
                visit(imported, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize("folder", ["assistant", "tests", "scripts"])
def test_files_stay_short(folder: str) -> None:
    lengths = {
        str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8").count("\n")
        for path in (PROJECT / folder).rglob("*.py")
        if "migrations" not in path.parts  # a migration lists every table, and is never edited again
    }
    assert not {path: length for path, length in lengths.items() if length > MAX_LINES}


def test_the_check_itself_sees_what_it_should() -> None:
    assert climbs("assistant.shop.service", "assistant.agents.orders")
    assert climbs("assistant.shop.service", "assistant.memory.memory")
    assert not climbs("assistant.agents.orders", "assistant.shop.service")
    assert not climbs("assistant.text.tokens", "assistant.errors")
    assert not climbs("assistant.shop.exam_adapter", "assistant.evaluation.retail.shop")
    assert climbs("assistant.shop.service", "assistant.evaluation.retail.shop")
    assert not climbs("assistant.shop.service", "assistant.shop.rows")
    assert not climbs("assistant.shop.service", "sqlalchemy")
