"""The inputs and outputs of models as tensors: `model.input`, `model.output`."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import DATA
from kfix.model.graph import Model, Node, TensorRef
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import DictV, ListV
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import ModelV, SequentialV, TensorV
from kfix.source.keras import layers


def unroll(interpreter: Interpreter, value: SequentialV) -> list[int]:
    """Return a Sequential's layers as nodes of the arena, its input first.

    So their tensors can be used.
    """
    key = tuple(id(item) for item, _ in value.variants[0].items)
    known_key, known = interpreter.unrolled.get(value.uid, (None, []))
    if known_key == key:
        return known
    model = layers.frozen(interpreter, value)
    nodes, behind = _entry_of(interpreter, model, value.site)
    for node in behind:
        args = ((None, TensorRef(nodes[-1])),)
        nodes.append(layers.add_node(interpreter, node.layer, args, node.site))
    interpreter.unrolled[value.uid] = (key, nodes)
    return nodes


def _entry_of(
    interpreter: Interpreter, model: Model, site: Site
) -> tuple[list[int], Sequence[Node]]:
    """Return the node of a Sequential's input, made in the arena, and the layers behind it."""
    if model.nodes and model.nodes[0].layer.cls in ("Input", "InputLayer"):
        entry, *behind = model.nodes
        return [layers.add_node(interpreter, entry.layer, (), entry.site)], behind
    shape = interpreter.shapes.model_inputs(model)
    return [layers.input_of_shape(interpreter, shape, site).ref.node], model.nodes


def note_end(
    interpreter: Interpreter, value: SequentialV, end: AbstractValue, name: str, site: Site
) -> None:
    """Note `input` or `output` of a Sequential that was not called on a KerasTensor.

    Keras 3 has none. A Sequential around it calls it as soon as it is built itself.
    """
    if any(_holds(model, value) for model in interpreter.models):
        return
    uids = {variant.uid for variant in value.variants}
    calls = (node for node in interpreter.arena if node.layer.uid in uids)
    if isinstance(end, TensorV) and not any(_is_symbolic(interpreter, call) for call in calls):
        layers.note_attribute(interpreter, end, f"keras.Sequential.{name}", site)


def _holds(model: AbstractValue, value: SequentialV) -> bool:
    """Return whether a model is a Sequential with another one among its layers."""
    held = model.variants[0].items if isinstance(model, SequentialV) else []
    return any(item is value for item, _ in held)


def _is_symbolic(interpreter: Interpreter, call: Node) -> bool:
    """Return whether a call is one on a tensor that stands for no data."""
    refs = order.refs_in(call.args)
    return any(interpreter.arena[ref.node].layer.attribute(DATA) is None for ref in refs)


def input_tensor(interpreter: Interpreter, value: SequentialV | ModelV) -> AbstractValue:
    """Return `model.input`."""
    if isinstance(value, SequentialV):
        return TensorV(TensorRef(unroll(interpreter, value)[0]))
    model = value.model
    return _structured(model, "inputs", model.takes, model.inputs, value.lists_input)


def output_tensor(interpreter: Interpreter, value: SequentialV | ModelV) -> AbstractValue:
    """Return `model.output`."""
    if isinstance(value, SequentialV):
        return TensorV(TensorRef(unroll(interpreter, value)[-1]))
    model = value.model
    return _structured(model, "outputs", model.gives, model.outputs, value.lists_output)


def _structured(
    model: Model, what: str, structure: object, refs: tuple[TensorRef, ...], listed: bool
) -> AbstractValue:
    """Return the ends of a model in the structure in which they were given."""
    if not model.is_functional:  # its nodes are none of the program's graph
        return Unknown(f"the {what} of `{model.name}`")
    found = _in_structure(structure, refs)
    if found is None:
        return _one(refs, listed)
    return found


def _in_structure(structure: object, refs: tuple[TensorRef, ...]) -> AbstractValue | None:
    """Return a dictionary of tensors by their keys, `None` for any other structure."""
    if isinstance(structure, int):
        return TensorV(refs[structure])
    if not isinstance(structure, dict):
        return None
    parts = {key: _in_structure(part, refs) for key, part in structure.items()}
    known = {key: part for key, part in parts.items() if part is not None}
    if len(known) < len(parts):
        return None
    return DictV(known)


def _one(refs: tuple[TensorRef, ...], listed: bool) -> AbstractValue:
    tensors: list[AbstractValue] = [TensorV(ref) for ref in refs]
    if len(tensors) == 1 and not listed:
        return tensors[0]
    return ListV(tensors)
