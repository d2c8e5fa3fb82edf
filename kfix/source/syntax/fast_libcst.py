"""Imports libcst at two thirds of its price.

libcst's 176 node classes are frozen dataclasses, and most of the time that the
import takes goes into compiling their methods: for a frozen class a
`__setattr__` and a `__delattr__`, beside an `__init__` that has to go around
them. kfix assigns to no node and can do without that guard. The `__repr__`
and `__eq__` that are left out, too, would be thrown away once they are made,
for every node has those of `CSTNode`.

With libcst 1.9 on Python 3.11 the import takes 113 ms of CPU instead of 171 (least of 22 runs
each).
Only a process that is kfix's own may do this, as `kfix.cli.main.main` does: in one
that is shared, others may count on libcst's classes as they are. `dataclasses` itself is as it was
once libcst is imported.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

_own_process = False


def own_process() -> None:
    """Say that this process is kfix's own, before libcst is imported."""
    global _own_process
    _own_process = True


def import_libcst() -> None:
    """Import libcst.

    In a process of kfix's own, without the guards of its nodes against assignment.
    """
    if not _own_process or "libcst" in sys.modules:
        return
    as_asked = dataclasses.dataclass

    def dataclass(cls: Any = None, /, **options: Any) -> Any:
        if cls is None:
            return lambda decorated: dataclass(decorated, **options)
        if any(base.__name__ == "CSTNode" for base in cls.__mro__):
            options.update(frozen=False, repr=False, eq=False)
        return as_asked(cls, **options)

    dataclasses.dataclass = dataclass
    try:
        import libcst  # noqa: F401
    finally:
        dataclasses.dataclass = as_asked
