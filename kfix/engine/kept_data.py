"""Whether a repair of a model leaves the data of its calls as it is."""

from __future__ import annotations

from kfix.checks.dims import agree
from kfix.edits.base import Edit, Repair
from kfix.edits.set_literal import SetLiteral
from kfix.model.graph import Array, Shape
from kfix.model.origin import rests_on_model
from kfix.model.program import Fit, Program


def keeps_data(repair: Repair, before: Program, now: Program) -> bool:
    """Return whether every call gives samples of the shape that it gave before.

    A constant that the data is cut with, too, says what the data is, and not what the model is. A
    repair of the data changes it, and what a model returns has the shape that the model gives it.
    """
    if any(map(_is_of_data, repair.edits)):
        return True
    pairs = zip(before.fits, now.fits, strict=False)
    return all(_are_alike(_samples_of(old), _samples_of(new)) for old, new in pairs)


def _are_alike(before: Shape | None, now: Shape | None) -> bool:
    """Return whether nothing that is known of the samples has changed."""
    return now is None or (before is not None and agree(before, now))


def _is_of_data(edit: Edit) -> bool:
    """Return whether an edit is of what a model is given."""
    return edit.reach == "data" or (isinstance(edit, SetLiteral) and edit.role == "data")


def _samples_of(fit: Fit) -> Shape | None:
    match fit.x_data:
        case Array() as x if x.sample and (x.origin is None or not rests_on_model(x.origin)):
            return x.sample
    return None
