"""Rescaling, Normalization, Discretization and Pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Layer, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import rule
from kfix.shapes.sizes import add, product, total
from kfix.shapes.trace_result import Traced
from kfix.shapes.values import (
    as_datum,
    check_choice,
    check_number,
    optional_integer,
    refuse,
    value_of,
)


@rule(
    "Rescaling",
    many=True,
    effects=fx.same,
)
def rescaling(layer: Bound, x: Shapes) -> Shapes:
    """Keep the shape, or the shapes of several inputs, without weights."""
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    return x


# --- Normalization --------------------------------------------------------------------------------


def _axes(layer: Bound) -> tuple[object, ...]:
    axis = require_known(value_of(layer, "axis"))
    if axis is None:
        return ()
    if isinstance(axis, int):
        return (axis,)
    if not isinstance(axis, list | tuple | str):
        raise refuse(layer, "axis", "integers", axis)
    return tuple(axis)


def _array_shape(value: object) -> Shape | Unknown:
    """Return `numpy.shape(value)`."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Array):
        return value.shape
    dims: list[int] = []
    while isinstance(value, list | tuple):
        dims.append(len(value))
        value = next(iter(value), None)
    return tuple(dims)


def _check_normalization(layer: Bound) -> None:
    axes = _axes(layer)
    mean, variance = layer.dim("mean"), layer.dim("variance")
    if (mean is None) != (variance is None):
        raise BadArgument(layer.cls, expected="both mean and variance", actual="one of them")
    if mean is None:
        return
    shape, other = require_known(_array_shape(mean)), require_known(_array_shape(variance))
    if shape != other:
        raise refuse(layer, "mean and variance", "one shape", (shape, other))
    if len(shape) > len(axes):
        raise refuse(layer, "mean", f"a rank of {len(axes)} at most", shape)


def _kept_axes(layer: Bound, x: Shape) -> list[int]:
    """Return the axes that have a mean and a variance, from 0 on; raise `AxisOutOfRange`."""
    kept: list[int] = []
    for axis in map(require_known, _axes(layer)):
        if not isinstance(axis, int) or not -len(x) <= axis < len(x):
            raise AxisOutOfRange(layer.cls, expected=x, actual=as_datum(axis))
        kept.append(axis % len(x))
    return sorted(kept)


def _normalization_weights(layer: Bound, x: Shape) -> int | Unknown:
    if layer.dim("mean") is not None:
        return 0
    return 2 * product([x[axis] for axis in _kept_axes(layer, x)]) + 1


