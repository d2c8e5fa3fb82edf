"""Operations along diagonals, and those that slide one row of numbers over another."""

from __future__ import annotations

from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.table import Call, operation


def _along(call: Call, rows: Dim, columns: Dim, offset: object) -> Dim:
    """How long the diagonal of a matrix is, `offset` places above the main one."""
    for number in (rows, columns, offset):
        if isinstance(number, Unknown):
            return number
    if not isinstance(rows, int) or not isinstance(columns, int) or not isinstance(offset, int):
        return None
    return max(0, min(rows + min(offset, 0), columns - max(offset, 0)))


@operation("numpy:diag keras:diag", "x k=0", numpy="x k=0", keras="x k=0")
def diag(call: Call) -> Shapes:
    """A square matrix of a vector, large enough for the diagonal `k`; the diagonal `k` of a matrix."""
    x, k = call.shape(), call.number("k")
    if len(x) == 1:
        size = (
            x[0]
            if isinstance(x[0], Unknown) or not isinstance(k, int) or x[0] is None
            else x[0] + abs(k)
        )
        return (size, size) if isinstance(k, int) else (k, k)
    if len(x) != 2:
        raise RankMismatch(call.path, expected=Rank(1, 2), actual=x)
    return (_along(call, x[0], x[1], k),)


@operation(
    "numpy:diagonal keras:diagonal",
    "x offset=0 axis1=0 axis2=1",
    numpy="x offset=0 axis1=0 axis2=1",
    keras="x offset=0 axis1=0 axis2=1",
)
def diagonal(call: Call) -> Shapes:
    """The other axes, and the diagonal as the last one."""
    x = call.shape()
    if len(x) < 2:
        raise RankMismatch(call.path, expected=Rank(2, None), actual=x)
    first, second = call.axis(len(x), "axis1"), call.axis(len(x), "axis2")
    rest = tuple(dim for at, dim in enumerate(x) if at not in (first, second))
    return (*rest, _along(call, x[first], x[second], call.number("offset")))


@operation(
    "numpy:convolve numpy:correlate keras:correlate",
    "x y mode=None",
    numpy="x y mode=None",
    keras="x y mode=valid",
)
def convolve(call: Call) -> Shapes:
    """`full` is as long as both less one, `same` as the longer one, `valid` where they cover one another.

    Where nothing is said numpy's convolve is `full` and correlate `valid`.
    """
    lengths = []
    for name in ("x", "y"):
        shape = call.shape(name)
        if len(shape) != 1:
            raise RankMismatch(call.path, expected=Rank(1), actual=shape)
        lengths.append(shape[0])
    mode = call.get("mode") or ("full" if call.path.endswith("convolve") else "valid")
    for length in lengths:
        if isinstance(length, Unknown):
            return (length,)
    short, long = sorted(length for length in lengths if isinstance(length, int))
    if mode not in ("full", "same", "valid"):
        raise UnknownUsed(Unknown(f"the mode of `{call.path}`"))
    return ({"full": long + short - 1, "same": long, "valid": long - short + 1}[mode],)
