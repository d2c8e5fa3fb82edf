"""A model in a model declares another input than it is called on.

Only of one that gives more than it is given, as a decoder does: a discriminator judges pictures of
a size that is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.set_input_shape import SetInputShape
from kfix.model.code import Slot
from kfix.model.graph import Layer, Model, Shapes
from kfix.model.unknown import any_unknown
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.input_edits import as_declared
from kfix.shapes import show
from kfix.shapes.arguments import INPUT_NAMES, named, texts
from kfix.shapes.view import total


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield what the model is called on as the shape of its Input: a decoder's is a code."""
    step = conflict.step
    model = step.layer.model if step is not None else None
    if step is None or model is None or step.shape_in is None or any_unknown(step.shape_in):
        return
    source = conflict.view.at(step.sources[0]) if len(step.sources) == 1 else None
    entry = _entry(model)
    if source is None or source.is_input or entry is None or not _decodes(conflict, model):
        return
    given = named(entry)
    name = next((one for one in INPUT_NAMES if one in given), "")
    if not name or given[name].site is None or entry.cls == "Embedding":
        return
    argument = given[name]
    name, new = as_declared(name, argument.value, step.shape_in[1:])
    edit = SetInputShape(Slot(entry.site, argument.site, texts(argument)), name, new)
    why = f"{model.name or step.cls} is called on {show(step.shape_in)}"
    yield from made((edit,), "input-inner", why)


def _decodes(conflict: Conflict, model: Model) -> bool:
    """Return whether a model gives more elements than it is given."""
    trace = conflict.tracer.trace(model)
    given, made = map(_elements, (trace.inputs[0], trace.outputs[0]))
    return given is not None and made is not None and made > given


def _elements(shape: Shapes) -> int | None:
    """Return how many elements a sample has, where that is known."""
    return total(shape) if isinstance(shape, tuple) else None


def _entry(model: Model) -> Layer | None:
    """Return the layer that declares the one input of a model."""
    if model.is_sequential:
        return model.nodes[0].layer if model.nodes else None
    ids = {ref.node for ref in model.inputs}
    entries = [node.layer for node in model.nodes if node.id in ids]
    return entries[0] if len(entries) == 1 else None
