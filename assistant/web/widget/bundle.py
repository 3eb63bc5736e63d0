"""The widget's script: the small modules under `static/`, joined into the one file that shops load.

Modules import named things from their neighbours and nothing else; here the imports are followed, the modules put
in order, `import` and `export` taken away, and the whole wrapped so that no name of ours meets the page's. No
outside tool takes part.
"""

import re
from pathlib import Path

from assistant.web.widget.minify import minify

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const)\b)", re.M)
_TOP_LEVEL = re.compile(r"^(?:async function\*?|function\*?|class|const|let) (\w+)", re.M)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.M)


def bundle(folder: Path, entry: str, constants: dict[str, str] | None = None) -> str:
    """One classic script of a module and all that it imports.

    Args:
        folder: of the modules.
        entry: file name of the module to begin with.
        constants: texts put in place of `__NAME__` in the sources.

    Raises:
        ValueError: an import or export that can't be joined, a circle of imports, or a name used twice.
    """
    order: list[str] = []
    _visit(folder, entry, order, ())
    taken: dict[str, str] = {}
    bodies = []
    for name in order:
        body = _EXPORT.sub("", _IMPORT.sub("", _read(folder, name)))
        if left := _LEFT_OVER.search(body):
            raise ValueError(f"{name} has {left.group()!r}, which can't be joined")
        for found in _TOP_LEVEL.findall(body):
            if taken.setdefault(found, name) != name:
                raise ValueError(f"{found!r} is defined in {taken[found]} and in {name}")
        bodies.append(body)
    whole = minify("\n".join(bodies))
    for key, text in (constants or {}).items():
        whole = whole.replace(f"__{key}__", text)
    return f'(()=>{{"use strict";{whole}}})();\n'


def modules(folder: Path, entry: str) -> list[str]:
    """File names of a module and all that it imports, those that others need first."""
    order: list[str] = []
    _visit(folder, entry, order, ())
    return order


def _visit(folder: Path, name: str, order: list[str], path: tuple[str, ...]) -> None:
    if name in path:
        raise ValueError(f"circle of imports: {' > '.join((*path, name))}")
    if name in order:
        return
    for _, needed in _IMPORT.findall(_read(folder, name)):
        _visit(folder, needed, order, (*path, name))
    order.append(name)


def _read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
