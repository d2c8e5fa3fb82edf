"""What is known of numbers, shapes and data frames of which not all is known."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.origin import Derived, Fixed, get_shape
from kfix.model.unknown import Unknown


class IntegerV(Unknown):
    """An integer that is not known, as `base + offset`: `i` of a loop whose turns are not known,
    and `i - 5`.

    `data[i - 5:i]` is five long, whatever `i` is.
    """

    __slots__ = ("base", "offset")

    def __init__(self, why: Unknown, base: object = None, offset: int = 0) -> None:
        super().__init__(why.why, why.site, why.because)
        self.base = self if base is None else base
        self.offset = offset

    def plus(self, other: int) -> IntegerV:
        """Return the sum of this integer and a known one."""
        return IntegerV(self, self.base, self.offset + other)

    def of_other_base(self) -> IntegerV:
        """Return an integer that is computed from it, at an unknown distance."""
        return IntegerV(self)

    def minus(self, other: IntegerV) -> int | None:
        """Return how far it is from another, `None` where they do not have the same base."""
        if self.base is other.base:
            return self.offset - other.offset
        return None


class CountV(Unknown):
    """A `range` whose length is not known: it holds integers."""

    __slots__ = ()


class UpToV(Unknown):
    """How long `rows[i:i + most]` is: shorter only where the rows end."""

    __slots__ = ("most",)

    def __init__(self, why: Unknown, most: int) -> None:
        super().__init__(why.why, why.site, why.because)
        self.most = most


class RowsV(Unknown):
    """The shape of a file of numbers: rank 2, or rank 1 where it has one column.

    `data[:, 0:8]` says which.
    """

    __slots__ = ()


class VersionedV(Array):
    """What a call gives in one version of a library, an array, where in others it gives a tuple.

    `forms` are those tuples: the number of names that it is unpacked into decides which it is.
    """

    forms: tuple[tuple[AbstractValue, ...], ...] = ()

    def unpacked(self, count: int) -> list[AbstractValue] | None:
        """Return the elements of the tuple of this length, `None` where no version gives one."""
        return next((list(form) for form in self.forms if len(form) == count), None)

    def now(self) -> Array:
        """Return the array alone."""
        return Array(self.shape, self.dtype)

    __hash__ = object.__hash__


class FrameV(Array):
    """A pandas DataFrame (rank 2) or Series (rank 1): an array whose columns may have names, and
    may change.

    `columns` are the names in order, `None` where they are not known (how
    many there are may be known all the same); of a Series with a number for
    each column of a frame they are those it has a number for, or more. `among`
    are names that its columns are some of, `rows` such names for its rows.
    `counts` says of columns by name how many different values they hold.
    """

    columns: tuple[Any, ...] | None = None
    among: tuple[Any, ...] | None = None
    rows: tuple[Any, ...] | None = None
    counts: dict[Any, int] | None = None

    def now(self) -> Array:
        """Return the array that it is now, which later changes of the frame do not reach."""
        origin = Derived(get_shape, (Fixed(self),))
        return Array(self.shape, self.dtype, self.distinct, self.one_hot, origin=origin)

    def save(self) -> dict[str, Any]:
        """Return its state, for a `Journal`."""
        return dict(self.__dict__)

    def load(self, saved: dict[str, Any]) -> None:
        """Go back to a state."""
        self.__dict__.update(saved)

    def become(self, other: FrameV) -> None:
        """Take over the shape and columns of another; touch the journal first."""
        self.__dict__.update(other.__dict__)

    __hash__ = object.__hash__
