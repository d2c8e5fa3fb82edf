"""The house: no module of a room imports, however late, what imports it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from scripts import figures

ROOT = Path(__file__).parents[1]
ROOMS = sorted(path.parent.name for path in (ROOT / "kfix").glob("*/__init__.py"))


def modules(room: str) -> dict[str, Path]:
    """Return the modules of a room by their dotted names."""
    paths = (ROOT / "kfix" / room).rglob("*.py")
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def imported(path: Path, name: str, known: Collection[str]) -> set[str]:
    """Return the modules among those known that a module imports anywhere in it: in a function, and
    for its types, too.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & set(known)
            if not inner <= set(known):
                found.add(node.module)
    return (found & set(known)) - {name}


@pytest.mark.parametrize("room", ROOMS)
def test_no_circles(room: str) -> None:
    known = modules(room)
    circles = None
    try:
        TopologicalSorter(
            {name: imported(path, name, known) for name, path in known.items()}
        ).prepare()
    except CycleError as error:
        circles = error.args[1]
    assert circles is None


def test_the_rooms_are_found() -> None:
    assert {
        "findings",
        "model",
        "repair",
        "report",
        "rewrite",
        "shapes",
        "source",
        "verify",
    } <= set(ROOMS)


def test_packages_make_no_circle() -> None:
    known = {name: room for room in ROOMS for name in modules(room)}
    arrows: dict[str, set[str]] = {room: set() for room in ROOMS}
    for room in ROOMS:
        for name, path in modules(room).items():
            arrows[room] |= {known[other] for other in imported(path, name, known)} - {room}
    circles = None
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        circles = error.args[1]
    assert circles is None


def test_syntax_trees_stay_in_two_packages() -> None:
    users = {
        room
        for room in ROOMS
        for path in modules(room).values()
        if re.search(r"^\s*(import|from) libcst\b", path.read_text(), re.MULTILINE)
    }
    assert users == {"source", "rewrite"}


def test_figures_that_reached_their_bounds_keep_them() -> None:
    assert figures.newly_missed() == []
