"""Operations that create arrays: zeros, ranges, random numbers, one-hot codes."""

from __future__ import annotations

import math

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Array, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed, as_unknown
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import element_count, replace_axis
from kfix.shapes.tracking import computed


@operation(
    "zeros ones empty fill full random.normal random.uniform random.truncated_normal random.gamma"
    " random.binomial random_normal random_uniform truncated_normal random_binomial"
    " random.stateless_normal random.stateless_uniform random.beta",
    "shape",
    numpy="shape",
)
def filled(call: Call) -> Shapes:
    """Return the requested shape."""
    return call.dims()


@operation("layers:Layer.add_weight", "shape", layers="shape")
def weight(call: Call) -> Shapes:
    """Return the shape of a variable; refused: one with a `None`, as the batch is."""
    shape = call.dims("shape")
    if None in shape:
        raise call.refuse("shape", "integers", shape)
    return shape


@operation("numpy:random.rand numpy:random.randn", "", numpy="")
def from_dims(call: Call) -> Shapes:
    """Return the shape of the requested dims."""
    computed = _computed_shape(call)
    return tuple(value if isinstance(value, int | Unknown) else computed for value in call.rest)


def _computed_shape(call: Call) -> Unknown:
    return Unknown(f"the shape argument of `{call.path}`")


def _size_or(call: Call, *parameters: str) -> Shape:
    """Return `size`, or without one what the parameters of the distribution broadcast to."""
    if call.get("size") is not None:
        return call.dims("size")
    shapes = [call.shape(name) for name in parameters if call.get(name) is not None]
    return broadcast(call.path, (), *shapes)


@operation(
    "numpy:random.normal numpy:random.uniform numpy:random.gamma numpy:random.beta"
    " numpy:random.laplace numpy:random.logistic numpy:random.lognormal numpy:random.randint"
    " numpy:random.random_integers numpy:random.binomial numpy:random.integers",
    "low high=None size=None",
    numpy="low=None high=None size=None",
)
def drawn_with_two_parameters(call: Call) -> Shapes:
    """Return `size`, or the shape of the two parameters."""
    return _size_or(call, "low", "high")


@operation("random.randint", "shape", keras="shape")
def randint(call: Call) -> Shapes:
    """Return the requested shape."""
    return call.dims()


@operation(
    "numpy:random.choice numpy:random.poisson numpy:random.exponential",
    "x size=None",
    numpy="x=None size=None",
)
@operation(
    "numpy:random.random numpy:random.random_sample numpy:random.sample numpy:random.ranf"
    " numpy:random.standard_normal",
    "size=None",
    numpy="size=None",
)
def drawn(call: Call) -> Shapes:
    """Return `size`, or the shape of a scalar."""
    return _size_or(call)


@operation("random.categorical", "x num_samples")
def categorical(call: Call) -> Shapes:
    """Return `(batch, num_samples)`."""
    return (*call.shape()[:-1], call.number("num_samples"))


@operation("arange range", "start stop=None step=1")
def arange(call: Call) -> Shapes:
    """Return the length of `start, start + step, …` before `stop`."""
    start = call.get("start")
    stop = call.get("stop", call.get("limit"))
    step = call.get("step", call.get("delta", 1))
    if stop is None:
        start, stop = 0, start
    for value in (start, stop, step):
        if not isinstance(value, int | float):
            return (as_unknown(value, f"the length of `{call.path}`"),)
    return (_range_length(call, start, stop, step),)  # type: ignore[arg-type]


def _range_length(call: Call, start: float, stop: float, step: float) -> int | Unknown:
    """Return how many steps lead from `start` to `stop`; raise `BadArgument`."""
    if step == 0:
        raise BadArgument(call.path, expected="a step other than 0", actual="0")
    try:
        steps = (stop - start) / step
        length = math.ceil(steps)
    except (OverflowError, ValueError):  # an infinity, or an integer beyond all floats
        return Unknown(f"the length of `{call.path}`")
    if call.library != "numpy" and steps < 0:
        raise BadArgument(call.path, expected="a stop behind the start", actual=f"{start}, {stop}")
    return computed(max(0, length), start, stop, step)


@operation(
    "linspace logspace geomspace", "start stop num=50 endpoint=True retstep=False dtype=None axis=0"
)
def linspace(call: Call) -> Shapes:
    """Return the shape of the two ends with `num` as a new axis."""
    ends = broadcast(call.path, call.shape("start"), call.shape("stop"))
    axis = call.axis(len(ends) + 1)
    return (*ends[:axis], call.number("num"), *ends[axis:])


@operation("eye", "N M=None k=0", tf="N M=None", backend="N")
def eye(call: Call) -> Shapes:
    """Return `(N, M)`, M being N where it is not given."""
    rows = call.number(call.spelled("N", "num_rows"))
    columns = call.number("M")
    if columns is None:
        columns = call.number("num_columns")
    if columns is None:
        return (rows, rows)
    return (rows, columns)


@operation("numpy:identity keras:identity", "n")
def identity(call: Call) -> Shapes:
    """Return `(n, n)`."""
    return (call.number("n"), call.number("n"))


@operation(
    "one_hot to_categorical multi_hot",
    "x depth=None axis=-1",
    tf="x depth on_value=None off_value=None axis=-1",
)
def one_hot(call: Call) -> Shapes:
    """Return the shape of `x` with the number of classes as a new last axis.

    `multi_hot` replaces the axis; `to_categorical` first drops a last dim of 1.
    """
    value = call.get("x", call.get("indices", call.get("y")))
    if value is None:
        raise UnknownUsed(Unknown("what is encoded"))
    call.values["x"] = value
    x = call.shape()
    depth = _depth(call, value)
    if call.name == "multi_hot":
        return replace_axis(x, call.axis(len(x)), depth)
    if call.name == "to_categorical":
        if len(x) > 1 and x[-1] == 1:
            x = x[:-1]
        return (*x, depth)
    axis = call.axis(len(x) + 1)
    return (*x[:axis], depth, *x[axis:])


def _depth(call: Call, labels: object) -> int | Unknown:
    """Return the number of classes as given, else the number of different labels, if known."""
    depth = call.get("depth", call.get("num_classes"))
    if isinstance(depth, int | Unknown):
        return depth
    if depth is None and isinstance(labels, Array) and labels.distinct is not None:
        return labels.distinct
    return Unknown("the number of classes")


@operation("meshgrid", "")
def meshgrid(call: Call) -> Shapes:
    """Return a grid for each vector; the first two axes are swapped unless `indexing="ij"`."""
    sizes = [_length(call, value) for value in call.rest]
    if call.get("indexing", "xy") == "xy" and len(sizes) > 1:
        sizes[:2] = sizes[1], sizes[0]
    return [tuple(sizes)] * len(sizes)


def _length(call: Call, value: object) -> int | Unknown | None:
    """Return the length of one of the vectors of `meshgrid`, which are flattened."""
    if isinstance(value, Unknown | Symbol):
        raise UnknownUsed(as_unknown(value, f"the shape argument of `{call.path}`"))
    if isinstance(value, list | tuple):
        return len(value)
    if not isinstance(value, Array):
        return 1
    if isinstance(value.shape, Unknown):
        raise UnknownUsed(value.shape)
    return element_count(value.shape)


@operation("sequence_mask", "lengths maxlen=None")
def sequence_mask(call: Call) -> Shapes:
    """Return the shape of the lengths with the longest length as a new last axis."""
    return (*call.shape("lengths"), call.number("maxlen"))
