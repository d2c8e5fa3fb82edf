"""Layers, models, and functions and methods of libraries, called."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kfix.model.graph import Array, Symbol, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.source import building, eager, graphs, models, operations
from kfix.source.calls import Call, Given, called, invoke
from kfix.source.containers import NONE, DictV, Value
from kfix.source.interpreter import Frame, Interpreter
from kfix.source.library import lookup
from kfix.source.values import Choice, InstanceV, LayerV, MethodV, ModelV, SequentialV, TensorV

_OPTIMIZERS = "keras.optimizers."


@called(LayerV, SequentialV, ModelV)
def apply(at: Interpreter, callee: Value, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    """Call a layer or a model on tensors."""
    if any(isinstance(g.value, Choice) for g in given):
        return at.spread(
            lambda values: apply(
                at, callee, [g._replace(value=v) for g, v in zip(given, values, strict=True)], node, frame
            ),
            [g.value for g in given],
        )
    site = frame.unit.site(node)
    if isinstance(callee, ModelV) and callee.instance is not None:
        models.note_call(at, callee, given)
    layer = building.layer_of(at, callee)
    instance = at.instances.get(layer.uid) if layer.library == "user" else None
    if instance is not None and instance.body_for is not None and len(given) > 1:
        # A call with several arguments: a layer of the same weights, on all the tensors.
        refs = [tensor.ref for g in given for tensor in graphs.tensors_in(g.value)]
        layer = replace(layer, body=instance.body_for(given))
        if refs:
            node_id = building.add_node(at, layer, ((None, refs[0] if len(refs) == 1 else refs),), site)
            return _as_given(instance, operations.outputs(at, node_id))
    args = tuple((g.keyword, operations.tensors_of(at, g.value, site, place == 0)) for place, g in enumerate(given))
    node_id = building.add_node(at, layer, args, site)
    eager.note(at, node_id, layer, node, frame)
    if isinstance(callee, ModelV) and callee.keys is not None and len(callee.keys) == len(callee.model.outputs):
        return DictV({key: TensorV(TensorRef(node_id, index)) for index, key in enumerate(callee.keys)})
    return _as_given(instance, operations.outputs(at, node_id))


def _as_given(instance: InstanceV | None, found: Value) -> Value:
    """What a layer of the program gives, in the dictionaries and lists in which its `call` returns it."""
    if instance is None or instance.result is None:
        return found
    tensors = graphs.tensors_in(found)
    return graphs.put_in(instance.result, tensors) if len(tensors) == len(graphs.tensors_in(instance.result)) else found


@called(Symbol)
def _library(at: Interpreter, callee: Symbol, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    path = callee.path
    if callee.called:
        if operations.has_tensor(g.value for g in given):
            return operations.apply_unknown(at, Unknown(f"no rule for `{path}`"), given, node, frame)
        return at.unknown(f"what `{path}` gives when called is not known", node, frame)
    native = lookup.function_of(path)
    if native is not None:
        return _native(native, Call(at, given, node, frame, None, path))
    if path.startswith(_OPTIMIZERS):
        at.optimizers.append((frame.unit.site(node), path.removeprefix(_OPTIMIZERS)))
    return operations.library_call(at, path, given, node, frame)


@called(InstanceV)
def _call_instance(at: Interpreter, callee: InstanceV, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    if callee.model is not None:
        return apply(at, callee.model, given, node, frame)
    if callee.layer is not None:
        return apply(at, callee.layer, given, node, frame)
    found = callee.cls.find("__call__")
    if found is not None:
        return invoke(at, found[1], [Given(None, callee), *given], node, frame)
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame)


@called(MethodV)
def _method(at: Interpreter, callee: MethodV, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    native = lookup.method_of(callee.receiver, callee.name)
    made = Call(at, given, node, frame, callee.receiver, callee.name)
    if native is None and isinstance(callee.receiver, Array):
        args = [(None, callee.receiver), *((g.keyword, g.value) for g in given)]
        return operations.array_operation(at, f"numpy.{callee.name}", args)
    return _native(native, made) if native is not None else made.unknown()


def _native(native: Callable[[Call], Value], call: Call) -> Value:
    """What a known function gives; unknown where it fails on numbers that the real one would fail on."""
    try:
        result = native(call)
    except (ArithmeticError, ValueError) as error:
        return call.unknown(f"`{call.name}` fails on what it is given: {error}")
    except UnknownUsed as used:
        return call.unknown(because=used.unknown)
    return NONE if result is None else result