@rule(
    "Normalization",
    check=_check_normalization,
    weights=_normalization_weights,
    untrained=_normalization_weights,
    effects=fx.same,
)
def normalization(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape.

    There are a mean and a variance for the dims on `axis`, and a count; none of them is trained.
    With `mean` and `variance` given the layer has no weights.

    Refused: an axis that the input does not have; `None` on it; a mean that does not broadcast.
    """
    dims = [x[axis] for axis in _kept_axes(layer, x)]
    if None in dims:
        raise DimNotDefined(layer.cls, expected="the dims on its axis", actual=tuple(dims))
    mean = layer.dim("mean")
    if isinstance(mean, str):
        raise refuse(layer, "mean", "numbers", mean)
    shape = _array_shape(mean)
    if isinstance(shape, tuple):
        for have, expected in zip(reversed(shape), reversed(dims), strict=False):
            known = isinstance(have, int) and isinstance(expected, int)
            if known and have not in (1, expected):
                text = f"a mean of shape {show(tuple(dims))}"
                raise InputsDoNotMatch(layer.cls, expected=text, actual=shape)
    return x


# --- Discretization -------------------------------------------------------------------------------

_MODES = ("int", "one_hot", "multi_hot", "count")


def check_mode(layer: Bound, modes: tuple[str, ...]) -> None:
    """Raise `BadArgument` for an `output_mode` not in `modes`, and for `sparse` integers."""
    check_choice(layer, "output_mode", modes)
    sparse = value_of(layer, "sparse")
    if sparse and not isinstance(sparse, Unknown) and layer.dim("output_mode") == "int":
        raise refuse(layer, "sparse", "False, with output_mode 'int',", True)


def _check_discretization(layer: Bound) -> None:
    check_mode(layer, _MODES)
    check_number(layer, "num_bins", 0, expected="a non-negative integer", optional=True)
    bins, boundaries = value_of(layer, "num_bins"), value_of(layer, "bin_boundaries")
    if (bins is None) == (boundaries is None) and not isinstance(bins, Unknown):
        raise BadArgument(layer.cls, expected="num_bins or bin_boundaries", actual="both or none")


def _bins(layer: Bound) -> int | Unknown | None:
    """Return the number of bins: as given, or one more than there are boundaries."""
    boundaries = layer.dim("bin_boundaries")
    if boundaries is None:
        return optional_integer(layer, "num_bins")
    if isinstance(boundaries, Array):
        shape = require_known(boundaries.shape)
        if shape:
            return add(shape[0], 1)
    boundaries = require_known(value_of(layer, "bin_boundaries"))
    if not isinstance(boundaries, list | tuple | str):  # Keras only asks for the length
        raise refuse(layer, "bin_boundaries", "a list", boundaries)
    return len(boundaries) + 1


@rule(
    "Discretization",
    check=_check_discretization,
    effects=fx.encoded("bin_boundaries", "num_bins"),
)
def discretization(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape in mode "int".

    "one_hot" appends the number of bins (or replaces a last 1), "multi_hot" and "count" drop the
    second dim and append it. `n` boundaries make `n + 1` bins.

    Refused: both `num_bins` and `bin_boundaries`, or none of them.
    """
    mode = layer["output_mode"]
    if mode == "int":
        return x
    bins = _bins(layer)
    if mode == "one_hot":
        if len(x) > 1 and x[-1] == 1:
            return (*x[:-1], bins)
        return (*x, bins)
    if len(x) >= 2:
        return (x[0], *x[2:], bins)
    return (bins,)


# --- Pipeline -------------------------------------------------------------------------------------


def _steps(layer: Bound) -> list[Layer]:
    """Return the layers of a Pipeline; raise `BadArgument`."""
    given = require_known(layer["layers"])
    if not isinstance(given, list | tuple) or not _are_layers(given):
        raise refuse(layer, "layers", "a list of layers", given)
    return list(map(require_known, given))


def _are_layers(steps: Sequence[object]) -> bool:
    return all(isinstance(step, Layer | Unknown) for step in steps)


def _run(layer: Bound, x: Shapes) -> Iterator[tuple[Layer, Traced]]:
    """Yield each layer of a Pipeline with its trace, one called after the other."""
    assert layer.tracer is not None
    for step in _steps(layer):
        traced = layer.tracer.inside(step, x)
        yield step, traced
        x = traced.outputs


def _pipeline_weights(layer: Bound, x: Shapes) -> int | Unknown:
    return total([traced.params for _, traced in _run(layer, x)])


def _pipeline_untrained(layer: Bound, x: Shapes) -> int | Unknown:
    return total([traced.params - traced.trained for _, traced in _run(layer, x)])


@rule(
    "Pipeline",
    weights=_pipeline_weights,
    untrained=_pipeline_untrained,
    parts=True,
    many=True,
    effects=fx.mixed("layers"),
)
def pipeline(layer: Bound, x: Shapes) -> Shapes:
    """Return what its layers return, called one after the other.

    Keras finds the shape by running them, so that what they refuse only when run is refused here
    at once.
    """
    if isinstance(x, list | dict):
        raise UnknownUsed(Unknown("a Pipeline on several inputs", layer.layer.site))
    if isinstance(x, tuple) and None in x and 0 in x:
        # Keras runs it on sizes in place of None, and a product with 0 is 0 for all of them.
        raise UnknownUsed(Unknown("a Pipeline on a shape with both None and 0", layer.layer.site))
    if not _steps(layer):
        raise refuse(layer, "layers", "at least one layer", [])
    for step, traced in _run(layer, x):
        refusals = [warning for warning in traced.warnings if warning.severity != "note"]
        if refusals:
            expected, actual = refusals[0].expected, refusals[0].actual
            raise RankMismatch(step.cls, expected=expected, actual=actual)
        x = traced.outputs
    return x
