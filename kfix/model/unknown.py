"""What kfix could not tell, and why.

Three things are kept apart everywhere: a *variable* dim is `None` (Keras's own
word for it), a *wrong* shape is a refusal, and what kfix cannot tell is an
`Unknown`. An `Unknown` takes part in arithmetic and stays itself, so that a
formula needs no special case for it; any question that it cannot answer (is it
true, is it smaller) raises `UnknownUsed`, so that a rule can never take one
answer for the other by mistake.
"""

from __future__ import annotations

from typing import NoReturn

from kfix.model.abstract_value import AbstractValue
from kfix.model.site import Site


class UnknownUsed(Exception):
    """A decision was asked of an `Unknown`; carries it, so that the answer can be unknown too."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.why)
        self.unknown = unknown


class Unknown(AbstractValue):
    """A value, dim or shape that could not be told.

    `why` is one clause for a person ("`n` is a parameter of `build`"), `site`
    the place of it where there is one, `because` the unknown that led to this
    one.
    """

    __slots__ = ("because", "site", "why")

    def __init__(self, why: str, site: Site | None = None, because: Unknown | None = None) -> None:
        self.why = why
        self.site = site
        self.because = because

    def chain(self) -> tuple[Unknown, ...]:
        """This unknown and what led to it, the nearest reason first."""
        links: list[Unknown] = [self]
        while (link := links[-1].because) is not None and len(links) < 50:
            links.append(link)
        return tuple(links)

    def reasons(self) -> str:
        """The chain as one line."""
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
