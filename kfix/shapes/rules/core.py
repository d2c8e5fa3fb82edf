"""Dense, Embedding, Masking, Identity and their like, as in Keras's own `layers/core`."""

from __future__ import annotations

from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.model.graph import Array, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.einsum import einsum_dense_shapes
from kfix.shapes.formatting import show
from kfix.shapes.registry import rule
from kfix.shapes.sizes import product
from kfix.shapes.trace_result import as_list
from kfix.shapes.tunable_arguments import UNITS, free
from kfix.shapes.values import lora_rank, refuse


def _check_dense(layer: Bound) -> None:
    units = layer["units"]
    if not isinstance(units, int) or units <= 0:
        raise refuse(layer, "units", "a positive integer", units)


def _dense_weights(layer: Bound, x: Shape) -> int | Unknown:
    units: int | Unknown = layer.dim("units")
    inputs = product(x[-1:])
    bias = units if layer["use_bias"] else 0
    return inputs * units + bias + lora_rank(layer, "kernel_constraint") * (inputs + units)


def _dense_kernel(layer: Bound, x: Shape) -> int | Unknown:
    """The kernel is not trained where a LoRA adapter is trained in its place."""
    return product(x[-1:]) * layer.dim("units") if layer["lora_rank"] else 0


@rule(
    "Dense",
    min_rank=2,
    check=_check_dense,
    weights=_dense_weights,
    untrained=_dense_kernel,
    knobs=(UNITS,),
)
def dense(layer: Bound, x: Shape) -> Shapes:
    """The last dim becomes `units`; the others stay, so that a feature map stays a feature map.

    Refused: rank 1; a last dim that is `None`; `units` that are no whole
    number above 0 (numpy's numbers are none).
    """
    if x[-1] is None:
        raise DimNotDefined(layer.cls, expected="its last dim", actual=None)
    return (*x[:-1], _units(layer))


def _units(layer: Bound) -> int | Unknown:
    units = layer.dim("units")
    return units if isinstance(units, Unknown) else int(units)


def _equation(layer: Bound, x: Shape) -> tuple[Shape, int | Unknown, int | Unknown]:
    """The output shape, the number of weights, and how many of them a LoRA adapter is trained in place of."""
    equation, bias_axes, output_shape = layer["equation"], layer["bias_axes"], layer["output_shape"]
    if isinstance(output_shape, int):
        output_shape = (output_shape,)
    shape, kernel, bias = einsum_dense_shapes(
        layer.cls, equation, bias_axes, x, tuple(output_shape)
    )
    rank = lora_rank(layer, "kernel_constraint")
    lora = rank * (product(kernel[:-1]) + product(kernel[-1:])) if rank else 0
    weights = product(kernel) + (product(bias) if bias is not None else 0) + lora
    return shape, weights, product(kernel) if rank else 0


def _check_einsum_dense(layer: Bound) -> None:
    output_shape = layer["output_shape"]
    if not isinstance(output_shape, int | tuple | list):
        raise refuse(layer, "output_shape", "a shape without the batch", output_shape)


def _einsum_dense_weights(layer: Bound, x: Shape) -> int | Unknown:
    return _equation(layer, x)[1]


def _einsum_dense_kernel(layer: Bound, x: Shape) -> int | Unknown:
    return _equation(layer, x)[2]


@rule(
    "EinsumDense",
    check=_check_einsum_dense,
    weights=_einsum_dense_weights,
    untrained=_einsum_dense_kernel,
    knobs=(free("output_shape"),),
)
def einsum_dense(layer: Bound, x: Shape) -> Shapes:
    """The batch and `output_shape`, whose `None`s stand for the dims of the input that an ellipsis leaves alone.

    Refused: an equation of another form than `ab,bc->ac`, `...ab,bc->...ac` or
    `ab...,bc->ac...`; dims that it says are equal and that are not.
    """
    return _equation(layer, x)[0]


def _check_embedding(layer: Bound) -> None:
    for name in ("input_dim", "output_dim"):
        value = layer.dim(name)
        if not isinstance(value, Unknown) and (
            not isinstance(value, int) or isinstance(value, bool) or value <= 0
        ):
            raise refuse(layer, name, "a positive integer", value)


def _check_embedding_weights(layer: Bound) -> None:
    """`weights` is an array, or a list with one; a list of numbers is refused."""
    _check_embedding(layer)
    value = layer.dim("weights")
    array = value[0] if isinstance(value, list) and len(value) == 1 else value
    if array is not None and not isinstance(array, Array | Symbol | Unknown):
        raise refuse(layer, "weights", "an array", value)
    wanted = (layer.dim("input_dim"), layer.dim("output_dim"))
    shape = array.shape if isinstance(array, Array) else None
    if (
        isinstance(shape, tuple)
        and not any(isinstance(dim, Unknown) for dim in (*shape, *wanted))
        and shape != wanted
    ):
        raise BadArgument(layer.cls, expected=f"weights of shape {show(wanted)}", actual=shape)


