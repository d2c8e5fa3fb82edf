"""What changes while a program is interpreted: names, containers, models; and how to take a change back.

Where a condition is unknown both branches run, each from the same state. All
changes go through a `Journal`, which knows what each branch wrote, so that the
two ends can be joined.
"""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue


class Missing(AbstractValue):
    """The value of a name that has none."""


MISSING = Missing()

Cell = tuple[int, Any]


class Changes:
    """What was written since a point: for each cell its holder, its key, and what was there."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells: dict[Cell, tuple[Any, Any, Any]] = {}


class Journal:
    """Writes to dictionaries of names and to objects that can `save` and `load`."""

    __slots__ = ("stack",)

    def __init__(self) -> None:
        self.stack: list[Changes] = []

    def set(self, names: dict[Any, AbstractValue], key: Any, value: AbstractValue) -> None:
        """`names[key] = value`."""
        if self.stack:
            self._note(names, key)
        names[key] = value

    def delete(self, names: dict[str, AbstractValue], key: str) -> None:
        """`del names[key]`, where it is there."""
        if self.stack:
            self._note(names, key)
        names.pop(key, None)

    def touch(self, thing: Any) -> None:
        """Call before a container or model is changed."""
        if self.stack:
            self._note(thing, None)

    def _note(self, holder: Any, key: Any) -> None:
        cells = self.stack[-1].cells
        cell = (id(holder), key)
        if cell not in cells:
            cells[cell] = (holder, key, read(holder, key))

    def begin(self) -> None:
        """From here on, remember."""
        self.stack.append(Changes())

    def take_back(self) -> dict[Cell, tuple[Any, Any, Any]]:
        """Undo all since `begin`; gives for each cell its holder, its key, and what had been written."""
        changes = self.stack.pop()
        written: dict[Cell, tuple[Any, Any, Any]] = {}
        for cell, (holder, key, old) in changes.cells.items():
            written[cell] = (holder, key, read(holder, key))
            _put(holder, key, old)
        return written

    def keep(self) -> dict[Cell, tuple[Any, Any, Any]]:
        """Let all since `begin` stand; gives for each cell its holder, its key, and what was there before."""
        changes = self.stack.pop()
        if self.stack:
            for cell, old in changes.cells.items():
                self.stack[-1].cells.setdefault(cell, old)
        return changes.cells

    def keep_to(self, depth: int) -> None:
        """Let all stand since the stack was this deep, where something was left halfway; those below know of it."""
        while len(self.stack) > depth:
            self.keep()

    def put(self, holder: Any, key: Any, state: Any) -> None:
        """Write what `take_back` or a join gave."""
        if self.stack:
            self._note(holder, key)
        _put(holder, key, state)


def read(holder: Any, key: Any) -> Any:
    """What a cell holds now."""
    return holder.get(key, MISSING) if isinstance(holder, dict) else holder.save()


def _put(holder: Any, key: Any, state: Any) -> None:
    if not isinstance(holder, dict):
        holder.load(state)
    elif state is MISSING:
        holder.pop(key, None)
    else:
        holder[key] = state


class Scope:
    """The names of a module, function or class body, and the scope around it.

    `stars` are the modules whose names came by `from … import *`: a library's
    dotted name, or a `ModuleV`.
    """

    __slots__ = ("elsewhere", "is_class", "names", "parent", "stars")

    def __init__(
        self,
        parent: Scope | None = None,
        is_class: bool = False,
        names: dict[str, AbstractValue] | None = None,
    ) -> None:
        self.names: dict[str, AbstractValue] = {} if names is None else names
        self.parent = parent
        self.is_class = is_class
        self.stars: list[Any] = []
        self.elsewhere: dict[str, Scope] = {}

    def find(self, name: str) -> AbstractValue:
        """What the name stands for, or `MISSING`."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            scope = scope.parent
        return MISSING

    def module(self) -> Scope:
        """The scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope
