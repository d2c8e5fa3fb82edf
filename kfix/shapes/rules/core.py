"""Dense, Embedding, Masking, Identity and the like, as in Keras's own `layers/core`."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.model.graph import Array, Shape, Shapes, Symbol
from kfix.model.record import Value
from kfix.model.unknown import Unknown, UnknownUsed, any_unknown
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.einsum import einsum_dense_shapes, output_shape_for
from kfix.shapes.formatting import show
from kfix.shapes.registry import Knob, rule
from kfix.shapes.sizes import product
from kfix.shapes.trace_result import as_list
from kfix.shapes.tunable_arguments import UNITS, free
from kfix.shapes.values import counted, integer, item_of, listed, lora_rank, refuse

# --- Dense ----------------------------------------------------------------------------------------


def _check_dense(layer: Bound) -> None:
    units = layer["units"]
    # An element of an array is a NumPy integer, which is refused.
    if not isinstance(units, int) or units <= 0:
        raise refuse(layer, "units", "a positive integer", units)


def _dense_weights(layer: Bound, x: Shape) -> int | Unknown:
    units: int | Unknown = layer.dim("units")
    inputs = product(x[-1:])
    lora = lora_rank(layer, "kernel_constraint") * (inputs + units)
    return inputs * units + counted(layer["use_bias"], units) + lora


def _dense_kernel(layer: Bound, x: Shape) -> int | Unknown:
    """Return the size of the kernel if a LoRA adapter is trained in its place, else 0."""
    return counted(layer["lora_rank"], product(x[-1:]) * layer.dim("units"))


@rule(
    "Dense",
    min_rank=2,
    check=_check_dense,
    weights=_dense_weights,
    untrained=_dense_kernel,
    knobs=(UNITS,),
    effects=fx.last("units"),
)
def dense(layer: Bound, x: Shape) -> Shapes:
    """Replace the last dim with `units`; the others stay, so that a feature map stays one.

    Refused: rank 1; a last dim of `None`; `units` that are not a positive integer (a NumPy
    integer is none).
    """
    if x[-1] is None:
        raise DimNotDefined(layer.cls, expected="the last dim of its input", actual=None)
    return (*x[:-1], integer(layer, "units"))


# --- EinsumDense ----------------------------------------------------------------------------------


class _Einsum(Value):
    """The shapes and ranks of an EinsumDense on one input."""

    output: Shape
    kernel: int | Unknown
    bias: int | Unknown
    lora: int | Unknown
    """The weights of a LoRA adapter, 0 without one."""


def _einsum(layer: Bound, x: Shape) -> _Einsum:
    output, kernel, bias = einsum_dense_shapes(
        layer.cls, layer["equation"], layer["bias_axes"], x, _sizes(layer)
    )
    lora = lora_rank(layer, "kernel_constraint") * (product(kernel[:-1]) + product(kernel[-1:]))
    return _Einsum(output, product(kernel), 0 if bias is None else product(bias), lora)


def _sizes(layer: Bound) -> Shape:
    """Return `output_shape`; what is computed elsewhere is an `Unknown`."""
    given = layer["output_shape"]
    return tuple(item_of(layer, "output_shape", size) for size in listed(given))  # type: ignore[misc]


def _check_einsum_dense(layer: Bound) -> None:
    output_shape = layer["output_shape"]
    are_sizes = all(isinstance(size, int | Unknown | None) for size in _sizes(layer))
    if output_shape is None or not are_sizes:
        raise refuse(layer, "output_shape", "a shape without the batch", output_shape)


def _einsum_dense_weights(layer: Bound, x: Shape) -> int | Unknown:
    einsum = _einsum(layer, x)
    return einsum.kernel + einsum.bias + einsum.lora


def _einsum_dense_kernel(layer: Bound, x: Shape) -> int | Unknown:
    einsum = _einsum(layer, x)
    return counted(einsum.lora, einsum.kernel)


def _output_shapes(layer: Bound, x: Shape) -> Iterator[object]:
    """Yield the output shape with the dims that its letters have in the input."""
    now = layer["output_shape"]
    if isinstance(now, tuple | list):
        yield output_shape_for(layer.cls, layer["equation"], x, tuple(now))


@rule(
    "EinsumDense",
    check=_check_einsum_dense,
    weights=_einsum_dense_weights,
    untrained=_einsum_dense_kernel,
    knobs=(Knob("output_shape", _output_shapes, True),),
    effects=fx.mixed("equation", "output_shape"),
)
def einsum_dense(layer: Bound, x: Shape) -> Shapes:
    """Return the batch and `output_shape`.

    A `None` in it stands for a dim of the input that an ellipsis leaves alone.

    Refused: an equation of another form than `ab,bc->ac`, `...ab,bc->...ac` or
    `ab...,bc->ac...`; dims that differ and have one letter.
    """
    return _einsum(layer, x).output


# --- embeddings -----------------------------------------------------------------------------------


def _check_embedding(layer: Bound) -> None:
    for name in ("input_dim", "output_dim"):
        value = layer.dim(name)
        if isinstance(value, Unknown):
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise refuse(layer, name, "a positive integer", value)


def _check_embedding_weights(layer: Bound) -> None:
    """Raise `BadArgument` for `weights` that are neither an array nor a list of one."""
    _check_embedding(layer)
    value = layer.dim("weights")
    array = value
    if isinstance(value, list) and len(value) == 1:
        array = value[0]
    if array is not None and not isinstance(array, Array | Symbol | Unknown):
        raise refuse(layer, "weights", "an array", value)
    expected = (layer.dim("input_dim"), layer.dim("output_dim"))
    shape = None
    if isinstance(array, Array):
        shape = array.shape
    if not isinstance(shape, tuple) or shape == expected:
        return
    if not any_unknown((*shape, *expected)):
        raise BadArgument(layer.cls, expected=f"weights of shape {show(expected)}", actual=shape)


def _embeddings(layer: Bound) -> int | Unknown:
    """Return the number of the embeddings' elements."""
    return product((layer.dim("input_dim"), layer.dim("output_dim")))


