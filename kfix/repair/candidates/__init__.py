"""Which edits could cure what: one module a kind of conflict, found by walking the package.

A module says with `CURES` which findings it has cures for (none: it brings a
wrong output nearer to the target) and gives them with `propose`.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from kfix.model.record import replace
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict


@cache
def _modules() -> tuple[ModuleType, ...]:
    # Not pkgutil.iter_modules: it imports inspect, which costs more than all these modules.
    files = sorted(name for folder in __path__ for name in os.listdir(folder))
    names = [name[:-3] for name in files if name.endswith(".py") and name != "__init__.py"]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(module for module in found if hasattr(module, "propose"))


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every edit worth trying against a conflict that the options allow, in no order."""
    for module in _modules():
        if conflict.finding is None:
            fits = not module.CURES
        else:
            fits = isinstance(conflict.finding, module.CURES)
        if fits:
            for candidate in module.propose(conflict):
                if all(conflict.options.allows(edit) for edit in candidate.edits):
                    more = sum(map(conflict.everywhere, candidate.edits))
                    yield replace(candidate, cost=candidate.cost + more) if more else candidate


def towards(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every edit that may bring the output nearer to the target."""
    for module in _modules():
        if not module.CURES:
            yield from module.propose(conflict)
