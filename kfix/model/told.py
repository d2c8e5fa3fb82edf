"""What is known of a program's data from outside of its source: from the error of a run."""

from __future__ import annotations

from kfix.model.record import Value
from kfix.model.unknown import Unknown

ToldShape = tuple[int | Unknown | None, ...]


class Told(Value):
    """A value that the source does not say, and where it comes up.

    The value is that of the expression `code`, the `ordinal`-th of this text in its file or cell:
    so it is
    found again after an edit elsewhere. `name` is the expression that has it where `code` gives
    several: the
    variable that a part is unpacked to. `shape` is the shape of an array, `number` a number;
    `dtype`,
    `one_hot` and `distinct` are what else is known of labels.
    """

    path: str
    cell: int | None
    code: str
    ordinal: int
    name: str | None
    shape: ToldShape | None = None
    number: int | None = None
    dtype: str | None = None
    one_hot: bool = False
    distinct: int | None = None
