"""Elementwise operations: the shape stays, or two shapes are broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.not_divisible import NotDivisible
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Argument, Dim, Layer, Shape, Shapes
from kfix.model.site import Site
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import operations, registry, signatures
from kfix.shapes.binding import Bound, bind
from kfix.shapes.operations.table import Call, operation, shape_of
from kfix.shapes.sizes import element_count, padded_left, replace_axis
from kfix.shapes.tracking import either


@operation("keras:fft keras:fft2 keras:ifft2", "x")
def fft(call: Call) -> Shapes:
    """Return the shapes of the real and the imaginary part, which are those of the input's."""
    return [*call.shapes("x")]


def _broadcast_dim(one: Dim, two: Dim) -> Dim:
    """Return two dims broadcast; raise `ValueError` where they do not agree."""
    if one == 1 and not isinstance(one, Unknown):
        return either(two, one)
    if two == 1 and not isinstance(two, Unknown):
        return one
    if isinstance(one, int):
        if isinstance(two, int) and one != two:
            raise ValueError
        return one
    # The first is None or unknown: an integer says more than either.
    if isinstance(two, int):
        return two
    return one


def broadcast(path: str, *shapes: Sequence[Dim]) -> Shape:
    """Return the shapes broadcast from the right, as NumPy and `keras.ops` do it.

    `None` with an integer above 1 is that integer. Source: `broadcast_shapes` in Keras's
    `ops/operation_utils.py`. Raises `InputsDoNotMatch`.
    """
    result: Shape = tuple(shapes[0])
    for shape in shapes[1:]:
        rank = max(len(result), len(shape))
        one, two = padded_left(result, rank), padded_left(tuple(shape), rank)
        try:
            result = tuple(map(_broadcast_dim, one, two))
        except ValueError:
            raise InputsDoNotMatch(
                path,
                expected="shapes that broadcast",
                actual=[result, tuple(shape)],
            ) from None
    return result


@operation(
    "abs absolute negative sign sqrt rsqrt square cbrt exp exp2 expm1 log log2 log10 log1p sin"
    " cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh asin acos atan asinh"
    " acosh atanh ceil floor round rint trunc fix reciprocal isnan isinf isfinite real imag conj"
    " conjugate angle logical_not bitwise_not invert erf erfinv lgamma digamma sigmoid"
    " log_sigmoid relu relu6 elu celu selu gelu silu swish mish softplus softsign"
    " leaky_relu hard_sigmoid hard_silu hard_swish hard_tanh hard_shrink"
    " soft_shrink tanh_shrink threshold squareplus sparse_plus sparse_sigmoid linear exponential"
    " cast astype saturate_cast identity copy stop_gradient zeros_like ones_like full_like"
    " empty_like convert_to_tensor convert_to_numpy array asarray asfortranarray"
    " ascontiguousarray constant clip clip_by_value nan_to_num dropout"
    " random.dropout alpha_dropout random.shuffle random.permutation reverse"
    " to_float to_int32 to_double float32 float64 float16 int8 int16 int32 int64 uint8 uint16"
    " uint32 uint64 bool_ triu tril invert_permutation batch_normalization layer_normalization"
    " rms_normalization random.stateless_dropout fliplr flipud ensure_shape"
    " image.per_image_standardization image.random_flip_left_right image.random_flip_up_down"
    " image.flip_left_right image.flip_up_down image.adjust_brightness image.adjust_contrast"
    " image.adjust_saturation image.adjust_hue image.random_brightness image.random_contrast"
    " image.random_saturation image.random_hue image.convert_image_dtype image.rgb_to_hsv"
    " image.hsv_to_rgb image.rot90 numpy_function degrees radians deg2rad rad2deg positive"
    " python:neg python:pos python:abs python:invert python:inv python:not_ Variable"
    " applications:preprocess_input",
    "x",
)
def unary(call: Call) -> Shapes:
    """Return the shape of `x`."""
    return call.shape()


@operation("softmax log_softmax normalize", "x axis=-1", tf="x axis=None")
@operation("flip l2_normalize", "x axis=None")
@operation("roll", "x shift axis=None")
def along_axes(call: Call) -> Shapes:
    """Return the shape of `x`; raise `AxisOutOfRange` for an axis that it does not have."""
    x = call.shape()
    with suppress(UnknownUsed):  # the shape is known even if the axis is not
        call.axes(len(x))
    return x


def _may_be_equal(one: Dim, two: Dim) -> bool:
    return not isinstance(one, int) or not isinstance(two, int) or one == two


@operation("sparsemax", "x axis=-1")
@operation("keras:batch_normalization", "x mean variance axis")
def along_axis(call: Call) -> Shapes:
    """Return the shape of `x`; raise `AxisOutOfRange` unless the axis is one of its.

    The mean of a normalization has as many elements as the axis: else `InputsDoNotMatch`.
    """
    x = call.shape()
    axis = call.axis(len(x))
    if "mean" in call:
        mean = call.shape("mean")
        if len(mean) != 1 or not _may_be_equal(mean[0], x[axis]):
            raise InputsDoNotMatch(call.path, expected="a mean for the axis", actual=[x, mean])
    return x


