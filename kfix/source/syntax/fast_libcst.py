"""Imports libcst at less than half of its price.

libcst's 176 node classes are frozen dataclasses, and most of the time that the
import takes goes into compiling their methods: for a frozen class a
`__setattr__` and a `__delattr__`, beside an `__init__` that has to go around
them. kfix assigns to no node and can do without that guard. The `__repr__`
and `__eq__` that are left out, too, would be thrown away once they are made,
for every node has those of `CSTNode`. The `__init__` of a class is compiled when
the first node of it is made; a program has nodes of some 60 classes.

Only a process that is kfix's own may do this, as `kfix.cli.main.main` does: in one
that is shared, others may count on libcst's classes as they are. `dataclasses` itself is as it was
once libcst is imported.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
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
        is_node = any(base.__name__ == "CSTNode" for base in cls.__mro__)
        if is_node:
            options.update(frozen=False, repr=False, eq=False, init=False)
        made = as_asked(cls, **options)
        if is_node:
            made.__init__ = _compiled_late()
        return made

    dataclasses.dataclass = dataclass
    try:
        import libcst  # noqa: F401
    finally:
        dataclasses.dataclass = as_asked


def _compiled_late() -> Callable[..., None]:
    """Return an `__init__` that puts the compiled one in its own place when it is called."""

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        owner = next(cls for cls in type(self).__mro__ if vars(cls).get("__init__") is init)
        compiled = _compiled(owner)
        type.__setattr__(owner, "__init__", compiled)
        compiled(self, *args, **kwargs)

    return init


def _compiled(cls: Any) -> Callable[..., None]:
    """Return the `__init__` that `dataclasses` would have given to a class that is not frozen."""
    names: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    positional = ["self"]
    keywords: list[str] = []
    body: list[str] = []
    for field in dataclasses.fields(cls):
        name, value = field.name, field.name
        parameter = name
        if field.default is not dataclasses.MISSING:
            names[f"_{name}"] = field.default
            parameter = f"{name}=_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            names[f"_{name}"] = field.default_factory
            parameter = f"{name}=MISSING"
            value = f"_{name}() if {name} is MISSING else {name}"
        (keywords if field.kw_only else positional).append(parameter)
        body.append(f"    self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("    self.__post_init__()")
    star = ["*"] if keywords else []
    parameters = ", ".join([*positional, *star, *keywords])
    exec("\n".join([f"def __init__({parameters}):", *body, "    return None"]), names)
    compiled: Callable[..., None] = names["__init__"]
    return compiled
