"""Modules of the same project, and names that are imported from them."""

from __future__ import annotations

from collections.abc import Callable

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.state import Scope


class ModuleV(AbstractValue):
    """A module of the same project; its file, `path`, is read when a name of it is first asked for.

    Without a file it is a package of which only the modules that were imported are known.
    """

    __slots__ = ("name", "path", "scope", "state")

    def __init__(self, name: str, scope: Scope, path: str | None = None) -> None:
        self.name = name
        self.scope = scope
        self.path = path
        self.state = "new" if path is not None else "read"

    @property
    def names(self) -> dict[str, AbstractValue]:
        """Return the names at its top level, as far as it was read."""
        return self.scope.names


class LazyV(AbstractValue):
    """A name that is imported from a module of the project: what it stands for is looked up when it
    is used.
    """

    __slots__ = ("busy", "find", "value")

    def __init__(self, find: Callable[[], tuple[AbstractValue, bool]]) -> None:
        self.find = find
        self.busy = False
        self.value: AbstractValue | None = None
