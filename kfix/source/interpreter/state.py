"""What changes while a program is interpreted: names, containers, models; and how to take a change
back.

Where a condition is unknown both branches run, each from the same state. All
changes go through a `Journal`, which knows what each branch wrote, so that the
two ends can be joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kfix.model.abstract_value import AbstractValue


class Missing(AbstractValue):
    """The value of a name that has none."""


MISSING = Missing()

Cell = tuple[int, Any]
"""What identifies a cell that is written to: the identity of its holder, and its key in it."""

Written = dict[Cell, tuple[Any, Any, Any]]
"""For each cell its holder, its key, and a state of it."""


class Changes:
    """What was written since a point: for each cell its holder, its key, and what was there."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells: Written = {}


class Journal:
    """Writes to dictionaries of names and to objects that can `save` and `load`."""

    __slots__ = ("stack",)

    def __init__(self) -> None:
        self.stack: list[Changes] = []

    def set(self, names: dict[Any, AbstractValue], key: Any, value: AbstractValue) -> None:
        """Do `names[key] = value`."""
        if self.stack:
            self._note(names, key)
        names[key] = value

    def delete(self, names: dict[str, AbstractValue], key: str) -> None:
        """Do `del names[key]`, where it is there."""
        if self.stack:
            self._note(names, key)
        names.pop(key, None)

    def touch(self, thing: Any) -> None:
        """Remember a container or model as it is; to be called before it is changed."""
        if self.stack:
            self._note(thing, None)

    def _note(self, holder: Any, key: Any) -> None:
        cells = self.stack[-1].cells
        cell = (id(holder), key)
        # The first write alone finds the state to go back to; later ones find their own.
        if cell not in cells:
            cells[cell] = (holder, key, read(holder, key))

    def begin(self) -> None:
        """Remember from here on what is written."""
        self.stack.append(Changes())

    def take_back(self) -> Written:
        """Undo all since `begin`; returns what had been written to each cell."""
        changes = self.stack.pop()
        written: Written = {}
        for cell, (holder, key, old) in changes.cells.items():
            written[cell] = (holder, key, read(holder, key))
            _put(holder, key, old)
        return written

    def keep(self) -> Written:
        """Let all since `begin` stand; returns what was in each cell before."""
        changes = self.stack.pop()
        if self.stack:
            # Whoever takes the block around this one back has to take this one back, too.
            for cell, old in changes.cells.items():
                self.stack[-1].cells.setdefault(cell, old)
        return changes.cells

    def keep_to(self, depth: int) -> None:
        """Let all stand since the stack was this deep, where something was left halfway.

        Those below know of it.
        """
        while len(self.stack) > depth:
            self.keep()

    def put(self, holder: Any, key: Any, state: Any) -> None:
        """Write what `take_back` or a join gave."""
        if self.stack:
            self._note(holder, key)
        _put(holder, key, state)

    def put_all(self, written: Written) -> None:
        """Write again what `take_back` gave."""
        for holder, key, state in written.values():
            self.put(holder, key, state)


def read(holder: Any, key: Any) -> Any:
    """Return what a cell holds: the value of a key of a dictionary, or the state of an object."""
    if isinstance(holder, dict):
        return holder.get(key, MISSING)
    return holder.save()


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

    def around(self) -> Iterator[Scope]:
        """Yield this scope and those around it that its code sees, the innermost first: no class
        body.
        """
        scope: Scope | None = self
        while scope is not None:
            if scope is self or not scope.is_class:
                yield scope
            scope = scope.parent

    def find(self, name: str) -> AbstractValue:
        """Return what the name stands for, or `MISSING`."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            scope = scope.parent
        return MISSING

    def module(self) -> Scope:
        """Return the scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope
