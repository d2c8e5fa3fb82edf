"""Masks of padded steps that reach the output, which its loss is multiplied with."""

from __future__ import annotations

from kfix.checks.called import Called
from kfix.shapes.arguments import value
from kfix.shapes.step import Step
from kfix.shapes.view import View

_KEEPING = ("Dense", "Dropout", "Activation", "LayerNormalization", "BatchNormalization")
"""Layers that pass a mask on, beside recurrent ones that return their sequences."""


def is_masked(called: Called) -> bool:
    """Return whether the output of a model has a mask of its steps, as far as that is known."""
    model = called.subject.model
    if len(model.outputs) != 1 and not model.is_sequential:
        return False
    view = View(model, called.subject.trace)
    for step in view.back(len(view.steps) - 1):
        if _masks(step):
            return True
        if not (step.returns_all or step.cls in _KEEPING):
            break
    return False


def _masks(step: Step) -> bool:
    """Return whether a layer makes a mask."""
    is_embedding = step.cls == "Embedding" and value(step.core, "mask_zero") is True
    return is_embedding or step.cls == "Masking"
