"""Functions and operators of libraries, called on tensors and on arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import ABSENT, LIBRARY_FUNCTION, UNCALLED, Uncalled
from kfix.model.graph import Argument, Array, Layer, Library, Shapes, Symbol, TensorRef
from kfix.model.origin import LEFT_OUT
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown, any_unknown
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.containers import Const, Container, DictV, ListV, OpenV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.dtypes import dtype_made
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.partial_values import RowsV
from kfix.source.interpreter.provenance import traced
from kfix.source.interpreter.values import Choice, LayerV, ModelV, SequentialV, TensorV
from kfix.source.keras.argument_values import argument_value
from kfix.source.keras.integer_names import note
from kfix.source.keras.layers import (
    add_node,
    class_at,
    data_of_shape,
    layer_of,
    make_layer,
    make_unknown_layer,
)
from kfix.source.keras.open_ends import call_of
from kfix.source.migration import keras_names

MAX_DIM = 2**63 - 1
"""The largest dim that NumPy can count; a larger one raises OverflowError there."""

_ARRAYS = ("keras.ops.", "keras.random.", "keras.backend.", "tf.")
"""Where functions live that make tensors of numbers, too."""

Args = Sequence[tuple[str | None, Any]]
"""The arguments of an operation, each with its keyword or `None`."""


# --- what the library has no function for -------------------------------------------------


def library_call(context: Context, path: str, given: list[Given]) -> AbstractValue:
    """Call what has no function in the tables of a library: a layer, an operation, a symbol."""
    interpreter, site = context.interpreter, context.site
    home, _, name = path.rpartition(".")
    if home == "keras.layers" and interpreter.shapes.is_layer(name):
        note(interpreter, context.frame, site)
        return make_layer(interpreter, name, given, site)
    if home.startswith("keras.applications") and interpreter.shapes.is_application(name):
        return make_layer(interpreter, name, given, site, Library.APPLICATION)
    result = _operation_call(context, path, given)
    if result is not None:
        return result
    if home == "keras.layers" and name[:1].isupper():
        why = Unknown(f"`{name}` is not a layer of Keras", site)
        slip = keras_names.slip_of(path, context.frame.unit.text)
        absent = ((ABSENT, (home, name, slip)),) * bool(slip)
        return make_unknown_layer(interpreter, name, given, site, why, absent)
    if name[:1].isupper() and path.startswith(("keras.", "tf.")):
        values = (argument_value(interpreter, one.value) for one in given)
        return Symbol(path, True, site, tuple(one.keyword for one in given), tuple(values))
    reasons = (one.why_unknown for one in given)
    because = next((reason for reason in reasons if reason is not None), None)
    return context.unknown(
        f"the result of `{path.removeprefix('builtins.')}` is not known", because
    )


def _operation_call(context: Context, path: str, given: list[Given]) -> AbstractValue | None:
    """Return what an operation gives on tensors or arrays, `None` where it is none, or given
    neither.
    """
    args = [(one.keyword, one.value) for one in given]
    if keras_names.lacks(path):
        return _of_no_function(context, path, given)
    if path.startswith("keras.layers.") and path.rpartition(".")[2].islower():
        args = [(one.keyword, _called(context.interpreter, one.value, one.site)) for one in given]
    values = [value for _, value in args]
    if has_tensor(values):
        if context.interpreter.shapes.is_operation(path):
            home, _, name = path.rpartition(".")
            if home == "keras.layers" or name.startswith("concat"):
                note(context.interpreter, context.frame, context.site)
            return operate(context.interpreter, path, args, context.site)
        why = Unknown(f"no rule for `{path}`", context.site)
        return apply_unknown(context, why, given, path)
    if not context.interpreter.shapes.is_operation(path):
        return None
    makes_array = path.startswith(_ARRAYS) and not any_unknown(values)
    if has_array(values) or makes_array:
        return array_operation(context.interpreter, path, args)
    return None


def _of_no_function(context: Context, path: str, given: list[Given]) -> AbstractValue:
    """Return what a call of a function gives that `keras.ops` does not have: nothing known."""
    why = Unknown(f"Keras has no function `{path}`", context.site)
    if has_tensor(one.value for one in given):
        module, _, name = path.rpartition(".")
        absent = (module, name, keras_names.nearest(path))
        return apply_unknown(context, why, given, path, absent)
    return why


def _called(interpreter: Interpreter, value: AbstractValue, at: Site | None) -> AbstractValue:
    """Return a value with tensors for the layers and models that stand in the place of one."""
    if isinstance(value, LayerV | SequentialV | ModelV):
        return uncalled(interpreter, value, at=at)
    if isinstance(value, ListV) and any(
        isinstance(item, LayerV | SequentialV | ModelV) for item in value.items
    ):
        written = zip(value.items, value.sites, strict=True)
        items = [_called(interpreter, item, one) for item, one in written]
        return ListV(items, value.kind, value.sites)
    return value


def apply_unknown(
    context: Context, unknown: Unknown, given: list[Given], path: str = "", absent: object = None
) -> AbstractValue:
    """Return the tensor, of which nothing is known, that something unknown makes of tensors."""
    interpreter, site, node = context.interpreter, context.site, context.node
    name = interpreter.text(node.func if isinstance(node, cst.Call) else node, context.frame)
    layer = Layer(
        name,
        (),
        site,
        interpreter.uid(),
        Library.UNKNOWN,
        unknown=unknown,
        attributes=tuple(pair for pair in ((LIBRARY_FUNCTION, path), (ABSENT, absent)) if pair[1]),
    )
    args = tuple((one.keyword, tensors_of(interpreter, one.value, site)) for one in given)
    return outputs(interpreter, add_node(interpreter, layer, args, site))


# --- tensors ------------------------------------------------------------------------------


def tensors_of(
    interpreter: Interpreter,
    value: AbstractValue,
    site: Site,
    first: bool = False,
    at: Site | None = None,
) -> Any:
    """Return an argument of a layer's call as a node keeps it; `at` is where it is written.

    The `first` one is always a tensor: an array or an unknown becomes one.
    """
    if isinstance(value, ListV) and value.unknown is None:
        written = zip(value.items, value.sites, strict=True)
        items = (tensors_of(interpreter, item, site, first, one) for item, one in written)
        return tuple(items) if value.kind == "tuple" else list(items)
    if isinstance(value, DictV) and value.unknown is None:
        entries = value.entries.items()
        return {key: tensors_of(interpreter, item, site, first) for key, item in entries}
    if not first:
        return argument_value(interpreter, value)
    if isinstance(value, LayerV | SequentialV | ModelV):
        return uncalled(interpreter, value, at=at).ref
    return _tensor_of(interpreter, value, site)


def _tensor_of(interpreter: Interpreter, value: AbstractValue, site: Site) -> Any:
    """Return the first argument of a layer's call as a node keeps it."""
    if _is_left_out(value):
        return unknown_tensor(interpreter, _no_value(site), site).ref
    if isinstance(value, TensorV | Const):
        return argument_value(interpreter, value)
    if isinstance(value, Array):
        return data_of_shape(interpreter, value.shape, site, value.origin).ref
    return unknown_tensor(interpreter, _why_no_tensor(value, site), site).ref