def _embeddings_lora(layer: Bound) -> int | Unknown:
    """Return the weights of a LoRA adapter, 0 without one."""
    rows: int | Unknown = layer.dim("input_dim")
    columns: int | Unknown = layer.dim("output_dim")
    return lora_rank(layer, "embeddings_constraint") * (rows + columns)


def _embedding_weights(layer: Bound, x: Shape) -> int | Unknown:
    return _embeddings(layer) + _embeddings_lora(layer)


def _untrained_embeddings(layer: Bound, x: Shape) -> int | Unknown:
    """Return the size of the embeddings if a LoRA adapter is trained in their place, else 0."""
    return counted(layer["lora_rank"], _embeddings(layer))


@rule(
    "Embedding",
    check=_check_embedding_weights,
    weights=_embedding_weights,
    untrained=_untrained_embeddings,
    knobs=(free("output_dim"),),
    extra=("input_length",),
    effects=fx.appended("output_dim"),
)
def embedding(layer: Bound, x: Shape) -> Shapes:
    """Append `output_dim`: every integer of the input becomes a vector.

    Refused: `input_dim` and `output_dim` that are not positive integers. The older argument
    `input_length` is accepted and has no meaning.
    """
    return (*x, layer.dim("output_dim"))


def _reversible_weights(layer: Bound, x: Shape) -> int | Unknown:
    tables = 2
    if layer["tie_weights"]:
        tables = 1
    return _embeddings(layer) * tables + _embeddings_lora(layer)


@rule(
    "ReversibleEmbedding",
    check=_check_embedding,
    weights=_reversible_weights,
    untrained=_untrained_embeddings,
    knobs=(free("output_dim"),),
    extra=("input_length", "lora_rank", "lora_alpha", "weights"),
    effects=fx.looked_up,
)
def reversible_embedding(layer: Bound, x: Shape) -> Shapes:
    """Append `output_dim`; called with `reverse=True`, replace the last dim with `input_dim`."""
    if layer.call_argument("reverse"):
        return (*x[:-1], layer.dim("input_dim"))
    return (*x, layer.dim("output_dim"))


# --- layers that keep the shape -------------------------------------------------------------------


@rule(
    "Masking",
    effects=fx.same,
)
def masking(layer: Bound, x: Shape) -> Shapes:
    """Keep the input's shape."""
    return x


@rule(
    "Identity",
    many=True,
    effects=fx.same,
)
def identity(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape, or the shapes of several inputs."""
    return x


# --- layers whose code is elsewhere ---------------------------------------------------------------


@rule("Lambda", many=True)
def lambda_layer(layer: Bound, x: Shapes) -> Shapes:
    """Return what its function returns where that can be read, else the batch and `output_shape`.

    Without either the shape is unknown.
    """
    shape = layer["output_shape"]
    first = next(iter(as_list(x)), None)
    if isinstance(shape, tuple) and isinstance(first, tuple) and first:
        return (first[0], *shape)
    if isinstance(first, Unknown):
        return first
    raise UnknownUsed(Unknown("the function of a Lambda without output_shape", layer.layer.site))


@rule("InputLayer")
def input_layer(layer: Bound, x: Shape) -> Shapes:
    """Return `batch_shape`, or the batch (`None` or `batch_size`) and `shape`, as `Input` does.

    Refused: a shape that is not a tuple or list, such as `Input(28)`; dims that are not
    non-negative integers; `shape` and `batch_shape` together; a second one in a Sequential.
    """
    # `kfix.shapes.inputs` answers for it, as it may stand without an input.
    return x


@rule("Layer", "Wrapper")
def base_class(layer: Bound, x: Shape) -> Shapes:
    """Refuse the call: `Layer` and `Wrapper` are there to be subclassed."""
    raise BadArgument(layer.cls, expected="a subclass with a call() of its own", actual=layer.cls)


@rule("TFSMLayer", why_unknown="a TFSMLayer runs a saved model that only TensorFlow can read")
@rule("FlaxLayer", why_unknown="a FlaxLayer runs a module of Flax")
@rule("JaxLayer", why_unknown="a JaxLayer runs a function of JAX")
@rule("TorchModuleWrapper", why_unknown="a TorchModuleWrapper runs a module of PyTorch")
def other_library(layer: Bound, x: Shape) -> Shapes:
    """Return unknown: what it computes is written in another library."""
    return x
