"""Functions and operators of libraries, called on tensors and on arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Layer, Library, Shape, Shapes, Symbol, TensorRef
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.dtypes import dtype_made
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.partial_values import RowsV
from kfix.source.interpreter.values import Choice, TensorV
from kfix.source.keras.integer_names import note
from kfix.source.keras.layers import add_node, argument_value, class_at, data_of_shape, make_layer

_ARRAYS = ("keras.ops.", "keras.random.", "keras.backend.", "tf.")
"""Where functions live that make tensors of numbers, too."""


def library_call(
    interpreter: Interpreter, path: str, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    """A call of something of a library that has no function in the tables: a layer, an operation, a symbol."""
    home, _, name = path.rpartition(".")
    site = frame.unit.site(node)
    if home == "keras.layers" and interpreter.shapes.is_layer(name):
        note(interpreter, frame, site)
        return make_layer(interpreter, name, given, site)
    if home.startswith("keras.applications") and interpreter.shapes.is_application(name):
        return make_layer(interpreter, name, given, site, Library.APPLICATION)
    tensors = has_tensor(g.value for g in given)
    if tensors and interpreter.shapes.is_operation(path):
        if home == "keras.layers" or name.startswith("concat"):
            note(interpreter, frame, site)
        return operate(interpreter, path, [(g.keyword, g.value) for g in given], site)
    if has_array(g.value for g in given) and interpreter.shapes.is_operation(path):
        return array_operation(interpreter, path, [(g.keyword, g.value) for g in given])
    if tensors:
        return apply_unknown(
            interpreter, Unknown(f"no rule for `{path}`", site), given, node, frame
        )
    if (
        path.startswith(_ARRAYS)
        and interpreter.shapes.is_operation(path)
        and not any(isinstance(g.value, Unknown) for g in given)
    ):
        return array_operation(interpreter, path, [(g.keyword, g.value) for g in given])
    if home == "keras.layers" and name[:1].isupper():
        return make_layer(
            interpreter,
            name,
            given,
            site,
            Library.UNKNOWN,
            Unknown(f"`{name}` is no layer of Keras", site),
        )
    if name[:1].isupper() and path.partition(".")[0] in ("keras", "tf"):
        return Symbol(path, True, site, tuple(g.keyword for g in given))
    because = next((g.value for g in given if isinstance(g.value, Unknown)), None)
    return interpreter.unknown(
        f"what `{path.removeprefix('builtins.')}` gives is not known", node, frame, because
    )


def apply_unknown(
    interpreter: Interpreter, unknown: Unknown, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    """Something that kfix does not know, called on tensors: gives a tensor of which nothing is known."""
    site = frame.unit.site(node)
    layer = Layer(
        interpreter.text(node.func if isinstance(node, cst.Call) else node, frame),
        (),
        site,
        interpreter.uid(),
        Library.UNKNOWN,
        unknown=unknown,
    )
    args = tuple((g.keyword, tensors_of(interpreter, g.value, site)) for g in given)
    return outputs(interpreter, add_node(interpreter, layer, args, site))


def tensors_of(
    interpreter: Interpreter, value: AbstractValue, site: Site, first: bool = False
) -> Any:
    """An argument of a layer's call. The first one is always a tensor: an array or an unknown becomes one."""
    if isinstance(value, Array) and first:
        return data_of_shape(interpreter, value.shape, site).ref
    if isinstance(value, Unknown) and first:
        return unknown_tensor(interpreter, value, site).ref
    if isinstance(value, ListV):
        if value.unknown is not None:
            return unknown_tensor(interpreter, value.unknown, site).ref if first else value.unknown
        items = [tensors_of(interpreter, item, site, first) for item in value.items]
        return tuple(items) if value.kind == "tuple" else items
    if isinstance(value, DictV):
        return {
            key: tensors_of(interpreter, item, site, first) for key, item in value.entries.items()
        }
    if first and not isinstance(value, TensorV | Const):
        return unknown_tensor(
            interpreter, Unknown("what the layer is called on is not known", site), site
        ).ref
    return argument_value(interpreter, value)


def unknown_tensor(interpreter: Interpreter, unknown: Unknown, site: Site) -> TensorV:
    """A tensor of which nothing is known: one for each unknown value, however often it is used."""
    made = interpreter.unknown_nodes.get(id(unknown))
    if made is None:
        layer = Layer(
            class_at(interpreter, unknown.site) or "?",
            (),
            site,
            interpreter.uid(),
            Library.UNKNOWN,
            unknown=unknown,
        )
        made = interpreter.unknown_nodes[id(unknown)] = (
            unknown,
            TensorV(TensorRef(add_node(interpreter, layer, (), site))),
        )
    return made[1]