def _is_left_out(value: AbstractValue) -> bool:
    return isinstance(value, Const) and value.origin is LEFT_OUT and value.value is None


def _no_value(site: Site) -> Unknown:
    """Return what stands for a parameter that is None by default and must be given here."""
    return Unknown("an argument is left out that has no value but None here", site)


def _why_no_tensor(value: AbstractValue, site: Site) -> Unknown:
    if isinstance(value, Container) and value.unknown is not None:
        return value.unknown
    if isinstance(value, Unknown):
        return value
    return Unknown("what the layer is called on is not known", site)


def uncalled(
    interpreter: Interpreter,
    value: LayerV | SequentialV | ModelV,
    taker: str = "a layer",
    at: Site | None = None,
) -> TensorV:
    """Return the tensor that stands for a layer or model that `taker` is given for a tensor.

    It is written at `at`. Its node is called as it would be called: a model on its own input, a
    layer on the tensor that it has displaced in its variable, or on the only one in sight that
    nothing is called on yet.
    """
    layer = layer_of(interpreter, value)
    args, name = call_of(interpreter, value)
    attributes = (*layer.attributes, (UNCALLED, Uncalled(taker, at, name)))
    made = replace(layer, uid=interpreter.uid(), attributes=attributes)
    return TensorV(TensorRef(add_node(interpreter, made, args, layer.site)))


