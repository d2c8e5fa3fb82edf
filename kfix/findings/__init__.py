"""What kfix can say about a program: one class a finding, one file each.

The docstring of a class is its documentation (`kfix --explain CODE`). The
files are found by walking the package, so that a new finding is a new file and
nothing else.
"""

from __future__ import annotations

import importlib
import pkgutil

from kfix.findings.base import Finding, Severity

__all__ = ["Finding", "Severity", "all_findings", "finding_class"]


def all_findings() -> dict[str, type[Finding]]:
    """Return every finding there is, by its code."""
    found: dict[str, type[Finding]] = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name == "base":
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        for thing in vars(module).values():
            if (
                isinstance(thing, type)
                and issubclass(thing, Finding)
                and thing.__module__ == module.__name__
            ):
                found[thing.code] = thing
    return dict(sorted(found.items()))


def finding_class(code: str) -> type[Finding] | None:
    """Return the finding with this code or name, in any case, or `None`."""
    wanted = code.strip()
    for cls in all_findings().values():
        if wanted.upper() == cls.code or wanted.lower() == cls.name():
            return cls
    return None
