"""Operations that make arrays: zeros, ranges, random numbers, one-hot."""

from __future__ import annotations

import math
from typing import Any

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Array, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.table import Call, operation


@operation(
    "zeros ones empty fill full random.normal random.uniform random.truncated_normal random.gamma random.binomial"
    " random_normal random_uniform truncated_normal random_binomial random.stateless_normal"
    " random.stateless_uniform random.beta",
    "shape",
    numpy="shape",
)
def filled(call: Call) -> Shapes:
    """The shape that is asked for."""
    return call.dims()


@operation("numpy:random.rand numpy:random.randn", "", numpy="")
def from_dims(call: Call) -> Shapes:
    """The dims that are asked for."""
    return tuple(
        value if isinstance(value, int | Unknown) else _computed(call) for value in call.rest
    )


def _computed(call: Call) -> Unknown:
    return Unknown(f"the shape that `{call.path}` is given")


def _sized(call: Call, *others: str) -> Shape:
    """`size`, or without one what the other arguments are broadcast to."""
    if call.get("size") is not None:
        return call.dims("size")
    return broadcast(
        call.path, (), *(call.shape(name) for name in others if call.get(name) is not None)
    )


@operation(
    "numpy:random.normal numpy:random.uniform numpy:random.gamma numpy:random.beta numpy:random.laplace"
    " numpy:random.logistic numpy:random.lognormal numpy:random.randint numpy:random.random_integers"
    " numpy:random.binomial numpy:random.integers",
    "low high=None size=None",
    numpy="low=None high=None size=None",
)
def drawn_between(call: Call) -> Shapes:
    """`size`, or the shape of the two parameters."""
    return _sized(call, "low", "high")


@operation("random.randint", "shape", keras="shape")
def randint(call: Call) -> Shapes:
    """The shape that is asked for."""
    return call.dims()


@operation(
    "numpy:random.choice numpy:random.poisson numpy:random.exponential",
    "x size=None",
    numpy="x=None size=None",
)
def chosen(call: Call) -> Shapes:
    """`size`, or one."""
    return call.dims("size") if call.get("size") is not None else ()


@operation(
    "numpy:random.random numpy:random.random_sample numpy:random.sample numpy:random.ranf numpy:random.standard_normal",
    "size=None",
    numpy="size=None",
)
def sample(call: Call) -> Shapes:
    """`size`, or one."""
    return call.dims("size") if call.get("size") is not None else ()


@operation("random.categorical", "x num_samples")
def categorical(call: Call) -> Shapes:
    """`(batch, num_samples)`."""
    return (*call.shape()[:-1], call.number("num_samples"))


@operation("arange range", "start stop=None step=1")
def arange(call: Call) -> Shapes:
    """As many numbers as fit between start and stop."""
    start, stop, step = (
        call.get("start"),
        call.get("stop", call.get("limit")),
        call.get("step", call.get("delta", 1)),
    )
    if stop is None:
        start, stop = 0, start
    for value in (start, stop, step):
        if not isinstance(value, int | float):
            return (value if isinstance(value, Unknown) else _computed(call),)
    if step == 0:
        raise BadArgument(call.path, expected="a step other than 0", actual="0")
    if call.library != "numpy" and (stop - start) / step < 0:
        raise BadArgument(call.path, expected="a stop behind the start", actual=f"{start}, {stop}")
    return (max(0, math.ceil((stop - start) / step)),)


@operation(
    "linspace logspace geomspace", "start stop num=50 endpoint=True retstep=False dtype=None axis=0"
)
def linspace(call: Call) -> Shapes:
    """`num` numbers (50) in front of the shape of the two ends."""
    return (call.number("num"), *broadcast(call.path, call.shape("start"), call.shape("stop")))


@operation("eye", "N M=None k=0", tf="N M=None", backend="N")
def eye(call: Call) -> Shapes:
    """`(N, M)`, M being N without one."""
    rows = call.number("N" if "N" in call else "num_rows")
    columns = call.number(
        "M" if call.get("M") is not None or "num_columns" not in call else "num_columns"
    )
    return (rows, rows if columns is None else columns)


@operation("numpy:identity", "n", numpy="n")
def identity(call: Call) -> Shapes:
    """`(n, n)`."""
    return (call.number("n"), call.number("n"))


@operation(
    "one_hot to_categorical multi_hot",
    "x depth=None axis=-1",
    tf="x depth on_value=None off_value=None axis=-1",
)
def one_hot(call: Call) -> Shapes:
    """The number of classes as a new last axis (`multi_hot`: in place of the last).

    `to_categorical` first takes a last dim of 1 away.
    """
    name = call.path.rpartition(".")[2]
    value = call.get("x", call.get("indices", call.get("y")))
    if value is None or isinstance(value, Unknown):
        raise UnknownUsed(value if isinstance(value, Unknown) else Unknown("what is encoded"))
    call.values["x"] = value
    x = call.shape()
    depth = call.get("depth", call.get("num_classes"))
    if not isinstance(depth, int | Unknown):
        known = value.distinct if isinstance(value, Array) and depth is None else None
        depth = known if known is not None else Unknown("the number of classes")
    if name == "multi_hot":
        return (*x[:-1], depth)
    if name == "to_categorical":
        return (*(x[:-1] if len(x) > 1 and x[-1] == 1 else x), depth)
    axis = call.axis(len(x) + 1)
    return (*x[:axis], depth, *x[axis:])


@operation("meshgrid", "")
def meshgrid(call: Call) -> Shapes:
    """As many grids as vectors; the first two axes change places unless `indexing="ij"`."""
    sizes: list[Any] = []
    for value in call.rest:
        if isinstance(value, Unknown | Symbol):
            raise UnknownUsed(value if isinstance(value, Unknown) else _computed(call))
        if isinstance(value, Array):
            if isinstance(value.shape, Unknown):
                raise UnknownUsed(value.shape)
            sizes.append(value.shape[0] if value.shape else 1)
        else:
            sizes.append(len(value) if isinstance(value, list | tuple) else 1)
    if call.get("indexing", "xy") == "xy" and len(sizes) > 1:
        sizes[:2] = sizes[1], sizes[0]
    return [tuple(sizes)] * len(sizes)


@operation("sequence_mask", "lengths maxlen=None")
def sequence_mask(call: Call) -> Shapes:
    """The longest length as a new last axis."""
    return (*call.shape("lengths"), call.number("maxlen"))
