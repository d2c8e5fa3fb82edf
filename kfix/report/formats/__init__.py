"""The formats of a report that tools read: one module or package each, found by walking this one.

A format is a function `render(run: Run) -> str` in a module or package that has its name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from kfix.model.record import Value

if TYPE_CHECKING:
    from kfix.engine.results import FileResult

# Not pkgutil.iter_modules: it imports inspect, which the command line does not need.
_FILES = sorted(name for folder in __path__ for name in os.listdir(folder) if name[0] not in "_.")
_NAMES = (os.path.splitext(name) for name in _FILES)
FORMATS = ("text", *(name for name, ending in _NAMES if ending in ("", ".py")))
"""The names that `--output-format` takes; text is for people and is not made here."""


class Run(Value):
    """What a report is about."""

    results: Sequence[FileResult]
    writes: bool = True
    """Whether the applied repairs are written, or only shown."""
    searched: bool = True
    """Whether repairs were searched for."""
    output: bytes | None = None
    """The fixed program, where it was read from standard input."""


def render(name: str, run: Run) -> str:
    """Return the report of a run in the format of that name, with a line break at its end."""
    text: str = import_module(f"{__name__}.{name}").render(run)
    return text if text.endswith("\n") or not text else text + "\n"
