"""Operations that reduce axes: sums, means, maxima, positions of maxima."""

from __future__ import annotations

from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Shape, Shapes
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import replace_axis, without_axes

_NUMPY = "x axis=None dtype=None out=None keepdims=False"


def reduced(call: Call, x: Shape, axes: list[int] | None) -> Shape:
    """Return `x` without these axes (all for `None`), or with 1 in their place for `keepdims`."""
    if axes is None:
        axes = list(range(len(x)))
    if call.flag("keepdims"):
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(x))
    return without_axes(x, axes)


def _reduced_by_axis(call: Call) -> Shape:
    x = call.shape()
    return reduced(call, x, call.axes(len(x)))


@operation(
    "sum mean prod std var nansum nanmean nanstd nanvar reduce_sum reduce_mean reduce_prod"
    " reduce_std reduce_variance",
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
def reduction(call: Call) -> Shapes:
    """Return `x` without the axes (a scalar without an axis), or with 1 for them for `keepdims`."""
    return _reduced_by_axis(call)


@operation("quantile percentile nanquantile nanpercentile", "x q axis=None keepdims=False")
def quantile(call: Call) -> Shapes:
    """Return what `sum` returns, behind the axes of the quantiles."""
    return (*call.shape("q"), *_reduced_by_axis(call))


@operation(
    "argmax argmin nanargmax nanargmin",
    "x axis=None keepdims=False",
    numpy="x axis=None out=None keepdims=False",
    tf="x axis=0 output_type=None",
    backend="x axis=-1",
)
@operation("keras:average", "x axis=None weights=None")
def position(call: Call) -> Shapes:
    """Return `x` without the axis, a scalar without one (in TensorFlow the axis is then 0).

    Keras takes several axes for `argmax` and `argmin`, until they are run.
    """
    if call.library == "tf" and call.get("axis") is None:
        call.values["axis"] = 0
    takes_several = call.library == "keras" and call.name in ("argmax", "argmin")
    if call.get("axis") is not None and not takes_several:
        call.axis(len(call.shape()))
    return _reduced_by_axis(call)


@operation("moments", "x axes keepdims=False", tf="x axes shift=None keepdims=False")
def moments(call: Call) -> Shapes:
    """Return the shapes of mean and variance, each as `mean` returns it."""
    x = call.shape()
    shape = reduced(call, x, call.axes(len(x), "axes"))
    return [shape, shape]


@operation("top_k", "x k=1")
def top_k(call: Call) -> Shapes:
    """Return the shapes of values and positions: `x` with `k` as the last dim."""
    shape = (*call.shape()[:-1], call.number("k"))
    return [shape, shape]


@operation("in_top_k", "targets predictions k")
def in_top_k(call: Call) -> Shapes:
    """Return the shape of the targets."""
    return call.shape("targets")


@operation("nonzero numpy:flatnonzero numpy:argwhere", "x")
def places(call: Call) -> Shapes:
    """Return `None` for the number of hits; `nonzero` returns one array for each axis."""
    rank = len(call.shape())
    by_name: dict[str, Shapes] = {"nonzero": [(None,)] * rank, "argwhere": (None, rank)}
    return by_name.get(call.name, (None,))


@operation("bincount", "x")
def bincount(call: Call) -> Shapes:
    """Return `None` for the number of bins; Keras counts each row of a matrix."""
    x = call.shape()
    if call.library == "numpy" and len(x) != 1:
        raise RankMismatch(call.path, expected=Rank(1), actual=x)
    return (*x[:-1], None)


@operation(
    "unique",
    "x sorted=True return_index=False return_inverse=False return_counts=False axis=None",
    numpy="x return_index=False return_inverse=False return_counts=False axis=None",
    tf="x out_idx=None",
)
def unique(call: Call) -> Shapes:
    """Return `None` for the number of different values, or of slices along the axis."""
    x = call.shape()
    if call.get("axis") is None:
        return (None,)
    return replace_axis(x, call.axis(len(x)), None)
