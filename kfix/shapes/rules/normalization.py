"""BatchNormalization and the like, as in Keras's own `layers/normalization`."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.not_divisible import NotDivisible
from kfix.model.graph import Dim, Layer, Library, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, all_integers, as_unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show_value
from kfix.shapes.registry import inner_effects, rule
from kfix.shapes.signatures import canonical
from kfix.shapes.sizes import product
from kfix.shapes.values import as_datum, channels_first, refuse, to_integer, value_of


def dim_at(layer: Bound, x: Shape, axis: object) -> Dim:
    """Return the dim on an axis; raise `AxisOutOfRange`."""
    axis = require_known(axis)
    if not isinstance(axis, int) or not -len(x) <= axis < len(x):
        raise AxisOutOfRange(layer.cls, expected=x, actual=as_datum(axis))
    return x[axis]


def axes_of(layer: Bound) -> Sequence[object]:
    """Return `axis` as several; raise `BadArgument` for anything but an integer or a list."""
    axis = require_known(value_of(layer, "axis"))
    if isinstance(axis, list | tuple):
        return axis
    if not isinstance(axis, int):
        raise refuse(layer, "axis", "an integer or a list of them", axis)
    return (axis,)


def _check_defined(layer: Bound, dims: Sequence[Dim]) -> None:
    if None in dims:
        raise DimNotDefined(layer.cls, expected="the dims on its axis", actual=tuple(dims))


def _count_true(layer: Bound, *names: str) -> int:
    """Return how many of these arguments are true; each makes a weight for every channel."""
    return sum(bool(layer[name]) for name in names)


# --- BatchNormalization ---------------------------------------------------------------------------


def _check_batch(layer: Bound) -> None:
    to_integer(layer, "axis")
    for name in ("momentum", "epsilon"):
        value = value_of(layer, name)
        try:
            float(0 if isinstance(value, Unknown) else value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            raise refuse(layer, name, "a number", value) from None
    if layer["renorm"]:
        _check_clipping(layer)


def _check_clipping(layer: Bound) -> None:
    clipping = layer["renorm_clipping"] or {}
    if not isinstance(clipping, dict) or set(clipping) - {"rmax", "rmin", "dmax"}:
        raise refuse(layer, "renorm_clipping", "rmax, rmin and dmax", clipping)
    rmax, rmin, dmax = (clipping.get(name) for name in ("rmax", "rmin", "dmax"))
    if isinstance(rmax, int | float) and isinstance(rmin, int | float) and rmax < rmin:
        raise refuse(layer, "renorm_clipping", "rmax above rmin", clipping)
    if isinstance(dmax, int | float) and dmax < 0:
        raise refuse(layer, "renorm_clipping", "a non-negative dmax", clipping)


def _moving_statistics(layer: Bound) -> int:
    """Return the number of weights for each channel that are not trained."""
    return 2 + 3 * _count_true(layer, "renorm")


def _batch_weights(layer: Bound, x: Shape) -> int | Unknown:
    # Moving mean and variance, which training does not change, beside gamma and beta.
    for_each_channel = _moving_statistics(layer) + _count_true(layer, "center", "scale")
    return product((for_each_channel, x[to_integer(layer, "axis")]))


def _moving_weights(layer: Bound, x: Shape) -> int | Unknown:
    return product((_moving_statistics(layer), x[to_integer(layer, "axis")]))


@rule(
    "BatchNormalization",
    check=_check_batch,
    weights=_batch_weights,
    untrained=_moving_weights,
    effects=fx.same,
)
def batch_normalization(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape.

    Each channel has four weights: gamma, beta, and the moving mean and variance, which are not
    trained.

    Refused: an axis that the input does not have; `None` on it.
    """
    _check_defined(layer, (dim_at(layer, x, to_integer(layer, "axis")),))
    return x


# --- LayerNormalization and the like --------------------------------------------------------------


def _normalized_dims(layer: Bound, x: Shape) -> list[Dim]:
    """Return the dims on `axis`; raise `BadArgument`, `AxisOutOfRange`."""
    axes = list(map(require_known, axes_of(layer)))
    if not all_integers(axes):
        raise refuse(layer, "axis", "integers", axes)
    return [dim_at(layer, x, axis) for axis in axes]


def _check_axes(layer: Bound) -> None:
    axes_of(layer)


def _affine_weights(layer: Bound) -> int:
    """Return how many weights LayerNormalization has for each element: gamma and beta."""
    if layer.values.get("rms_scaling"):
        return 1
    return _count_true(layer, "center", "scale")


def _layer_weights(layer: Bound, x: Shape) -> int | Unknown:
    weights = _affine_weights(layer)
    if weights:
        return product((weights, *_normalized_dims(layer, x)))
    return 0


