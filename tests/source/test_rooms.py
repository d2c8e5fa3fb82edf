"""The house: no module of the reading room imports, however late, what imports it."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "kfix" / "source").rglob("*.py")
}


def imported(path: Path, name: str) -> set[str]:
    """The modules of kfix that a module imports anywhere in it: in a function, and for its types, too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & MODULES.keys()
            if not inner <= MODULES.keys():
                found.add(node.module)
    return (found & MODULES.keys()) - {name}


def test_no_circles() -> None:
    circles = None
    try:
        TopologicalSorter({name: imported(path, name) for name, path in MODULES.items()}).prepare()
    except CycleError as error:
        circles = error.args[1]
    assert circles is None
