"""Functions by the class of what they work on: a table instead of a ladder of `isinstance`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class ByClass(Generic[F]):
    """A function that is registered class by class: an object has that of the nearest of its bases.

    Unlike `functools.singledispatch` it does not mind at which place of the arguments the object
    stands, has a type, and costs one look-up in a dictionary.
    """

    __slots__ = ("_default", "_found", "_registered")

    def __init__(self, default: F) -> None:
        self._default = default
        self._registered: dict[type, F] = {}
        self._found: dict[type, F] = {}

    def register(self, *classes: type) -> Callable[[F], F]:
        """Return a decorator that registers the function for these classes."""

        def register(function: F) -> F:
            self._registered.update(dict.fromkeys(classes, function))
            self._found.clear()
            return function

        return register

    def of(self, thing: object) -> F:
        """Return the function for an object, the default where its class has none."""
        cls = type(thing)
        function = self._found.get(cls)
        if function is None:
            bases = (self._registered[base] for base in cls.__mro__ if base in self._registered)
            function = self._found[cls] = next(bases, self._default)
        return function
