"""Operations along diagonals, and those that slide one vector over another."""

from __future__ import annotations

from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import add, without_axes


def _diagonal_length(rows: Dim, columns: Dim, offset: Dim) -> Dim:
    """Return the length of the diagonal of a matrix, `offset` places above the main one."""
    if isinstance(rows, int) and isinstance(columns, int) and isinstance(offset, int):
        return max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    return next((dim for dim in (rows, columns, offset) if isinstance(dim, Unknown)), None)


@operation("numpy:diag keras:diag", "x k=0", numpy="x k=0", keras="x k=0")
def diag(call: Call) -> Shapes:
    """Return the square matrix with a vector on its diagonal `k`, or that diagonal of a matrix."""
    x, k = call.shape(), call.number("k")
    if len(x) == 1:
        size = k
        if isinstance(k, int):
            size = add(x[0], abs(k))
        return (size, size)
    if len(x) != 2:
        raise RankMismatch(call.path, expected=Rank(1, 2), actual=x)
    return (_diagonal_length(x[0], x[1], k),)


_DIAGONAL = "x offset=0 axis1=0 axis2=1"


@operation("numpy:diagonal keras:diagonal", _DIAGONAL, numpy=_DIAGONAL, keras=_DIAGONAL)
def diagonal(call: Call) -> Shapes:
    """Return the other axes, with the diagonal as the last one."""
    x = call.shape_from("x", 2)
    first, second = call.axis(len(x), "axis1"), call.axis(len(x), "axis2")
    length = _diagonal_length(x[first], x[second], call.number("offset"))
    return (*without_axes(x, (first, second)), length)


@operation(
    "numpy:convolve numpy:correlate keras:correlate",
    "x y mode=None",
    numpy="x y mode=None",
    keras="x y mode=valid",
)
def convolve(call: Call) -> Shapes:
    """Return the length of the result of sliding one vector over another.

    `full` is the sum of both lengths less one, `same` the longer length, `valid` where they
    cover one another. By default NumPy's `convolve` is `full` and `correlate` is `valid`.
    """
    lengths = [_vector_length(call, name) for name in ("x", "y")]
    default = "valid"
    if call.name == "convolve":
        default = "full"
    mode = call.get("mode") or default
    for length in lengths:
        if not isinstance(length, int):
            return (length,)
    short, long = sorted(length for length in lengths if isinstance(length, int))
    by_mode = {"full": long + short - 1, "same": long, "valid": long - short + 1}
    if not isinstance(mode, str) or mode not in by_mode:
        raise UnknownUsed(Unknown(f"the mode of `{call.path}`"))
    return (by_mode[mode],)


def _vector_length(call: Call, name: str) -> Dim:
    shape = call.shape(name)
    if len(shape) != 1:
        raise RankMismatch(call.path, expected=Rank(1), actual=shape)
    return shape[0]