def _embedding_weights(layer: Bound, x: Shape) -> int | Unknown:
    rows: int | Unknown = layer.dim("input_dim")
    columns: int | Unknown = layer.dim("output_dim")
    lora = lora_rank(layer, "embeddings_constraint")
    return rows * columns + (lora * (rows + columns) if lora else 0)


def _embeddings(layer: Bound, x: Shape) -> int | Unknown:
    """The embeddings are not trained where a LoRA adapter is trained in their place."""
    rows: int | Unknown = layer.dim("input_dim")
    return rows * layer.dim("output_dim") if layer["lora_rank"] else 0


@rule(
    "Embedding",
    check=_check_embedding_weights,
    weights=_embedding_weights,
    untrained=_embeddings,
    knobs=(free("output_dim"),),
    extra=("input_length",),
)
def embedding(layer: Bound, x: Shape) -> Shapes:
    """Appends `output_dim`: every integer of the input becomes a vector.

    Refused: `input_dim` and `output_dim` that are no positive integers.
    The older argument `input_length` is taken and means nothing.
    """
    return (*x, layer.dim("output_dim"))


def _reversible_weights(layer: Bound, x: Shape) -> int | Unknown:
    rows: int | Unknown = layer.dim("input_dim")
    columns: int | Unknown = layer.dim("output_dim")
    lora = lora_rank(layer, "embeddings_constraint")
    return rows * columns * (1 if layer["tie_weights"] else 2) + (
        lora * (rows + columns) if lora else 0
    )


@rule(
    "ReversibleEmbedding",
    check=_check_embedding,
    weights=_reversible_weights,
    untrained=_embeddings,
    knobs=(free("output_dim"),),
    extra=("input_length", "lora_rank", "lora_alpha", "weights"),
)
def reversible_embedding(layer: Bound, x: Shape) -> Shapes:
    """Appends `output_dim`, or with `reverse=True` in the call replaces the last dim by `input_dim`."""
    if next((value for keyword, value in layer.call if keyword == "reverse"), False):
        return (*x[:-1], layer.dim("input_dim"))
    return (*x, layer.dim("output_dim"))


@rule("Masking")
def masking(layer: Bound, x: Shape) -> Shapes:
    """The input's shape."""
    return x


@rule("Identity", many=True)
def identity(layer: Bound, x: Shapes) -> Shapes:
    """The input's shape, or the shapes of several inputs."""
    return x


@rule("Lambda", many=True)
def lambda_layer(layer: Bound, x: Shapes) -> Shapes:
    """What its function gives where that can be read, or the batch and `output_shape` where that is written.

    Without either it is unknown.
    """
    shape = layer["output_shape"]
    first = as_list(x)[0]
    if isinstance(shape, tuple) and isinstance(first, tuple):
        return (first[0], *shape)
    if isinstance(first, Unknown):
        return first
    raise UnknownUsed(Unknown("the function of a Lambda without output_shape", layer.layer.site))


@rule("InputLayer")
def input_layer(layer: Bound, x: Shape) -> Shapes:
    """The batch (`None` or `batch_size`) and `shape`, or `batch_shape` as it stands; so for `keras.Input`.

    Refused: a shape that is no tuple or list, such as `Input(28)`; dims that
    are no non-negative integers; `shape` and `batch_shape` together; a
    second one in a Sequential.
    """
    return (
        x  # what it gives is asked of `kfix.shapes.inputs`, as it may stand where there is no input
    )


@rule("Layer", "Wrapper")
def base_class(layer: Bound, x: Shape) -> Shapes:
    """Refused: `Layer` and `Wrapper` are there to be subclassed."""
    raise BadArgument(layer.cls, expected="a subclass with a call() of its own", actual=layer.cls)


@rule("TFSMLayer", why_unknown="a TFSMLayer runs a saved model that only TensorFlow can read")
@rule("FlaxLayer", why_unknown="a FlaxLayer runs a module of Flax")
@rule("JaxLayer", why_unknown="a JaxLayer runs a function of JAX")
@rule("TorchModuleWrapper", why_unknown="a TorchModuleWrapper runs a module of PyTorch")
def other_library(layer: Bound, x: Shape) -> Shapes:
    """Unknown: what it computes is written in another library."""
    return x
