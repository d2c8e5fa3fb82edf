"""Operations that take axes away: sums, means, maxima, positions of maxima."""

from __future__ import annotations

from kfix.model.graph import Shape, Shapes
from kfix.shapes.operations.table import Call, operation

_NUMPY = "x axis=None dtype=None out=None keepdims=False"


def reduced(call: Call, x: Shape, axes: list[int] | None) -> Shape:
    """`x` without these axes (all for `None`), or with 1 in their place if `keepdims` says so."""
    keep = call.flag("keepdims")
    if axes is None:
        return (1,) * len(x) if keep else ()
    if keep:
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(x))
    return tuple(dim for axis, dim in enumerate(x) if axis not in axes)


@operation(
    "sum mean prod std var nansum nanmean nanstd nanvar reduce_sum reduce_mean reduce_prod reduce_std reduce_variance",
    "x axis=None keepdims=False",
    numpy=_NUMPY,
)
@operation(
    "max min amax amin nanmax nanmin all any reduce_max reduce_min reduce_all reduce_any ptp",
    "x axis=None keepdims=False",
    numpy="x axis=None out=None keepdims=False",
)
@operation(
    "logsumexp reduce_logsumexp reduce_euclidean_norm count_nonzero median nanmedian average",
    "x axis=None keepdims=False",
    numpy="x axis=None weights=None returned=False keepdims=False",
)
@operation("norm", "x ord=None axis=None keepdims=False")
def summed(call: Call) -> Shapes:
    """Without an axis a scalar; else `x` without the axes, or with 1 for them where `keepdims` says so."""
    x = call.shape()
    return reduced(call, x, call.axes(len(x)))


@operation("quantile percentile nanquantile nanpercentile", "x q axis=None keepdims=False")
def quantile(call: Call) -> Shapes:
    """As `sum`, with an axis in front for several quantiles."""
    return (*call.shape("q"), *summed(call))  # type: ignore[misc]


@operation(
    "argmax argmin nanargmax nanargmin",
    "x axis=None keepdims=False",
    numpy="x axis=None out=None keepdims=False",
    tf="x axis=0 output_type=None",
    backend="x axis=-1",
)
def position(call: Call) -> Shapes:
    """`x` without the axis; without one a scalar (in TensorFlow the axis is then 0)."""
    x = call.shape()
    if call.library == "tf" and call.get("axis") is None:
        call.values["axis"] = 0
    return reduced(call, x, call.axes(len(x)))


@operation("argsort", "x axis=-1")
def argsort(call: Call) -> Shapes:
    """The shape stays."""
    return call.shape()


@operation("moments", "x axes keepdims=False", tf="x axes shift=None keepdims=False")
def moments(call: Call) -> Shapes:
    """Mean and variance, each as `mean` gives it."""
    x = call.shape()
    found = reduced(call, x, call.axes(len(x), "axes"))
    return [found, found]


@operation("top_k", "x k=1")
def top_k(call: Call) -> Shapes:
    """Values and positions: the last dim becomes `k`."""
    x = call.shape()
    found = (*x[:-1], call.number("k"))
    return [found, found]


@operation("in_top_k", "targets predictions k")
def in_top_k(call: Call) -> Shapes:
    """The shape of the targets."""
    return call.shape("targets")


@operation("numpy:nonzero numpy:flatnonzero numpy:argwhere", "x", numpy="x")
def places(call: Call) -> Shapes:
    """How many there are depends on the values; `nonzero` gives one array for each axis."""
    rank = len(call.shape())
    name = call.path.rpartition(".")[2]
    return (
        [(None,)] * rank if name == "nonzero" else (None, rank) if name == "argwhere" else (None,)
    )


@operation("bincount unique nonzero", "x")
def counted(call: Call) -> Shapes:
    """How many there are depends on the values."""
    call.shape()
    return (None,)
