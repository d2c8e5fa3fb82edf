"""The ends of a model: the shape of an output, its last units and activation, its name."""

from __future__ import annotations

from kfix.checks.labels import Head
from kfix.model.graph import Model
from kfix.shapes import Trace
from kfix.shapes.arguments import value
from kfix.shapes.view import Step, View, total


def head_of(model: Model, trace: Trace, number: int) -> Head | None:
    """Return the end of a model, `None` where its output is unknown."""
    return end_of(model, trace, number)[0]


def end_of(model: Model, trace: Trace, number: int) -> tuple[Head | None, Step | None]:
    """Return the end of a model, and the step that has its last activation."""
    view = View(model, trace, number)
    steps = list(view.back(view.last)) if view.last >= 0 else []
    activation: object = None
    units: object = None
    active: Step | None = None
    for step in steps:
        if activation in (None, "linear"):  # none yet: the last one counts
            if step.cls == "Softmax":
                activation, active = "softmax", step
            elif step.cls == "Activation" or "activation" in step.names:
                activation, active = value(step.core, "activation"), step
        if not step.keeps and not _rearranges(step):
            units = value(step.core, "units") if "units" in step.names else None
            break
    name = getattr(activation, "path", activation)
    activation = name.rpartition(".")[2] if isinstance(name, str) else None
    if trace.refusal is not None:
        return Head(None, units if isinstance(units, int) else None, activation), active
    shape = trace.outputs[number] if number < len(trace.outputs) else None
    if not isinstance(shape, tuple):
        return None, active
    dims = shape[1:]
    last = dims[-1] if dims else None
    entry = trace.inputs[0] if len(trace.inputs) == 1 else None
    given = entry[1:] if isinstance(entry, tuple) else None
    return Head(dims, last if isinstance(last, int) else None, activation, given), active


def _rearranges(step: Step) -> bool:
    """Return whether a layer without weights has the same elements in and out, and as many channels.

    A Reshape of the positions of an image keeps what an activation makes of its channels.
    """
    before, after = step.shape_in, step.shape_out
    if before is None or after is None or step.traced.params != 0:
        return False
    elements = total(before)
    return elements is not None and elements == total(after) and before[-1] == after[-1]


def output_name(model: Model, number: int) -> str:
    """Return the key of an output, or the name of its layer; "" without a name."""
    if len(model.output_keys) == len(model.outputs):
        return str(model.output_keys[number])
    node = next((node for node in model.nodes if node.id == model.outputs[number].node), None)
    return (node.layer.name if node is not None else None) or ""


def input_name(model: Model, number: int) -> str:
    """Return the key of an input, or the name of its layer; "" without a name."""
    if len(model.input_keys) == len(model.inputs):
        return str(model.input_keys[number])
    node = next((node for node in model.nodes if node.id == model.inputs[number].node), None)
    return (node.layer.name if node is not None else None) or ""
