"""Where the input shape of a model is written, and what Keras makes of it."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.bad_input_shape import BadInputShape
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.missing_argument import MissingArgument
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.unknown_argument import UnknownArgument
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.attributes import BUILT
from kfix.model.graph import Argument, Array, Layer, Model, Shape, Shapes, Symbol, TensorRef
from kfix.model.unknown import Unknown, as_unknown
from kfix.shapes import signatures
from kfix.shapes.binding import CallArguments
from kfix.shapes.formatting import show_value
from kfix.shapes.identifiers import check_names

INPUT_CLASSES = ("Input", "InputLayer")

_PARAMETERS = {
    "Input": (
        "shape",
        "batch_size",
        "dtype",
        "sparse",
        "batch_shape",
        "name",
        "tensor",
        "optional",
        "ragged",
    ),
    "InputLayer": (
        "shape",
        "batch_size",
        "dtype",
        "sparse",
        "ragged",
        "batch_shape",
        "input_tensor",
        "optional",
        "name",
    ),
}
"""The parameters in the order of Keras 3.15."""


def standardize_shape(value: object, subject: str) -> Shape | Unknown:
    """Return a value as a shape, as `keras.backend.standardize_shape` does.

    Raises `BadInputShape` for what is not a sequence, and for dims that are neither `None` nor
    non-negative integers.
    """
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Array | Symbol):
        return Unknown("the input shape is computed")
    if not isinstance(value, tuple | list):
        hint = ""
        if isinstance(value, int) and not isinstance(value, bool):
            hint = f"({value},)"
        raise BadInputShape(subject, expected=hint or "a tuple", actual=show_value(value))
    dims: list[int | Unknown | None] = []
    for dim in value:
        if dim is None or isinstance(dim, Unknown):
            dims.append(dim)
        elif isinstance(dim, Array | Symbol):
            dims.append(Unknown("a dim that is computed"))
        elif isinstance(dim, int) and dim >= 0:
            dims.append(int(dim))
        else:
            raise BadInputShape(subject, expected="integers or None", actual=show_value(value))
    return tuple(dims)


def input_arguments(layer: Layer) -> dict[str, Argument]:
    """Return the arguments of an `Input` or `InputLayer` by name."""
    names = _PARAMETERS[layer.cls]
    found: dict[str, Argument] = {}
    place = 0
    for argument in layer.arguments:
        if argument.keyword is None:
            found[names[place] if place < len(names) else f"{place + 1} positional arguments"] = (
                argument
            )
            place += 1
        else:
            found[argument.keyword] = argument
    return found


def input_layer_shape(layer: Layer, keras: int = 3) -> Shapes:
    """Return the shape of an `Input` or `InputLayer`, batch included.

    Raises `BadInputShape` or `UnknownArgument`, `MissingArgument` without a shape, `BadArgument`
    for two.
    """
    given = input_arguments(layer)
    _check_parameters(layer, given, keras)
    for keyword in ("*", "**"):
        if keyword in given:
            return as_unknown(given[keyword].value, "arguments passed on", layer.site)
    for tensor in ("tensor", "input_tensor"):
        if tensor in given and given[tensor].value is not None:
            return Unknown(f"the shape of `{tensor}`", given[tensor].site)
    shape = _first_value(given, "shape", "input_shape")
    batch_shape = _first_value(given, "batch_shape", "batch_input_shape")
    batch_size = _first_value(given, "batch_size")
    if batch_shape is None:
        return _with_batch(layer, shape, batch_size)
    if shape is not None:
        raise BadArgument(layer.cls, expected="shape or batch_shape", actual="both")
    if batch_size is not None:
        raise BadArgument(layer.cls, expected="batch_size or batch_shape", actual="both")
    return standardize_shape(batch_shape, layer.cls)


def _check_parameters(layer: Layer, given: dict[str, Argument], keras: int) -> None:
    """Raise `UnknownArgument` or `BadArgument`; an `InputLayer` accepts any keyword."""
    accepted = (*_PARAMETERS["Input"], "*", "**")
    for name in given:
        if layer.cls == "Input" and name not in accepted:
            raise UnknownArgument(layer.cls, actual=name, expected=list(_PARAMETERS[layer.cls]))
    check_names(layer.cls, given.items(), keras=keras)


def _first_value(given: dict[str, Argument], *names: str) -> object:
    """Return the value of the first of these arguments that is given, `None` if none is."""
    return next((given[name].value for name in names if name in given), None)


def _with_batch(layer: Layer, shape: object, batch_size: object) -> Shape | Unknown:
    """Return a shape that is given without the batch; raise `MissingArgument`, `BadInputShape`."""
    if shape is None:
        raise MissingArgument(layer.cls, expected="shape")
    rest = standardize_shape(shape, layer.cls)
    if isinstance(rest, Unknown):
        return rest
    if isinstance(batch_size, Array | Symbol):
        batch_size = Unknown("the batch size is computed", layer.site)
    if batch_size is not None and not isinstance(batch_size, int | Unknown):
        expected = "an integer as batch_size"
        raise BadInputShape(layer.cls, expected=expected, actual=show_value(batch_size))
    return (batch_size, *rest)


def first_layer_shape(layer: Layer, keras: int = 3) -> Shapes | None:
    """Return the input shape that a layer's own arguments give to a Sequential, `None` without one.

    Keras 3 knows `input_shape=` and `input_dim=`; Keras 2 also `batch_input_shape=`, `batch_size=`
    with `input_shape=`, and `input_length=` with `input_dim=`. Those are read in any case, as
    Keras 3 refuses the layer for them. Embedding's `input_dim` is its vocabulary; its
    `input_length` is accepted by Keras 3 and has no meaning.
    """
    batch_shape = layer.argument("batch_input_shape") or layer.argument("batch_shape")
    if batch_shape is not None:
        return standardize_shape(batch_shape.value, layer.cls)
    shape = _value(layer, "input_shape")
    if shape is None:
        shape = _shape_of_dims(layer, keras)
    if shape is None:
        return None
    batch_size = _value(layer, "batch_size")
    dims = standardize_shape(shape, layer.cls)
    if isinstance(dims, Unknown):
        return dims
    return (batch_size if isinstance(batch_size, int | Unknown) else None, *dims)


def _value(layer: Layer, keyword: str) -> object:
    argument = layer.argument(keyword)
    if argument is None:
        return None
    return argument.value


def _shape_of_dims(layer: Layer, keras: int) -> object:
    """Return the shape that `input_dim` and `input_length` describe, `None` without them."""
    length, dim = _value(layer, "input_length"), _value(layer, "input_dim")
    signature = signatures.signature(layer.cls)
    if signature is not None and "input_dim" in signature.names:  # its vocabulary
        if keras > 2 or length is None:
            return None
        if isinstance(length, tuple | list):
            return length
        return (length,)
    if dim is None:
        return None
    if layer.argument("input_length") is None:
        return (dim,)
    return (length, dim)


def embedding_length(layer: Layer) -> Shape | None:
    """Return the input shape that `Embedding(…, input_length=100)` describes, `None` without it.

    Keras 3 ignores it.
    """
    length = layer.argument("input_length")
    if layer.cls != "Embedding" or length is None:
        return None
    dims = length.value
    if not isinstance(dims, tuple | list):
        dims = (dims,)
    known = all(isinstance(dim, int) and not isinstance(dim, bool) and dim > 0 for dim in dims)
    if known:
        return (None, *dims)
    return None


def is_input(value: object) -> bool:
    """Return whether this is the layer of an `Input` or `InputLayer`."""
    return isinstance(value, Layer) and value.cls in INPUT_CLASSES and value.is_keras_layer


def tensor_refs(value: object) -> list[TensorRef]:
    """Return every tensor in a structure of call arguments, from left to right."""
    found: list[TensorRef] = []
    _collect(value, found)
    return found


def _collect(value: object, found: list[TensorRef]) -> None:
    if isinstance(value, TensorRef):
        found.append(value)
    elif isinstance(value, tuple | list):
        for item in value:
            if item is not None:
                _collect(item, found)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, found)


def declared_shape(declared: Shapes, given: Shapes | None) -> Shapes:
    """Return the shape that an input declares, with what is unknown of it taken from `given`."""
    if isinstance(declared, Unknown) and given is not None:
        return given
    if isinstance(declared, tuple) and isinstance(given, tuple) and len(declared) == len(given):
        return tuple(
            other if isinstance(dim, Unknown) else dim
            for dim, other in zip(declared, given, strict=True)
        )
    return declared


def check_call(subject: str, declared: Shapes, given: Shapes) -> list[Finding]:
    """Check a call of the model named `subject` against the shape that an input declares.

    The symbolic call compares the dims without the batch from the left, after a last dim of 1 has
    been removed from either (`allow_last_axis_squeeze` in Keras's `layers/input_spec.py`), and no
    further. Raises `DimMismatch` or `RankMismatch`. What passes, and is refused when it runs, is
    returned as a warning.
    """
    if not isinstance(declared, tuple) or not isinstance(given, tuple):
        return []
    if declared == given == ():  # a scalar for a layer whose `call` was read with one
        return []
    expected, actual = _squeezed((None, *declared[1:])), _squeezed(given)
    if any(map(_differ, expected, actual)):
        raise DimMismatch(subject, expected=declared, actual=given)
    if not given:
        raise RankMismatch(subject, expected=declared, actual=given)
    fits = len(expected) == len(actual) and abs(len(declared) - len(given)) < 2
    if len(declared) == len(given):
        fits = not _differ(declared[-1], given[-1])
    if fits:
        return []
    return [RefusedWhenRun(subject, expected=declared, actual=given)]


def as_built(layer: Layer, inputs: Shapes, args: CallArguments) -> tuple[Shapes, CallArguments]:
    """Return the arguments of a call with the number of features that the layer was built for.

    An input spec takes a variable dim for any size.
    """
    built = layer.attribute(BUILT)
    if isinstance(built, tuple) and isinstance(inputs, tuple) and inputs[-1:] == (None,):
        inputs = (*inputs[:-1], *(built[-1:] or (None,)))
        args = ((args[0][0], inputs), *args[1:])
    return inputs, args


_MAP = 3
"""The rank of images without channels."""


def brought_to_rank(declared: Shapes, given: Shapes) -> Shapes:
    """Return `Unknown` for a tensor that lacks the last axis of 1 of its input, else its shape.

    Keras gives it that axis when the model runs, but infers shapes without it, and without the
    input specs of the layers (`Functional._adjust_input_rank` in Keras's `models/functional.py`).
    Layers for images still refuse a map without channels.
    """
    if not isinstance(declared, tuple) or not isinstance(given, tuple):
        return given
    if len(given) == len(declared) - 1 < _MAP and declared[-1] == 1:
        return Unknown("Keras adds the last axis of the input when the model runs")
    return given


def _differ(one: object, other: object) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one != other


def _squeezed(shape: Shape) -> Shape:
    if shape and shape[-1] == 1:
        return shape[:-1]
    return shape


def check_one_input(model: Model, args: CallArguments, keras: int) -> None:
    """Raise `WrongInputs` for two tensors by position: Keras takes the second for `training`.

    For a model of several inputs their number says more.
    """
    tensors = [value for keyword, value in args if keyword is None and value]
    if len(tensors) > 1 and len(model.inputs) < 2 and keras > 2:
        raise WrongInputs(model.name, expected="one input", actual=len(tensors))