def outputs(interpreter: Interpreter, node: int) -> AbstractValue:
    """What a use of a layer gives to the program: one tensor, or a list of several."""
    shapes = interpreter.shapes.outputs(interpreter.arena, node)
    if isinstance(shapes, list):
        return ListV([TensorV(TensorRef(node, index)) for index in range(len(shapes))])
    if isinstance(shapes, dict):
        return DictV({key: TensorV(TensorRef(node, index)) for index, key in enumerate(shapes)})
    return TensorV(TensorRef(node))


def shape_of(interpreter: Interpreter, tensor: TensorV) -> Any:
    """The shape of a symbolic tensor."""
    return interpreter.shapes.tensor(interpreter.arena, tensor.ref)


def operate(
    interpreter: Interpreter, path: str, args: list[tuple[str | None, AbstractValue]], site: Site
) -> AbstractValue:
    """A function or operator on tensors, as a node of the graph."""
    if any(isinstance(value, Choice) for _, value in args):
        return interpreter.spread(
            lambda values: operate(
                interpreter, path, [(k, v) for (k, _), v in zip(args, values, strict=True)], site
            ),
            [value for _, value in args],
        )
    layer = Layer(path, (), site, interpreter.uid(), Library.OPERATION)
    return outputs(
        interpreter,
        add_node(
            interpreter, layer, tuple((k, tensors_of(interpreter, v, site)) for k, v in args), site
        ),
    )


def getitem(interpreter: Interpreter, tensor: TensorV, key: Any, site: Site) -> AbstractValue:
    """`tensor[key]`, the key being Python's own."""
    layer = Layer("operator.getitem", (), site, interpreter.uid(), Library.OPERATION)
    return outputs(
        interpreter, add_node(interpreter, layer, ((None, tensor.ref), (None, key)), site)
    )


def has_tensor(values: Iterable[AbstractValue]) -> bool:
    """Is there a tensor among the values, or in a container among them?"""
    for value in values:
        if isinstance(value, TensorV):
            return True
        if isinstance(value, Choice) and has_tensor(v for _, v in value.options):
            return True
        if isinstance(value, ListV) and has_tensor(value.items):
            return True
        if isinstance(value, DictV) and has_tensor(value.entries.values()):
            return True
    return False


def has_array(values: Iterable[AbstractValue]) -> bool:
    """Is there an array among the values, or in a list among them?"""
    return any(
        isinstance(value, Array) or (isinstance(value, ListV) and has_array(value.items))
        for value in values
    )


def array_operation(
    interpreter: Interpreter, path: str, args: list[tuple[str | None, Any]]
) -> AbstractValue:
    """Return what a function or operator gives on arrays: an array of the rule's shape, or several."""
    shape, dtype = _shape_and_dtype(interpreter, path, args)
    if isinstance(shape, list):
        return ListV([_array(one, dtype, path, "a shape") for one in shape], "tuple")
    return _array(shape, dtype, path, f"what `{path}` gives")


def one_array_operation(
    interpreter: Interpreter, path: str, args: list[tuple[str | None, Any]]
) -> Array:
    """Return the one array that an operator gives on arrays."""
    shape, dtype = _shape_and_dtype(interpreter, path, args)
    return _array(shape, dtype, path, f"what `{path}` gives")


def _array(shape: object, dtype: str | None, path: str, what: str) -> Array:
    """Return an array of a shape, of an unknown one where `shape` is none."""
    return Array(_told(shape, path) if isinstance(shape, tuple | Unknown) else Unknown(what), dtype)


def _shape_and_dtype(
    interpreter: Interpreter, path: str, args: list[tuple[str | None, Any]]
) -> tuple[Shapes, str | None]:
    """Return the shape of what an operation gives on arrays (a list of several), and its dtype."""
    values = [
        (keyword, argument_value(interpreter, v) if _is_value(v) else v) for keyword, v in args
    ]
    shape = interpreter.shapes.operation(path, values)
    return shape, dtype_made(path, [value for _, value in values])


def _told(shape: Shape | Unknown, path: str) -> Shape | Unknown:
    """A shape as an array has it: no dim of it is variable, though it may not be known."""
    if isinstance(shape, RowsV):
        return Unknown(shape.why, shape.site, shape.because)
    if isinstance(shape, tuple) and None in shape and path.startswith("numpy."):
        return tuple(Unknown(f"how many `{path}` gives") if dim is None else dim for dim in shape)
    return shape


def _is_value(thing: Any) -> bool:
    return not isinstance(thing, int | slice | tuple | type(None) | type(...) | float | str | list)


def shape_value(interpreter: Interpreter, tensor: TensorV) -> AbstractValue:
    """`tensor.shape` as a program sees it."""
    return from_shape(shape_of(interpreter, tensor))
