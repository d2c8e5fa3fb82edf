"""The code that an edit writes.

New layers and what they take over, numbers with a spelling, places of arguments.
"""

from __future__ import annotations

from typing import Literal

from kfix.model.record import Value
from kfix.model.site import Site

Where = Literal["before", "after", "ahead"]
"""Beside a place, or `ahead` of it: before the first alone of the layers that are put in there."""


class NewLayer(Value):
    """A layer that is to be written: Keras's class name and its arguments.

    Positional arguments come first, with `None`.

    A value may itself be a `NewLayer` (TimeDistributed(Dense(3))), an
    `Existing` (the layer that stood there before: TimeDistributed of it), a
    `ValueOf` (what another layer is given: Conv2D(filters, 1) beside it) or a
    `Number` (what its spelling is).
    """

    cls: str
    arguments: tuple[tuple[str | None, object], ...] = ()


class Existing(Value):
    """The source text of the call at `site`, taken over as it stands."""

    site: Site


class ValueOf(Value):
    """The value of the argument at `site`, written as it is there.

    Where that layer is made several times (a helper function, a loop), each
    new layer gets the value of the one made last before it, or of the one
    that was made `back` earlier.
    """

    site: Site
    back: int = 0


class Name(Value):
    """The name that the program has for a number at the place where it is written."""

    text: str


class Multiple(Value):
    """A number that is `factor` times what stands there: `2 * units` in the place of `units`."""

    factor: int


class OutputCount(Value):
    """A number of outputs per sample: a name of the program that says so may stand for it."""


class Number(Value):
    """A number, and how it is written: a layer has the `value`, the source the spelling."""

    value: int
    spelling: Name | Multiple | OutputCount | ValueOf


def plain(value: object) -> object:
    """Return the value that a layer has, without the spelling of the numbers in it."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value.value if isinstance(value, Number) else value


class Slot(Value):
    """Where an argument of the call at `call` is, or would be.

    `argument` is the place of the present one, if any.

    `texts` are arguments of the call with the value that each has, wherever
    it is made: what of the new value is written there already is taken over,
    `(img_width, img_height, 3)` of `(3, img_width, img_height)`.
    `position` is the place, from 0 on, of a positional argument whose Site is not known: those of
    functions have none. A value that stands there is written over; without one, or with
    `position=None` and no `argument`, the argument is written by its keyword.
    """

    call: Site
    argument: Site | None = None
    texts: tuple[tuple[object, Site], ...] = ()
    position: int | None = None

    @property
    def place(self) -> Site:
        """The Site of the argument, else of the call."""
        return self.argument or self.call
