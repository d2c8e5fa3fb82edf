"""Layers, models, and functions and methods of libraries, called."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.source.interpreter import nested_tensors, tensor_operations
from kfix.source.interpreter.calls import Call, Given, called, invoke
from kfix.source.interpreter.containers import NONE, DictV, ListV
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import (
    Choice,
    InstanceV,
    LayerV,
    MethodV,
    ModelV,
    ObjectV,
    SequentialV,
    TensorV,
)
from kfix.source.keras import data_calls, layers, models
from kfix.source.library import lookup

_OPTIMIZERS = "keras.optimizers."


@called(LayerV, SequentialV, ModelV)
def apply(
    interpreter: Interpreter,
    callee: AbstractValue,
    given: list[Given],
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """Call a layer or a model on tensors."""
    if any(isinstance(g.value, Choice) for g in given):
        return interpreter.spread(
            lambda values: apply(
                interpreter,
                callee,
                [g._replace(value=v) for g, v in zip(given, values, strict=True)],
                node,
                frame,
            ),
            [g.value for g in given],
        )
    site = frame.unit.site(node)
    if isinstance(callee, ModelV) and callee.instance is not None:
        models.note_call(interpreter, callee, given)
    layer = layers.layer_of(interpreter, callee)
    instance = interpreter.instances.get(layer.uid) if layer.is_user_layer else None
    if instance is not None and instance.body_for is not None and len(given) > 1:
        # A call with several arguments: a layer of the same weights, on all the tensors.
        refs = [tensor.ref for g in given for tensor in nested_tensors.tensors_in(g.value)]
        layer = replace(layer, body=instance.body_for(given))
        if refs:
            node_id = layers.add_node(
                interpreter, layer, ((None, refs[0] if len(refs) == 1 else refs),), site
            )
            return _as_given(instance, tensor_operations.outputs(interpreter, node_id))
    args = tuple(
        (g.keyword, tensor_operations.tensors_of(interpreter, g.value, site, place == 0))
        for place, g in enumerate(given)
    )
    node_id = layers.add_node(interpreter, layer, args, site)
    if isinstance(callee, LayerV) and _concrete(interpreter, given):
        callee.nodes.remove(node_id)  # it is part of no model
        return _as_arrays(
            interpreter, _as_given(instance, tensor_operations.outputs(interpreter, node_id))
        )
    data_calls.note(interpreter, node_id, layer, node, frame)
    if (
        isinstance(callee, ModelV)
        and callee.keys is not None
        and len(callee.keys) == len(callee.model.outputs)
    ):
        return DictV(
            {key: TensorV(TensorRef(node_id, index)) for index, key in enumerate(callee.keys)}
        )
    return _as_given(instance, tensor_operations.outputs(interpreter, node_id))


def _concrete(interpreter: Interpreter, given: list[Given]) -> bool:
    """Return whether a layer is called on arrays alone, outside the `call` of another layer."""
    values = [g.value for g in given]
    return (
        not interpreter.reading
        and bool(values)
        and _holds_arrays(values[0])
        and not tensor_operations.has_tensor(values)
        and not any(isinstance(value, Unknown) for value in values)
    )


def _holds_arrays(value: AbstractValue) -> bool:
    if isinstance(value, ListV):
        return bool(value.items) and value.unknown is None and all(map(_holds_arrays, value.items))
    if isinstance(value, DictV):
        return value.unknown is None and all(map(_holds_arrays, value.entries.values()))
    return isinstance(value, Array)


def _as_arrays(interpreter: Interpreter, value: AbstractValue) -> AbstractValue:
    """Return the arrays that a layer called on arrays returns, in the same containers."""
    if isinstance(value, TensorV):
        shape = tensor_operations.shape_of(interpreter, value)
        return Array(shape) if isinstance(shape, tuple | Unknown) else Unknown("several tensors")
    if isinstance(value, ListV):
        return ListV([_as_arrays(interpreter, item) for item in value.items], value.kind)
    if isinstance(value, DictV):
        return DictV({key: _as_arrays(interpreter, one) for key, one in value.entries.items()})
    return value


def _as_given(instance: InstanceV | None, found: AbstractValue) -> AbstractValue:
    """What a layer of the program gives, in the dictionaries and lists in which its `call` returns it."""
    if instance is None or instance.result is None:
        return found
    tensors = nested_tensors.tensors_in(found)
    return (
        nested_tensors.put_in(instance.result, tensors)
        if len(tensors) == len(nested_tensors.tensors_in(instance.result))
        else found
    )


@called(Symbol)
def _library(
    interpreter: Interpreter, callee: Symbol, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    path = callee.path
    if callee.called:
        if tensor_operations.has_tensor(g.value for g in given):
            return tensor_operations.apply_unknown(
                interpreter, Unknown(f"no rule for `{path}`"), given, node, frame
            )
        return interpreter.unknown(f"what `{path}` gives when called is not known", node, frame)
    native = lookup.function_of(path)
    if native is not None:
        return _native(native, Call(interpreter, given, node, frame, None, path))
    if path.startswith(_OPTIMIZERS):
        interpreter.optimizers.append((frame.unit.site(node), path.removeprefix(_OPTIMIZERS)))
    return tensor_operations.library_call(interpreter, path, given, node, frame)


@called(InstanceV)
def _call_instance(
    interpreter: Interpreter, callee: InstanceV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    if callee.model is not None:
        return apply(interpreter, callee.model, given, node, frame)
    if callee.layer is not None:
        return apply(interpreter, callee.layer, given, node, frame)
    found = callee.cls.find("__call__")
    if found is not None:
        return invoke(interpreter, found[1], [Given(None, callee), *given], node, frame)
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)


@called(ObjectV)
def _call_object(
    interpreter: Interpreter, callee: ObjectV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    """Call what `tf.custom_gradient` makes of a function: it returns the first of its pair."""
    if callee.kind == "custom_gradient":
        made = invoke(interpreter, callee.data["function"], given, node, frame)
        if isinstance(made, ListV) and made.kind == "tuple" and len(made.items) == 2:
            return made.items[0]
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)


@called(MethodV)
def _method(
    interpreter: Interpreter, callee: MethodV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    native = lookup.method_of(callee.receiver, callee.name)
    made = Call(interpreter, given, node, frame, callee.receiver, callee.name)
    if native is None and isinstance(callee.receiver, Array):
        args = [(None, callee.receiver), *((g.keyword, g.value) for g in given)]
        return tensor_operations.array_operation(interpreter, f"numpy.{callee.name}", args)
    return _native(native, made) if native is not None else made.unknown()


def _native(native: Callable[[Call], AbstractValue], call: Call) -> AbstractValue:
    """What a known function gives; unknown where it fails on numbers that the real one would fail on."""
    try:
        result = native(call)
    except (ArithmeticError, ValueError) as error:
        return call.unknown(f"`{call.name}` fails on what it is given: {error}")
    except UnknownUsed as used:
        return call.unknown(because=used.unknown)
    return NONE if result is None else result
