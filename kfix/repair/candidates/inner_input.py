"""A model in a model declares another input than it is called on.

Only of one whose output has more elements than its input, as that of a decoder: a discriminator
judges images of a fixed size.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Model, Shapes
from kfix.model.unknown import any_unknown
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.shapes import show
from kfix.shapes.view import View, total


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield what the model is called on as the shape of its Input: a decoder's is a code."""
    step = conflict.step
    model = step.layer.model if step is not None else None
    if step is None or model is None or step.shape_in is None or any_unknown(step.shape_in):
        return
    source = conflict.view.at(step.sources[0]) if len(step.sources) == 1 else None
    if source is None or source.is_input or not _decodes(conflict, model):
        return
    inner = conflict.of(View(model, conflict.tracer.trace(model)), None)
    why = f"{model.name or step.cls} is called on {show(step.shape_in)}"
    yield from inner.set_input(None, step.shape_in[1:], "input-inner", why)


def _decodes(conflict: Conflict, model: Model) -> bool:
    """Return whether the output of a model has more elements than its input."""
    trace = conflict.tracer.trace(model)
    taken, given = map(_elements, (trace.inputs[0], trace.outputs[0]))
    return taken is not None and given is not None and given > taken


def _elements(shape: Shapes) -> int | None:
    """Return how many elements a sample has, where that is known."""
    return total(shape) if isinstance(shape, tuple) else None
