"""What kfix can say about a program: one class a finding, one file each.

The docstring of a class is its documentation (`kfix --explain CODE`). The
files are found by walking the package, so that a new finding is a new file and
nothing else.

The first digit of a code says what the finding is about:

===  =============================================================================
1    the output shape of a model
2    the shapes and the inputs of a layer or a call: Keras refuses to build it
3    arguments, and names of Keras 1 and 2
4    notes on style: Keras takes the model
5    Keras builds the model and refuses to run it, or runs it otherwise than written
6    data, labels and losses: what `fit`, `evaluate` and `predict` make of the model
===  =============================================================================

A new finding takes the next free number behind the last of its digit. A code is never used again:
it stands in the configuration and the comments of users.
"""

from __future__ import annotations

import importlib
import pkgutil

from kfix.findings.base import Finding, Severity

__all__ = ["Finding", "Severity", "all_findings", "finding_class"]


def all_findings() -> dict[str, type[Finding]]:
    """Return every finding there is, by its code; raise `AssertionError` for two of one code."""
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
                other = found.setdefault(thing.code, thing)
                assert other is thing, f"{thing.code}: {other.__name__} and {thing.__name__}"
    return dict(sorted(found.items()))


def finding_class(code: str) -> type[Finding] | None:
    """Return the finding with this code or name, in any case, or `None`."""
    wanted = code.strip()
    for cls in all_findings().values():
        if wanted.upper() == cls.code or wanted.lower() == cls.name():
            return cls
    return None
