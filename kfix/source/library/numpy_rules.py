"""NumPy: functions that need a rule of their own, and arrays that are read from files."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.containers import ListV
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.partial_values import RowsV
from kfix.source.interpreter.values import ObjectV, TensorV
from kfix.source.library.arguments import (
    Bound,
    array_dtype,
    integer,
    is_none,
    items_of,
    known,
    known_shape,
)
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import CONSTANTS
from kfix.source.library.signatures import function, function_row, method, within

function_row(
    within("numpy", "load fromfile frombuffer memmap"),
    "**_",
    'any[*"the content of a file is not known"]',
)
function_row("numpy.resize", "a, new_shape", "any[*new_shape]")
function_row("numpy.fromfunction", "function, shape, **_", "any[*shape]")
function_row("numpy.digitize", "x, bins, right=False", "int64[*x.shape]")
function_row("numpy.interp", "x, xp, fp, left=None, right=None, period=None", "float64[*x.shape]")
function_row("numpy.searchsorted", "a, v, side='left', sorter=None", "int64[*v.shape]")


@function("numpy.loadtxt numpy.genfromtxt numpy.recfromcsv")
def _text(call: Bound) -> AbstractValue:
    """Return rows of numbers.

    A file with one column gives rank 1, and so does `names=` or a `dtype` of several fields.
    """
    why = call.unknown("the content of a file is not known")
    if any(call.find(-1, name) for name in ("names", "unpack", "ndmin", "converters")):
        return Array(why)
    columns = call.get(-1, "usecols")
    items = items_of(columns)
    if items is not None and len(items) > 1:
        return Array((why, len(items)))
    if integer(columns) is not None:
        return Array((why,))
    return Array(RowsV(why.why, why.site, why.because))


_MORE = ("return_index", "return_inverse", "return_counts")


@function(
    "numpy.unique",
    "ar, return_index=False, return_inverse=False, return_counts=False, axis=None, **_",
)
def _unique(call: Bound) -> AbstractValue:
    """Return as many values as there are classes; more arrays where they are asked for."""
    value = call["ar"]
    if isinstance(value, TensorV):
        return tensor_operations.library_call(call.context, call.path, call.given)
    if not is_none(call["axis"]):
        return call.unknown()
    found = array_of(value, call)
    count = len(set(found.numbers or ())) or found.distinct
    dim = known(call, count, "the number of different values is not known")
    made = Array((dim,), found.dtype, count)
    asked = [name for name in _MORE if call.flag(name) is not False]
    if not asked:
        return made
    return ListV([made, *(Array((dim,), "int64") for _ in asked)], "tuple")


@function("numpy.diff", "a, n=1, axis=-1, prepend=None, append=None")
def _diff(call: Bound) -> AbstractValue:
    """Return an array that is shorter by `n` along the axis."""
    axis, times, shape = call.integer("axis"), call.integer("n"), known_shape(call["a"])
    if shape is None or {"prepend", "append"} & call.arguments.keys():
        return call.unknown()
    if axis is None or times is None:
        return call.unknown()
    dims = list(shape)
    if times < 0 or not -len(dims) <= axis < len(dims):
        return call.unknown()
    dim = dims[axis]
    if isinstance(dim, int):
        dims[axis] = max(0, dim - times)
    else:
        dims[axis] = call.unknown("the number of differences is not known", dim)
    return Array(tuple(dims), array_dtype(call["a"]))


@function("numpy.delete", "arr, obj, axis=None")
def _delete(call: Bound) -> AbstractValue:
    """Return an array that is shorter by one, or by as many different places as a list names."""
    value, axis = call["arr"], call.integer("axis")
    made = tensor_operations.library_call(call.context, call.path, call.given)
    shape = known_shape(value)
    if shape is None or not isinstance(made, Array) or isinstance(made.shape, Unknown):
        return made
    if axis is None or not -len(shape) <= axis < len(shape):
        return made
    dim, removed = shape[axis], _places(call["obj"])
    if not isinstance(dim, int) or removed is None:
        return made
    if not all(-dim <= place < dim for place in removed):
        return call.unknown("a place is outside the array")
    dims = list(made.shape)
    dims[axis] = dim - len({place % dim for place in removed})
    return Array(tuple(dims), array_dtype(value))


def _places(value: AbstractValue) -> list[int] | None:
    """Return the indices that a number, list or range names, `None` where they are not known."""
    if not is_plain(value):
        return None
    found = plain(value)
    if type(found) is int:
        return [found]
    if not isinstance(found, list | tuple | range):
        return None
    if all(type(place) is int for place in found):
        return list(found)
    return None


@function("numpy.atleast_1d numpy.atleast_2d")
def _at_least(call: Bound) -> AbstractValue:
    """Return an array with axes of size 1 in front, up to the rank that the name says."""
    made = array_of(call.get(0), call)
    if not isinstance(made.shape, tuple):
        return Array(made.shape)
    missing = int(call.name[-2]) - len(made.shape)
    return Array((1,) * missing + made.shape, made.dtype, made.distinct)


@function("numpy.rot90", "m, k=1, axes=(0, 1)")
def _rot90(call: Bound) -> AbstractValue:
    """Return an array whose first two axes change places, by each quarter of a turn."""
    shape, turns = known_shape(call["m"]), call.integer("k")
    if shape is None or turns is None or call.is_given("axes") or len(shape) < 2:
        return call.unknown()
    height, width, *rest = shape
    if turns % 2:
        height, width = width, height
    return Array((height, width, *rest), array_dtype(call["m"]))


@method("join_columns.__getitem__", "key")
def _join_columns(call: Bound) -> AbstractValue:
    """Join arrays as columns: `np.c_[x, y]`."""
    return _joined(call, "numpy.column_stack")


@method("join_rows.__getitem__", "key")
def _join_rows(call: Bound) -> AbstractValue:
    """Join arrays along the first axis: `np.r_[x, y]`."""
    return _joined(call, "numpy.concatenate")


def _joined(call: Bound, path: str) -> AbstractValue:
    key = call["key"]
    parts = key.items if isinstance(key, ListV) else [key]
    if not all(isinstance(part, Array) for part in parts):
        return call.unknown()
    return tensor_operations.array_operation(
        call.interpreter, path, [(None, ListV(list(parts), "tuple"))]
    )


CONSTANTS["numpy.c_"] = ObjectV("join_columns")
CONSTANTS["numpy.r_"] = ObjectV("join_rows")


@function("numpy.stack", "arrays, axis=0, **_")
def _stack(call: Bound) -> AbstractValue:
    """Stack arrays; a list of them of an unknown length along its first axis."""
    match call["arrays"], call.integer("axis"):
        case ListV(unknown=Unknown()) as arrays, 0:
            return array_of(arrays, call)
    given = [(None, call["arrays"]), ("axis", call["axis"])]
    return tensor_operations.array_operation(call.interpreter, "numpy.stack", given)
