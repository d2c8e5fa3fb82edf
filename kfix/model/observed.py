"""Values that the error of a run states, and the source does not."""

from __future__ import annotations

from kfix.model.record import Value
from kfix.model.unknown import Unknown

ObservedShape = tuple[int | Unknown | None, ...]


class Observed(Value):
    """A value that the source does not say, and where it comes up.

    It is the value of the expression `code`, the `ordinal`-th of this text in its file or cell: so
    it is found again after an edit elsewhere. Where `code` has several values, `name` is the
    variable that one of them is unpacked to. `shape` is the shape of an array, or the tuple itself
    if it `is_tuple`; `number` is a number;
    `dtype`, `one_hot` and `distinct` are what else is known of labels.
    """

    path: str
    cell: int | None
    code: str
    ordinal: int
    name: str | None
    shape: ObservedShape | None = None
    number: int | None = None
    dtype: str | None = None
    one_hot: bool = False
    distinct: int | None = None
    is_tuple: bool = False

    @property
    def array_shape(self) -> ObservedShape | None:
        """The shape of an array, `None` where it is not known or this is a tuple."""
        return None if self.is_tuple else self.shape
