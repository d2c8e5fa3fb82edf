"""The ends of a model: the shape of an output, its last units and activation, its name."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.checks.labels import Head
from kfix.checks.loss import Loss, loss_of
from kfix.findings.dense_on_feature_map import DenseOnFeatureMap
from kfix.model.graph import Model, TensorRef
from kfix.model.program import Program
from kfix.shapes import Trace
from kfix.shapes.arguments import value
from kfix.shapes.style_notes import notes
from kfix.shapes.trace_result import only_shape
from kfix.shapes.view import Step, View, total


def head_of(model: Model, trace: Trace, number: int) -> Head | None:
    """Return the end of a model, `None` where its output is unknown."""
    return end_of(model, trace, number)[0]


def end_of(model: Model, trace: Trace, number: int) -> tuple[Head | None, Step | None]:
    """Return the end of a model, and the step that has its last activation."""
    view = View(model, trace, number)
    steps = list(view.back(view.last))
    activation, active = None, None
    last: Step | None = None
    for step in steps:
        if activation in (None, "linear") and _activation(step) is not None:
            activation, active = _activation(step), step
        if not step.keeps and not _rearranges(step):
            last = step
            break
    if trace.refusal is not None:
        return Head(None, _units(last), activation), active
    shape = only_shape(trace.outputs[number : number + 1])
    if shape is None:
        return None, active
    dims = shape[1:]
    entry = trace.input
    if entry is not None:
        entry = entry[1:]
    of_features = last is not None and len(dims) > 1 and _gives_features(last)
    units = _integer(next(reversed(dims), None))
    return Head(dims, units, activation, entry, of_features), active


def _gives_features(step: Step) -> bool:
    """Return whether a layer without an activation returns features rather than classes."""
    return step.is_pooling or step.layer.is_application


def _activation(step: Step) -> str | None:
    """Return the name of the activation of a layer, `None` without one or for an unknown one."""
    if step.cls == "Softmax":
        return "softmax"
    if step.cls != "Activation" and "activation" not in step.names:
        return None
    activation = value(step.core, "activation")
    name = getattr(activation, "path", activation)
    if isinstance(name, str):
        return name.rpartition(".")[2]
    return None


def _units(step: Step | None) -> int | None:
    if step is None or "units" not in step.names:
        return None
    return _integer(value(step.core, "units"))


def _integer(number: object) -> int | None:
    if isinstance(number, int):
        return number
    return None


def _rearranges(step: Step) -> bool:
    """Return whether a layer without weights keeps the elements and the channels.

    A Reshape of the positions of an image keeps what an activation makes of its channels.
    """
    before, after = step.shape_in, step.shape_out
    if before is None or after is None or step.traced.params != 0:
        return False
    elements = total(before)
    return elements is not None and elements == total(after) and before[-1:] == after[-1:]


def output_name(model: Model, number: int) -> str:
    """Return the key of an output, or the name of its layer; "" without a name."""
    return _name(model, model.output_keys, model.outputs, number)


def input_name(model: Model, number: int) -> str:
    """Return the key of an input, or the name of its layer; "" without a name."""
    return _name(model, model.input_keys, model.inputs, number)


def _name(model: Model, keys: Sequence[object], refs: Sequence[TensorRef], number: int) -> str:
    if len(keys) == len(refs):
        return str(keys[number])
    names = {node.id: node.layer.name for node in model.nodes}
    return names.get(refs[number].node) or ""


def ends_on_map(trace: Trace) -> bool:
    """Return whether a model that builds has a Dense on a feature map."""
    return trace.refusal is None and any(isinstance(one, DenseOnFeatureMap) for one in notes(trace))


def loss_at(model: Model, program: Program, number: int) -> Loss | None:
    """Return the loss of one output, `None` where it is unknown or not Keras's."""
    return loss_of(program, model.uid, output_name(model, number), number, len(model.outputs))