@rule(
    "LayerNormalization",
    check=_check_axes,
    weights=_layer_weights,
    extra=("rms_scaling",),
    effects=fx.same,
)
def layer_normalization(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape. Gamma and beta have the dims on `axis` (the last by default).

    Refused: an axis that the input does not have; `None` on it.
    """
    dims = _normalized_dims(layer, x)
    if _affine_weights(layer):
        _check_defined(layer, dims)
    return x


def _rms_weights(layer: Bound, x: Shape) -> int | Unknown:
    return product(_normalized_dims(layer, x))


@rule(
    "RMSNormalization",
    weights=_rms_weights,
    effects=fx.same,
)
def rms_normalization(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape. The scale has the dims on `axis`.

    Refused: an axis that the input does not have; `None` on it.
    """
    _check_defined(layer, _normalized_dims(layer, x))
    return x


@rule(
    "UnitNormalization",
    check=_check_axes,
    many=True,
    effects=fx.same,
)
def unit_normalization(layer: Bound, x: Shapes) -> Shapes:
    """Keep the shape, without weights.

    Refused: an axis that the input does not have.
    """
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    for axis in map(require_known, axes_of(layer)):
        if not isinstance(axis, int | float) or not -len(x) <= axis < len(x):
            raise AxisOutOfRange(layer.cls, expected=x, actual=as_datum(axis))
    return x


# --- GroupNormalization ---------------------------------------------------------------------------


def _check_groups(layer: Bound) -> None:
    groups = layer["groups"]
    if not isinstance(groups, int) or (groups <= 0 and groups != -1):
        raise refuse(layer, "groups", "a positive integer, or -1", groups)


def _group_weights(layer: Bound, x: Shape) -> int | Unknown:
    return product((_count_true(layer, "center", "scale"), dim_at(layer, x, layer["axis"])))


@rule(
    "GroupNormalization",
    check=_check_groups,
    weights=_group_weights,
    effects=fx.same,
)
def group_normalization(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape. `groups` (32) divides the dim on `axis`; -1 makes each channel a group.

    Refused: an axis that the input does not have; `None` on it; a dim that `groups` does not
    divide.
    """
    dim = dim_at(layer, x, layer["axis"])
    _check_defined(layer, (dim,))
    groups = layer.dim("groups")
    if groups == -1:
        groups = dim
    known = isinstance(dim, int) and isinstance(groups, int)
    if known and (dim < groups or groups == 0 or dim % groups):
        raise NotDivisible(layer.cls, expected=f"{groups} groups", actual=f"{dim} channels")
    return x


# --- SpectralNormalization ------------------------------------------------------------------------

_KERNELS = {
    "Dense": "units",
    "Embedding": "output_dim",
    "Conv1D": "filters",
    "Conv2D": "filters",
    "Conv3D": "filters",
    "DepthwiseConv1D": "depth_multiplier",
    "DepthwiseConv2D": "depth_multiplier",
    "LSTMCell": "units",
    "GRUCell": "units",
    "SimpleRNNCell": "units",
}
"""The layers that have a kernel, each with the argument that is its last dim."""
_GATES = {"LSTMCell": 4, "GRUCell": 3}
"""How often that argument is counted in the kernel's last dim, where it is more than once."""
_INPUT_LAST = ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
"""Layers whose kernel ends with the input's channels."""


def _wrapped(layer: Bound) -> Layer:
    wrapped = layer["layer"]
    if not isinstance(wrapped, Layer):
        raise BadArgument(layer.cls, expected="a layer", actual=show_value(wrapped))
    return wrapped


def _check_spectral(layer: Bound) -> None:
    _wrapped(layer)
    iterations = layer["power_iterations"]
    if not isinstance(iterations, int | float) or iterations <= 0:
        raise refuse(layer, "power_iterations", "a positive number", iterations)


def _kernel_columns(layer: Bound, x: Shape) -> int | Unknown:
    """Return the last dim of the wrapped layer's kernel; raise `BadArgument` without one."""
    columns = _last_dim_of_kernel(layer, _wrapped(layer), x)
    if isinstance(columns, int):
        return columns
    return as_unknown(columns, "the last dim of the kernel", layer.layer.site)


def _last_dim_of_kernel(layer: Bound, wrapped: Layer, x: Shape) -> Dim:
    if wrapped.library in (Library.USER, Library.UNKNOWN):
        why = f"whether `{wrapped.cls}` has a kernel"
        raise UnknownUsed(wrapped.unknown or Unknown(why, wrapped.site))
    tracer = layer.tracer
    assert tracer is not None
    cls = None
    if wrapped.library is Library.KERAS:
        cls = canonical(wrapped.cls)
    if cls in _KERNELS:
        columns: int | Unknown = tracer.bound(wrapped).dim(_KERNELS[cls])
        return columns * _GATES.get(cls, 1)
    if cls in _INPUT_LAST:
        if channels_first(tracer.bound(wrapped)):
            return x[1]
        return x[-1]
    if cls == "EinsumDense":
        outputs = tracer.inside(wrapped, x, spec=False).outputs
        if isinstance(outputs, tuple):
            return outputs[-1]
    if cls == "SpectralNormalization":
        inner = tracer.bound(wrapped)
        return _last_dim_of_kernel(inner, _wrapped(inner), x)
    raise BadArgument(layer.cls, expected="a layer with a kernel", actual=wrapped.cls)


def _spectral_effects(layer: Bound, shapes: Sequence[Shape]) -> Sequence[fx.Effect]:
    """State what the layer inside does."""
    return inner_effects(layer, _wrapped(layer), shapes[0])


def _spectral_weights(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    inside = layer.tracer.inside(_wrapped(layer), x, spec=False)
    return inside.params + _kernel_columns(layer, x)


def _spectral_untrained(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    inside = layer.tracer.inside(_wrapped(layer), x, spec=False)
    return inside.params - inside.trained + _kernel_columns(layer, x)


@rule(
    "SpectralNormalization",
    check=_check_spectral,
    weights=_spectral_weights,
    untrained=_spectral_untrained,
    parts=True,
    min_rank=1,
    effects=_spectral_effects,
)
def spectral_normalization(layer: Bound, x: Shape) -> Shapes:
    """Return what the wrapped layer returns. Each column of its kernel has one more weight.

    Refused: a layer without a kernel or embeddings.
    """
    assert layer.tracer is not None
    inside = layer.tracer.inside(_wrapped(layer), x, spec=False)
    _kernel_columns(layer, x)
    return inside.outputs
