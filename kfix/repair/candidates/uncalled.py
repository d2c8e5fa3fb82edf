"""A layer or a model stands in the place of a tensor, or a tensor in that of a layer."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.call_layer import CallLayer
from kfix.edits.take_output import TakeOutput
from kfix.edits.uncall_layer import UncallLayer
from kfix.model.attributes import CALLED, UNCALLED, Uncalled
from kfix.model.graph import Layer
from kfix.model.unknown import Unknown
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield one candidate for all such layers of the model: they are called, or called no more."""
    edits = tuple(dict.fromkeys(filter(None, map(_edit, conflict.view.steps))))
    if edits:
        whys = dict.fromkeys(map(_why, conflict.view.steps))
        why = "; ".join(filter(None, whys))
        yield Candidate(edits, sum(price(edit.price_key) for edit in edits), why)


def _edit(step: Step) -> Edit | None:
    """Return the edit of a layer that is called where it should not be, or the other way round."""
    layer = step.layer
    uncalled = layer.attribute(UNCALLED)
    if layer.attribute(CALLED) is not None:
        return UncallLayer(step.node.site, layer.site)
    if not isinstance(uncalled, Uncalled) or not step.sources:
        return None
    if not (layer.is_model or layer.is_application):
        return CallLayer(layer.site, uncalled.on)
    if uncalled.at is None or not _is_built(step):
        return None
    if uncalled.on:
        return CallLayer(layer.site, uncalled.on, uncalled.at)
    return TakeOutput(uncalled.at, layer.site, _end_of(layer))


def _is_built(step: Step) -> bool:
    """Return whether the input shape is known: without one a Sequential has no output yet."""
    shape = step.shape_in
    return shape is not None and not any(isinstance(dim, Unknown) for dim in shape)


def _end_of(layer: Layer) -> str:
    """Return the attribute that is the output tensor of a model."""
    if layer.model is not None and layer.model.is_sequential:
        return "outputs[0]"
    return "output"


def _why(step: Step) -> str:
    if step.layer.attribute(CALLED) is not None:
        return f"a Sequential calls {step.cls} itself"
    if step.layer.attribute(UNCALLED) is not None:
        return f"{step.cls} is made and not called"
    return ""
