"""What kfix does not know, and why.

Three things are kept apart everywhere: a *variable* dim is `None` (Keras's own
word for it), a *wrong* shape is a refusal, and a value that kfix cannot infer is
an `Unknown`. An `Unknown` takes part in arithmetic and stays itself, so that a
formula needs no special case for it. A question that it cannot answer (is it
true, is it smaller) raises `UnknownUsed`, so that no rule mistakes one for the
other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, TypeVar

from kfix.model.abstract_value import AbstractValue
from kfix.model.site import Site

T = TypeVar("T")


class UnknownUsed(Exception):
    """A decision depended on an `Unknown`; carries it, so that the result can be unknown too."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.why)
        self.unknown = unknown


class Unknown(AbstractValue):
    """A value, dim or shape that kfix cannot infer.

    `why` is one clause for a person ("`n` is a parameter of `build`"), `site`
    its place in the program if it has one, `because` the unknown that led to
    this one.
    """

    __slots__ = ("because", "site", "why")

    def __init__(self, why: str, site: Site | None = None, because: Unknown | None = None) -> None:
        self.why = why
        self.site = site
        self.because = because

    def truth(self) -> None:
        """Return `None`: whether it is true is not known."""

    def chain(self) -> tuple[Unknown, ...]:
        """Return this unknown and what led to it, the nearest reason first."""
        links: list[Unknown] = [self]
        while (link := links[-1].because) is not None and len(links) < 50:
            links.append(link)
        return tuple(links)

    def reasons(self) -> str:
        """Return the chain as one line."""
        return ", because ".join(link.why for link in self.chain())

    def __repr__(self) -> str:
        return f"Unknown({self.reasons()!r})"

    def _same(self, *_: object) -> Unknown:
        return self

    def _undecided(self, *_: object) -> NoReturn:
        raise UnknownUsed(self)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __floordiv__ = __rfloordiv__ = __truediv__ = __rtruediv__ = _same
    __mod__ = __rmod__ = __pow__ = __rpow__ = _same
    __neg__ = __pos__ = __abs__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _undecided


class Impossible(Unknown):
    """A value that no program has: the call that makes it is refused.

    `call` is that call as it is written, `expected` and `actual` are what it takes and is given.
    What is given at a place would be taken in another form where `instead` has both; `{0}` in it
    stands for what is there.
    """

    __slots__ = ("actual", "call", "expected", "instead")

    def __init__(
        self,
        call: str,
        expected: str,
        actual: str,
        site: Site,
        instead: tuple[Site, str] | None = None,
    ) -> None:
        super().__init__(f"`{call}` expects {expected}, got {actual}", site)
        self.call = call
        self.expected = expected
        self.actual = actual
        self.instead = instead


def as_unknown(value: object, why: str, site: Site | None = None) -> Unknown:
    """Return `value` if it is an `Unknown` already, else a new one with this reason."""
    if isinstance(value, Unknown):
        return value
    return Unknown(why, site)


def any_unknown(values: Iterable[object]) -> bool:
    """Return whether one of several values or dims is unknown."""
    return any(isinstance(value, Unknown) for value in values)


def all_integers(values: Iterable[object]) -> bool:
    """Return whether all dims of a shape, or all of several values, are integers."""
    return all(isinstance(value, int) for value in values)


def any_integer(values: Iterable[object]) -> bool:
    """Return whether one of several dims or values is an integer."""
    return any(isinstance(value, int) for value in values)


def require_known(value: T | Unknown) -> T:
    """Return the value; raise `UnknownUsed` if it is an `Unknown`."""
    if isinstance(value, Unknown):
        raise UnknownUsed(value)
    return value