def unknown_tensor(interpreter: Interpreter, unknown: Unknown, site: Site) -> TensorV:
    """Return a tensor of which nothing is known: one for each unknown value, however often it is
    used.
    """
    known = interpreter.unknown_nodes.get(id(unknown))
    if known is not None:
        return known[1]
    cls = class_at(interpreter, unknown.site) or "?"
    layer = Layer(cls, (), site, interpreter.uid(), Library.UNKNOWN, unknown=unknown)
    tensor = TensorV(TensorRef(add_node(interpreter, layer, (), site)))
    interpreter.unknown_nodes[id(unknown)] = (unknown, tensor)
    return tensor


def outputs(interpreter: Interpreter, node: int) -> AbstractValue:
    """Return what a use of a layer gives to the program: one tensor, or a list or dictionary of
    several.
    """
    shapes = interpreter.shapes.outputs(interpreter.arena, node)
    if isinstance(shapes, list):
        return ListV([TensorV(TensorRef(node, index)) for index in range(len(shapes))])
    if isinstance(shapes, dict):
        return DictV({key: TensorV(TensorRef(node, index)) for index, key in enumerate(shapes)})
    return TensorV(TensorRef(node))


def shape_of(interpreter: Interpreter, tensor: TensorV) -> Shapes:
    """Return the shape of a symbolic tensor."""
    return interpreter.shapes.tensor(interpreter.arena, tensor.ref)


def shape_value(interpreter: Interpreter, tensor: TensorV) -> AbstractValue:
    """Return `tensor.shape` as a program sees it."""
    return from_shape(shape_of(interpreter, tensor))


def operate(
    interpreter: Interpreter,
    path: str,
    args: Sequence[tuple[str | None, AbstractValue]],
    site: Site,
) -> AbstractValue:
    """Apply a function or operator to tensors, as a node of the graph."""
    keywords, values = [keyword for keyword, _ in args], [value for _, value in args]
    if any(isinstance(value, Choice) for value in values):
        return interpreter.spread(
            lambda chosen: operate(
                interpreter, path, list(zip(keywords, chosen, strict=True)), site
            ),
            values,
        )
    layer = Layer(path, _name_given(path, args), site, interpreter.uid(), Library.OPERATION)
    if path.startswith("keras.layers."):  # it makes a layer, and calls that
        interpreter.layers[layer.uid] = LayerV(layer)
    if path.startswith("operator."):
        values = [_operand(value, site) for value in values]
    tensors = [tensors_of(interpreter, value, site) for value in values]
    node = add_node(interpreter, layer, tuple(zip(keywords, tensors, strict=True)), site)
    return outputs(interpreter, node)


def _operand(value: AbstractValue, site: Site) -> AbstractValue:
    """Return an operand of an operator; a variable dim is a number of the graph."""
    if _is_left_out(value):
        return _no_value(site)
    if isinstance(value, OpenV):
        return Array((), "int32")
    return value


def _name_given(path: str, args: Args) -> tuple[Argument, ...]:
    """Return the `name=` of a function that makes a layer, as `keras.layers.add` does."""
    if not path.startswith("keras.layers."):
        return ()
    return tuple(
        Argument(keyword, value.value)
        for keyword, value in args
        if keyword == "name" and isinstance(value, Const)
    )


