"""Which edits could cure what: one module a kind of conflict, found by walking the package.

A module says with `CURES` which findings it has cures for (none: it brings a
wrong output nearer to the target) and gives them with `propose`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from kfix.repair.conflict import Candidate, Conflict


@cache
def _modules() -> tuple[ModuleType, ...]:
    found = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return tuple(module for module in found if hasattr(module, "propose"))


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Every edit worth trying against a conflict that the options allow, in no order."""
    for module in _modules():
        if conflict.finding is None:
            fits = not module.CURES
        else:
            fits = isinstance(conflict.finding, module.CURES)
        if fits:
            for candidate in module.propose(conflict):
                if all(conflict.options.allows(edit) for edit in candidate.edits):
                    yield candidate
