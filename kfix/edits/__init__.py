"""The kinds of edits that kfix can make: one module each, found by walking the package.

A module says everything about its kind: the data of an edit, what it costs,
what it changes in a graph, how it is written, and how it is said. A new kind
is a new file and nothing else, as long as `kfix.rewrite` has the tool that
writes it: no module here imports libcst. The first line of the docstring of
the class is what `kfix --explain edits` prints.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator

from kfix.edits.base import Edit

_NO_KINDS = ("__init__", "base", "graph")


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds, as `--only` and `--never` take them; no module is imported."""
    # Not pkgutil.iter_modules: it imports inspect, which costs more than all these modules.
    files = sorted(name for folder in __path__ for name in os.listdir(folder))
    modules = [name.removesuffix(".py") for name in files if name.endswith(".py")]
    return tuple(name.replace("_", "-") for name in modules if name not in _NO_KINDS)


def all_kinds() -> Iterator[type[Edit]]:
    """Import the module of every kind and yield its class of edits."""
    for kind in kinds():
        module = importlib.import_module(f"{__name__}.{kind.replace('-', '_')}")
        for thing in vars(module).values():
            mine = getattr(thing, "__module__", None) == module.__name__
            if mine and isinstance(thing, type) and issubclass(thing, Edit):
                yield thing
