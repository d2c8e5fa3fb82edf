"""BatchNormalization and its kin, as in Keras's own `layers/normalization`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.not_divisible import NotDivisible
from kfix.model.graph import Dim, Layer, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.signatures import canonical
from kfix.shapes.sizes import product
from kfix.shapes.values import known, refuse


def dim_at(layer: Bound, x: Shape, axis: object) -> Dim:
    """The dim on an axis; raises `AxisOutOfRange`."""
    if isinstance(axis, Unknown):
        raise UnknownUsed(axis)
    if not isinstance(axis, int) or not -len(x) <= axis < len(x):
        raise AxisOutOfRange(layer.cls, expected=x, actual=f"axis {axis!r}")
    return x[axis]


def axes_of(layer: Bound) -> Sequence[object]:
    """`axis` as several; what is neither an integer nor a list of them is refused."""
    axis = known(layer, "axis")
    if isinstance(axis, Unknown):
        raise UnknownUsed(axis)
    if isinstance(axis, list | tuple):
        return axis
    if not isinstance(axis, int):
        raise refuse(layer, "axis", "an integer or a list of them", axis)
    return (axis,)


def _defined(layer: Bound, dims: Sequence[Dim]) -> None:
    if None in dims:
        raise DimNotDefined(layer.cls, expected="the dims on its axis", actual=tuple(dims))


def _truthy(layer: Bound, *names: str) -> int:
    return sum(bool(layer[name]) for name in names)


# --- BatchNormalization -----------------------------------------------------------------------


def _whole_axis(layer: Bound) -> int:
    """`int(axis)`, as BatchNormalization takes it."""
    axis = layer["axis"]
    try:
        return int(axis)
    except (TypeError, ValueError):
        raise refuse(layer, "axis", "an integer", axis) from None


def _check_batch(layer: Bound) -> None:
    _whole_axis(layer)
    for name in ("momentum", "epsilon"):
        value = known(layer, name)
        try:
            float(0 if isinstance(value, Unknown) else value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
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
        raise refuse(layer, "renorm_clipping", "dmax from 0 on", clipping)


def _batch_weights(layer: Bound, x: Shape) -> int | Unknown:
    dim: Any = x[_whole_axis(layer)]
    return (2 + _truthy(layer, "center", "scale") + 3 * _truthy(layer, "renorm")) * dim  # type: ignore[no-any-return]


def _moving_weights(layer: Bound, x: Shape) -> int | Unknown:
    dim: Any = x[_whole_axis(layer)]
    return (2 + 3 * _truthy(layer, "renorm")) * dim  # type: ignore[no-any-return]


@rule("BatchNormalization", check=_check_batch, weights=_batch_weights, untrained=_moving_weights)
def batch_normalization(layer: Bound, x: Shape) -> Shapes:
    """The shape stays. Four weights a channel: gamma, beta, and the moving mean and variance, which are not trained.

    Refused: an axis that the input does not have, `None` on it.
    """
    _defined(layer, (dim_at(layer, x, _whole_axis(layer)),))
    return x


# --- LayerNormalization and RMSNormalization ----------------------------------------------------


def _dims(layer: Bound, x: Shape) -> list[Dim]:
    axes = axes_of(layer)
    if len({type(axis) for axis in axes if not isinstance(axis, bool)} - {int}) > 0:
        raise refuse(layer, "axis", "integers", axes)
    return [dim_at(layer, x, axis) for axis in axes]


def _check_axes(layer: Bound) -> None:
    axes_of(layer)


def _layer_weights(layer: Bound, x: Shape) -> int | Unknown:
    kept = _kept(layer)
    return kept * product(_dims(layer, x)) if kept else 0


def _kept(layer: Bound) -> int:
    rms = "rms_scaling" in layer and bool(layer["rms_scaling"])
    return 1 if rms else _truthy(layer, "center", "scale")


@rule("LayerNormalization", check=_check_axes, weights=_layer_weights, extra=("rms_scaling",))
def layer_normalization(layer: Bound, x: Shape) -> Shapes:
    """The shape stays; gamma and beta have the dims on `axis`, which must be numbers (the last one by default)."""
    dims = _dims(layer, x)
    if _kept(layer):
        _defined(layer, dims)
    return x


def _rms_weights(layer: Bound, x: Shape) -> int | Unknown:
    return product(_dims(layer, x))


@rule("RMSNormalization", weights=_rms_weights)
def rms_normalization(layer: Bound, x: Shape) -> Shapes:
    """The shape stays; the scale has the dims on `axis`, which must be numbers."""
    _defined(layer, _dims(layer, x))
    return x


@rule("UnitNormalization", check=_check_axes, many=True)
def unit_normalization(layer: Bound, x: Shapes) -> Shapes:
    """The shape stays; no weights. Refused: an axis that the input does not have."""
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    for axis in axes_of(layer):
        if not isinstance(axis, int | float) or not -len(x) <= axis < len(x):
            raise AxisOutOfRange(layer.cls, expected=x, actual=f"axis {axis!r}")
    return x


# --- GroupNormalization -------------------------------------------------------------------------


def _check_groups(layer: Bound) -> None:
    groups = layer["groups"]
    if not isinstance(groups, int) or (groups <= 0 and groups != -1):
        raise refuse(layer, "groups", "a positive integer, or -1", groups)


def _group_weights(layer: Bound, x: Shape) -> int | Unknown:
    dim: Any = x[layer["axis"]]
    return _truthy(layer, "center", "scale") * dim  # type: ignore[no-any-return]


@rule("GroupNormalization", check=_check_groups, weights=_group_weights)
def group_normalization(layer: Bound, x: Shape) -> Shapes:
    """The shape stays. The dim on `axis` must be a number that `groups` (32) divides; -1 makes each channel a group."""
    dim = dim_at(layer, x, layer["axis"])
    _defined(layer, (dim,))
    groups = layer.dim("groups")
    if isinstance(dim, int) and isinstance(groups, int):
        groups = dim if groups == -1 else groups
        if dim < groups or groups == 0 or dim % groups:
            raise NotDivisible(layer.cls, expected=f"{groups} groups", actual=f"{dim} channels")
    return x


# --- SpectralNormalization ----------------------------------------------------------------------

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
"""The children that have a kernel, with the argument that is its last dim."""
_GATES = {"LSTMCell": 4, "GRUCell": 3}
_INPUT_LAST = ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
"""Children whose kernel ends with the input's channels."""


