"""Where a model's input shape is written, and what Keras makes of it."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.bad_input_shape import BadInputShape
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.missing_argument import MissingArgument
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.graph import Argument, Array, Layer, Shape, Shapes, Symbol, TensorRef
from kfix.model.unknown import Unknown
from kfix.shapes.identifiers import check_names
from kfix.shapes.signatures import signature

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
"""In the order of Keras 3.15."""


def standardize(value: object, subject: str) -> Shape | Unknown:
    """A value as a shape, as `keras.backend.standardize_shape` makes it one.

    Raises `BadInputShape` for what is no sequence, and for dims that are
    strings, floats or negative.
    """
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Array | Symbol):
        return Unknown("the input shape is computed")
    if not isinstance(value, tuple | list):
        hint = f"({value},)" if isinstance(value, int) and not isinstance(value, bool) else ""
        raise BadInputShape(subject, expected=hint or "a tuple", actual=repr(value))
    dims: list[int | Unknown | None] = []
    for dim in value:
        if dim is None or isinstance(dim, Unknown):
            dims.append(dim)
        elif isinstance(dim, Array | Symbol):
            dims.append(Unknown("a dim that is computed"))
        elif isinstance(dim, int) and dim >= 0:
            dims.append(int(dim))
        else:
            raise BadInputShape(subject, expected="integers or None", actual=repr(value))
    return tuple(dims)


def input_arguments(layer: Layer) -> dict[str, Argument]:
    """The arguments of an `Input` or `InputLayer` by name."""
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


def input_layer_shape(layer: Layer) -> Shapes:
    """The shape, batch included, that an `Input` or `InputLayer` gives.

    Raises `BadInputShape`, `UnknownArgument`, or `MissingArgument` / `BadArgument` for
    too little and too much.
    """
    given = input_arguments(layer)
    for name in given:
        if layer.cls == "Input" and name not in (
            *_PARAMETERS["Input"],
            "*",
            "**",
        ):  # the other one takes any keyword
            raise UnknownArgument(layer.cls, actual=name, expected=list(_PARAMETERS[layer.cls]))
    check_names(layer.cls, given.items())
    for keyword in ("*", "**"):
        if keyword in given:
            value = given[keyword].value
            return (
                value if isinstance(value, Unknown) else Unknown("arguments passed on", layer.site)
            )
    for tensor in ("tensor", "input_tensor"):
        if tensor in given and given[tensor].value is not None:
            return Unknown(f"the shape of `{tensor}`", given[tensor].site)

    def value_of(*names: str) -> object:
        return next((given[name].value for name in names if name in given), None)

    shape = value_of("shape", "input_shape")
    batch_shape = value_of("batch_shape", "batch_input_shape")
    batch_size = value_of("batch_size")
    if batch_shape is not None:
        if shape is not None:
            raise BadArgument(layer.cls, expected="shape or batch_shape", actual="both")
        if batch_size is not None:
            raise BadArgument(layer.cls, expected="batch_size or batch_shape", actual="both")
        return standardize(batch_shape, layer.cls)
    if shape is None:
        raise MissingArgument(layer.cls, expected="shape")
    rest = standardize(shape, layer.cls)
    if isinstance(rest, Unknown):
        return rest
    if batch_size is not None and not isinstance(batch_size, int | Unknown):
        raise BadInputShape(layer.cls, expected="an integer as batch_size", actual=repr(batch_size))
    return (batch_size, *rest)


def first_layer_shape(layer: Layer, keras: int = 3) -> Shapes | None:
    """The input shape that a layer's own arguments give to a Sequential that it is the first of, or `None`.

    Keras 3 knows `input_shape=` and `input_dim=`; Keras 2 also
    `batch_input_shape=`, `batch_size=` with `input_shape=`, and `input_length=`
    with `input_dim=`. Those are read in any case, as Keras 3 refuses the layer
    for them. Embedding's `input_dim` is its vocabulary, and its `input_length`
    is taken by Keras 3 and means nothing.
    """
    whole = layer.argument("batch_input_shape") or layer.argument("batch_shape")
    if whole is not None:
        return standardize(whole.value, layer.cls)
    size = layer.argument("batch_size")
    batch = size.value if size is not None and isinstance(size.value, int | Unknown) else None
    length = layer.argument("input_length")
    found = signature(layer.cls)
    vocabulary = found is not None and "input_dim" in found.names
    rest: object = None
    shape, dim = layer.argument("input_shape"), layer.argument("input_dim")
    if shape is not None and shape.value is not None:
        rest = shape.value
    elif vocabulary:
        if keras == 2 and length is not None and length.value is not None:
            rest = length.value if isinstance(length.value, tuple | list) else (length.value,)
    elif dim is not None and dim.value is not None:
        rest = (dim.value,) if length is None else (length.value, dim.value)
    if rest is None:
        return None
    dims = standardize(rest, layer.cls)
    return dims if isinstance(dims, Unknown) else (batch, *dims)


def told_length(layer: Layer) -> Shape | None:
    """What `Embedding(…, input_length=100)` tells of the input, though Keras 3 makes nothing of it; else `None`."""
    length = layer.argument("input_length")
    if layer.cls != "Embedding" or length is None:
        return None
    dims = length.value if isinstance(length.value, tuple | list) else (length.value,)
    told = all(isinstance(dim, int) and not isinstance(dim, bool) and dim > 0 for dim in dims)
    return (None, *dims) if told else None


def is_input(value: object) -> bool:
    """Is this the layer of an `Input` or `InputLayer`?"""
    return isinstance(value, Layer) and value.is_keras_layer and value.cls in INPUT_CLASSES


def tensor_refs(value: object) -> list[TensorRef]:
    """Every tensor in a structure of call arguments, from left to right."""
    if isinstance(value, TensorRef):
        return [value]
    if isinstance(value, tuple | list):
        return [ref for item in value for ref in tensor_refs(item)]
    if isinstance(value, dict):
        return [ref for item in value.values() for ref in tensor_refs(item)]
    return []


def told(declared: Shapes, given: Shapes | None) -> Shapes:
    """The shape that an input declares; what could not be told of it is as `given` (with the batch) says."""
    if isinstance(declared, Unknown) and given is not None:
        return given
    if isinstance(declared, tuple) and isinstance(given, tuple) and len(declared) == len(given):
        return tuple(
            other if isinstance(dim, Unknown) else dim
            for dim, other in zip(declared, given, strict=True)
        )
    return declared


def fit(subject: str, declared: Shapes, given: Shapes) -> list[Finding]:
    """Checks a call of the model named `subject` against the shape that it declares for an input.

    The symbolic call compares the dims without the batch from the left, after
    a last dim of 1 has been taken from either (`allow_last_axis_squeeze` in
    Keras's `layers/input_spec.py`), and no further; it raises `DimMismatch`.
    What passes that and is refused when it is run comes back as a warning.
    """
    if not isinstance(declared, tuple) or not isinstance(given, tuple):
        return []
    want, have = _squeezed((None, *declared[1:])), _squeezed(given)
    for one, other in zip(want, have, strict=False):
        if isinstance(one, int) and isinstance(other, int) and one != other:
            raise DimMismatch(subject, expected=declared, actual=given)
    if not given:
        raise RankMismatch(subject, expected=declared, actual=given)
    same = len(want) == len(have) and abs(len(declared) - len(given)) < 2
    differs = len(declared) == len(given) and _differ(declared[-1], given[-1])
    if same and not differs:
        return []
    return [RefusedWhenRun(subject, expected=declared, actual=given)]


def _differ(one: object, other: object) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one != other


def _squeezed(shape: Shape) -> Shape:
    return shape[:-1] if shape and shape[-1] == 1 else shape
