"""Arrays that NumPy reads from files or makes by a function, and those whose rule is too odd for a table."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, Value
from kfix.source.interpreter.conversion import is_plain, plain, to_shape
from kfix.source.interpreter.partial_values import RowsV
from kfix.source.interpreter.values import ObjectV, TensorV
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import CONSTANTS, function, method


@function("numpy.load", "numpy.fromfile", "numpy.frombuffer", "numpy.memmap")
def _load(call: Call) -> Value:
    return Array(call.unknown("what the file holds"))


@function("numpy.loadtxt", "numpy.genfromtxt", "numpy.recfromcsv")
def _text(call: Call) -> Value:
    """Rows of numbers. A file with one column gives rank 1, and so does `names=` or a `dtype` of several fields."""
    why = call.unknown("what the file holds")
    if any(call.get(-1, name) is not None for name in ("names", "unpack", "ndmin", "converters")):
        return Array(why)
    columns = call.get(-1, "usecols")
    if isinstance(columns, ListV) and columns.unknown is None and len(columns.items) > 1:
        return Array((why, len(columns.items)))
    if isinstance(columns, Const) and isinstance(columns.value, int):
        return Array((why,))
    return Array(RowsV(why.why, why.site, why.because))


@function("numpy.unique")
def _unique(call: Call) -> Value:
    """As many as there are classes, where that is known; more arrays where they are asked for."""
    value = call.get(0, "ar")
    if isinstance(value, TensorV):
        return tensor_operations.library_call(call.context, call.path, call.given)
    if call.get(-1, "axis") is not None:
        return call.unknown()
    found = array_of(value, call)
    count = (
        found.distinct
        if found.distinct is not None
        else call.unknown("how many different values these are")
    )
    made = Array((count,), found.dtype, found.distinct)
    more = [call.get(-1, f"return_{name}") for name in ("index", "inverse", "counts")]
    asked = [m for m in more if m is not None and not (isinstance(m, Const) and not m.value)]
    return ListV([made, *(Array((count,), "int64") for _ in asked)], "tuple") if asked else made


@function("numpy.diff")
def _diff(call: Call) -> Value:
    """One less along the axis, `n` times."""
    value, axis, times = call.get(0, "a"), call.number(2, "axis", -1), call.number(1, "n", 1)
    if (
        not isinstance(value, Array)
        or not isinstance(value.shape, tuple)
        or axis is None
        or times is None
    ):
        return call.unknown()
    dims = list(value.shape)
    if not -len(dims) <= axis < len(dims):
        return call.unknown()
    dim = dims[axis]
    dims[axis] = (
        max(0, dim - times)
        if isinstance(dim, int)
        else call.unknown("how many differences these are")
    )
    return Array(tuple(dims), value.dtype)


@function("numpy.delete")
def _delete(call: Call) -> Value:
    """Less by one, or by as many as a list of different places names."""
    value, places, axis = call.get(0, "arr"), call.get(1, "obj"), call.number(2, "axis")
    made = tensor_operations.library_call(call.context, call.path, call.given)
    if (
        not isinstance(value, Array)
        or not isinstance(made, Array)
        or not isinstance(made.shape, tuple)
        or axis is None
    ):
        return made
    dim: Any = (
        value.shape[axis] if isinstance(value.shape, tuple) and axis < len(value.shape) else None
    )
    gone = plain(places) if is_plain(places) else None
    gone = [gone] if type(gone) is int else gone
    if (
        not isinstance(dim, int)
        or not isinstance(gone, list | tuple | range)
        or not all(type(g) is int for g in gone)
    ):
        return made
    dims = list(made.shape)
    dims[axis] = dim - len({place % dim for place in gone})
    return Array(tuple(dims), value.dtype)


@function("numpy.atleast_1d", "numpy.atleast_2d")
def _at_least(call: Call) -> Value:
    made = array_of(call.get(0), call)
    rank = 1 if call.name == "atleast_1d" else 2
    if not isinstance(made.shape, tuple):
        return Array(made.shape)
    return Array((1,) * (rank - len(made.shape)) + made.shape, made.dtype, made.distinct)


@function("numpy.resize", "numpy.fromfunction")
def _shaped(call: Call) -> Value:
    name = "new_shape" if call.name == "resize" else "shape"
    shape = call.get(1, name)
    return call.unknown() if shape is None else Array(to_shape(shape))


@function("numpy.digitize", "numpy.interp", "numpy.searchsorted")
def _as_first(call: Call) -> Value:
    value = call.get(1 if call.name == "searchsorted" else 0)
    dtype = "float64" if call.name == "interp" else "int64"
    return Array(value.shape, dtype) if isinstance(value, Array) else call.unknown()


@function("numpy.rot90")
def _rot90(call: Call) -> Value:
    """The first two axes change places, by each quarter of a turn."""
    value, turns = call.get(0, "m"), call.number(1, "k", 1)
    if (
        not isinstance(value, Array)
        or not isinstance(value.shape, tuple)
        or turns is None
        or call.find(2, "axes") is not None
    ):
        return call.unknown()
    shape = value.shape
    return Array(
        (shape[1], shape[0], *shape[2:]) if turns % 2 and len(shape) > 1 else shape, value.dtype
    )


@method("join_columns.__getitem__")
def _join_columns(call: Call) -> Value:
    """`np.c_[x, y]`: as columns, side by side."""
    return _joined(call, "numpy.column_stack")


@method("join_rows.__getitem__")
def _join_rows(call: Call) -> Value:
    """`np.r_[x, y]`: along the first axis."""
    return _joined(call, "numpy.concatenate")


def _joined(call: Call, path: str) -> Value:
    given = call.get(0)
    parts = given.items if isinstance(given, ListV) else [given]
    if not all(isinstance(part, Array) for part in parts):
        return call.unknown()
    return tensor_operations.array_operation(
        call.interpreter, path, [(None, ListV(list(parts), "tuple"))]
    )


CONSTANTS["numpy.c_"] = ObjectV("join_columns")
CONSTANTS["numpy.r_"] = ObjectV("join_rows")