def _child(layer: Bound) -> Layer:
    child = layer["layer"]
    if not isinstance(child, Layer):
        raise BadArgument(layer.cls, expected="a layer", actual=repr(child))
    return child


def _check_spectral(layer: Bound) -> None:
    _child(layer)
    iterations = layer["power_iterations"]
    if not isinstance(iterations, int | float) or iterations <= 0:
        raise refuse(layer, "power_iterations", "a number above 0", iterations)


def _last_of_kernel(layer: Bound, x: Shape) -> Any:
    child = _child(layer)
    assert layer.tracer is not None
    if child.is_user_layer or child.is_unknown:
        raise UnknownUsed(
            child.unknown or Unknown(f"whether `{child.cls}` has a kernel", child.site)
        )
    cls = canonical(child.cls) if child.is_keras_layer else None
    bound = layer.tracer.bound(child) if cls is not None else None
    if cls in _KERNELS and bound is not None:
        return bound.dim(_KERNELS[cls]) * _GATES.get(cls, 1)
    if cls in _INPUT_LAST and bound is not None:
        return x[1] if bound["data_format"] == "channels_first" else x[-1]
    if cls == "EinsumDense" and bound is not None:
        traced = layer.tracer.inside(child, x, spec=False)
        if isinstance(traced.outputs, tuple):
            return traced.outputs[-1]
    if cls == "SpectralNormalization" and bound is not None:
        return _last_of_kernel(bound, x)
    raise BadArgument(layer.cls, expected="a layer with a kernel", actual=child.cls)


def _spectral_weights(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    inside = layer.tracer.inside(_child(layer), x, spec=False).params
    columns: int | Unknown = _last_of_kernel(layer, x)
    return inside + columns


def _spectral_untrained(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    inside = layer.tracer.inside(_child(layer), x, spec=False)
    columns: int | Unknown = _last_of_kernel(layer, x)
    return inside.params - inside.trained + columns


@rule(
    "SpectralNormalization",
    check=_check_spectral,
    weights=_spectral_weights,
    untrained=_spectral_untrained,
    parts=True,
    min_rank=1,
)
def spectral_normalization(layer: Bound, x: Shape) -> Shapes:
    """What the layer inside gives; it needs a kernel or an embedding. One more weight for each column of that."""
    assert layer.tracer is not None
    inside = layer.tracer.inside(_child(layer), x, spec=False)
    _last_of_kernel(layer, x)
    return inside.outputs