def getitem(interpreter: Interpreter, tensor: TensorV, key: object, site: Site) -> AbstractValue:
    """Return `tensor[key]`, the key being Python's own."""
    layer = Layer("operator.getitem", (), site, interpreter.uid(), Library.OPERATION)
    node = add_node(interpreter, layer, ((None, tensor.ref), (None, key)), site)
    return outputs(interpreter, node)


def has_tensor(values: Iterable[AbstractValue]) -> bool:
    """Return whether there is a tensor among the values, or in what they hold or may be."""
    for value in values:
        if isinstance(value, TensorV):
            return True
        if isinstance(value, Choice) and has_tensor(value.values):
            return True
        if isinstance(value, Container) and has_tensor(value.held()):
            return True
    return False


# --- arrays -------------------------------------------------------------------------------


def has_array(values: Iterable[AbstractValue]) -> bool:
    """Return whether there is an array among the values, or in a list among them."""
    for value in values:
        if isinstance(value, Array):
            return True
        if isinstance(value, ListV) and has_array(value.items):
            return True
    return False


def as_arrays(interpreter: Interpreter, value: AbstractValue) -> AbstractValue:
    """Return arrays for tensors of data, in the same containers."""
    if not has_tensor([value]):
        return value
    if isinstance(value, TensorV):
        shape = shape_of(interpreter, value)
        if isinstance(shape, tuple | Unknown):
            return Array(shape)
        return Unknown("several tensors")
    if isinstance(value, ListV):
        return ListV([as_arrays(interpreter, item) for item in value.items], value.kind)
    if isinstance(value, DictV):
        return DictV({key: as_arrays(interpreter, one) for key, one in value.entries.items()})
    return value


def array_operation(interpreter: Interpreter, path: str, args: Args) -> AbstractValue:
    """Return the array, or arrays, that a function or operator makes of arrays by its rule."""
    shape, dtype = _shape_and_dtype(interpreter, path, args)
    if isinstance(shape, list):
        return ListV([_array(one, dtype, path, "a shape") for one in shape], "tuple")
    made = _array(shape, dtype, path, f"the result of `{path}`")
    keywords = [keyword for keyword, _ in args]

    def again(*values: AbstractValue) -> AbstractValue:
        return array_operation(interpreter, path, list(zip(keywords, values, strict=True)))

    values = [value for _, value in args]
    return traced(made, again, values, lays_out=path.endswith(".reshape"))


def one_array_operation(interpreter: Interpreter, path: str, args: Args) -> Array:
    """Return the one array that an operator gives on arrays."""
    shape, dtype = _shape_and_dtype(interpreter, path, args)
    return _array(shape, dtype, path, f"the result of `{path}`")


def _shape_and_dtype(interpreter: Interpreter, path: str, args: Args) -> tuple[Shapes, str | None]:
    """Return the shape of what an operation gives on arrays (a list of several), and its dtype."""
    values = [
        (keyword, argument_value(interpreter, value) if _is_value(value) else value)
        for keyword, value in args
    ]
    shape = interpreter.shapes.operation(path, values)
    return shape, dtype_made(path, [value for _, value in values])


def _is_value(thing: object) -> bool:
    return not isinstance(thing, int | slice | tuple | type(None) | type(...) | float | str | list)


def _array(shape: object, dtype: str | None, path: str, what: str) -> Array:
    """Return an array of a shape without variable dims; `what` is unknown where there is none."""
    if isinstance(shape, RowsV):
        return Array(Unknown(shape.why, shape.site, shape.because), dtype)
    if isinstance(shape, tuple) and None in shape and path.startswith("numpy."):
        why = f"the number of results of `{path}`"
        shape = tuple(Unknown(why) if dim is None else dim for dim in shape)
    if isinstance(shape, tuple) and any(
        isinstance(dim, int) and not 0 <= dim <= MAX_DIM for dim in shape
    ):
        return Array(Unknown(f"the result of `{path}` has a size that no array has"), dtype)
    if not isinstance(shape, tuple | Unknown):
        shape = Unknown(what)
    return Array(shape, dtype)