@operation("glu", "x axis=-1")
def glu(call: Call) -> Shapes:
    """Return the shape of `x` with half of the dim on `axis`, which must be even."""
    x = call.shape()
    axis = call.axis(len(x))
    size = x[axis]
    if isinstance(size, int) and size % 2:
        raise NotDivisible(call.path, expected="2", actual=size)
    return replace_axis(x, axis, None if size is None else size // 2)


@operation("cumsum cumprod", "x axis=None", tf="x axis=0", backend="x axis=0")
@operation("sort argsort", "x axis=-1")
def cumulated_or_sorted(call: Call) -> Shapes:
    """Return the shape of `x`, flattened for `axis=None`, which TensorFlow refuses."""
    x = call.shape()
    if call.get("axis") is None and call.library not in ("tf", "backend"):
        return (element_count(x),)
    call.axis(len(x))
    return x


@operation(
    "add subtract multiply divide true_divide floor_divide divide_no_nan mod floormod remainder"
    " fmod power pow maximum minimum fmax fmin equal not_equal less less_equal greater"
    " greater_equal logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor"
    " left_shift right_shift arctan2 atan2 hypot logaddexp squared_difference xdivy xlogy"
    " floordiv truediv nextafter copysign gcd lcm isclose heaviside python:add python:sub"
    " python:mul python:truediv python:floordiv python:mod python:pow python:and_ python:or_"
    " python:xor python:lshift python:rshift python:eq python:ne python:lt python:le python:gt"
    " python:ge",
    "x y",
)
def binary(call: Call) -> Shapes:
    """Return both shapes broadcast from the right."""
    return broadcast(call.path, call.shape("x"), call.shape("y"))


@operation("add_n accumulate_n", "xs")
def add_n(call: Call) -> Shapes:
    """Return the shape of the tensors, broadcast."""
    return broadcast(call.path, *call.shapes())


@operation("where select", "condition x=None y=None")
def where(call: Call) -> Shapes:
    """Return all three shapes broadcast; `None` elements for a condition alone."""
    condition = call.shape("condition")
    if call.get("x") is not None:
        return broadcast(call.path, condition, call.shape("x"), call.shape("y"))
    rank = len(condition)
    if call.library == "tf":
        return (None, rank)
    return [(None,)] * rank


@operation("broadcast_to", "x shape")
def broadcast_to(call: Call) -> Shapes:
    """Return the requested shape; raise `RankMismatch` where `x` does not broadcast to it."""
    x, shape = call.shape(), call.dims()
    result = broadcast(call.path, x, shape)
    if len(result) > len(shape) or (call.library == "numpy" and result != shape):
        raise RankMismatch(call.path, expected=Rank(0, len(shape)), actual=x)
    return shape


_MERGES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average",
    "maximum": "Maximum", "minimum": "Minimum", "concatenate": "Concatenate", "dot": "Dot",
}  # fmt: skip
"""The functions of `keras.layers`, each with the layer that it calls."""


@operation(
    " ".join(f"layers:{name}" for name in _MERGES), "inputs axis=None", layers="inputs axis=None"
)
def merge(call: Call) -> Shapes:
    """Return what the layer of that name returns (`add` is `Add`)."""
    rule, bound = _merging_layer(call)
    inputs = call[call.spelled("inputs", "xs")]
    if not isinstance(inputs, list | tuple):
        raise RankMismatch(call.path, expected="a list of tensors", actual="one tensor")
    return rule.output(bound, [shape_of(item, call.path) for item in inputs])  # type: ignore[arg-type]


def _merging_layer(call: Call) -> tuple[registry.Rule, Bound]:
    """Return the rule of the layer that the function calls, and the layer's arguments."""
    cls = _MERGES[call.name]
    axis = call.get("axes", call.get("axis"))
    options = {"axis": axis}
    if cls == "Dot":
        options = {"axes": -1 if axis is None else axis}
    given = tuple(Argument(name, value) for name, value in options.items() if value is not None)
    signature, rule = signatures.signature(cls), registry.rule_of(cls)
    assert signature is not None
    assert rule is not None
    bound = bind(Layer(cls, given, Site("", None, 0), 0), signature)
    if rule.check is not None:
        rule.check(bound)
    return rule, bound


@operation(
    "layers:merge",
    "inputs",
    layers="inputs mode concat_axis dot_axes output_shape output_mask arguments name",
)
def keras1_merge(call: Call) -> Shapes:
    """Return what the function of Keras 3 returns: `mode="concat"` is `concatenate`."""
    from kfix.shapes.keras1_merge import replacement

    new = replacement(tuple(call.values.items()))
    if new is None:
        raise UnknownUsed(Unknown(f"what `{call.path}` does in the mode {call.get('mode')!r}"))
    return operations.operation(f"keras.layers.{new.name}", new.args)
