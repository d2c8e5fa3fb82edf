"""The code that an edit writes: new layers and what they take over, numbers with a spelling, places of arguments."""

from __future__ import annotations

from typing import Literal

from kfix.model.record import Value
from kfix.model.site import Site

Where = Literal["before", "after", "ahead"]
"""Beside a place, or `ahead` of it: before the first alone of the layers that are put in there."""


class Count(int):
    """How many outputs a sample there are, as a value that is written: a name that says so may stand for it."""

    __slots__ = ()


class Named(int):
    """A number, and the name that the program has for it where it is written."""

    name: str

    def __new__(cls, number: int, name: str) -> Named:
        """The `number`, called `name`."""
        made = super().__new__(cls, number)
        made.name = name
        return made


class Times(int):
    """A number that is `factor` times what stands there now: `2 * units` in the place of `units`."""

    factor: int

    def __new__(cls, present: int, factor: int) -> Times:
        """`factor` times the `present` value."""
        made = super().__new__(cls, present * factor)
        made.factor = factor
        return made


class NewLayer(Value):
    """A layer that is to be written: Keras's class name and its arguments, positional ones first with `None`.

    A value may itself be a `NewLayer` (TimeDistributed(Dense(3))), an
    `Existing` (the layer that stood there before: TimeDistributed of it) or a
    `ValueOf` (what another layer is given: Conv2D(filters, 1) beside it).
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


class AsWritten(int):
    """A number that is written as the argument `of` is, where its names mean the same at the new place."""

    of: ValueOf

    def __new__(cls, number: int, of: ValueOf) -> AsWritten:
        """The `number`, written as `of`."""
        made = super().__new__(cls, number)
        made.of = of
        return made


class Slot(Value):
    """Where an argument of the call at `call` is, or would be: `argument` is the place of the present one, if any.

    `texts` are arguments of the call with the value that each has, wherever
    it is made: what of the new value is written there already is taken over,
    `(img_width, img_height, 3)` of `(3, img_width, img_height)`.
    """

    call: Site
    argument: Site | None = None
    texts: tuple[tuple[object, Site], ...] = ()

    @property
    def place(self) -> Site:
        """The Site of the argument, else of the call."""
        return self.argument or self.call
