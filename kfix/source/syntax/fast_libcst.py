"""Lets `import libcst` cost two thirds.

libcst's 176 node classes are frozen dataclasses, and most of the time that the
import takes goes into compiling their methods: for a frozen class a
`__setattr__` and a `__delattr__`, beside an `__init__` that has to go around
them. kfix assigns to no node and can do without that guard. The `__repr__`
and `__eq__` that are left out, too, would be thrown away once they are made,
for every node has those of `CSTNode`.

Only a process that is kfix's own may do this, as `kfix.cli.main.main` does: in one
that is shared, others may count on libcst's classes as they are.
"""

from __future__ import annotations

import dataclasses
from typing import Any


def arrange() -> None:
    """From now on dataclasses that are libcst nodes are made without the guard against assignment."""
    as_asked = dataclasses.dataclass

    def dataclass(cls: Any = None, /, **options: Any) -> Any:
        if cls is None:
            return lambda decorated: dataclass(decorated, **options)
        if any(base.__name__ == "CSTNode" for base in cls.__mro__):
            options.update(frozen=False, repr=False, eq=False)
        return as_asked(cls, **options)

    dataclasses.dataclass = dataclass
