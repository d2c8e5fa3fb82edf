"""What stands in a model's way, and the edits that may be made around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfix.repair.argument_edits import ArgumentEdits
from kfix.repair.input_edits import InputEdits
from kfix.repair.layer_edits import LayerEdits

if TYPE_CHECKING:
    from kfix.model.target import Target
    from kfix.shapes.view import View


class Conflict(LayerEdits, ArgumentEdits, InputEdits):
    """The refused step of a model, or the target that it misses, with what may be edited there."""

    def of(self, view: View, target: Target | None) -> Conflict:
        """Return the conflict of another view, or with another target, in the same program."""
        return Conflict(view, target, self.options, self.uses, self.anchors, self.tracer)
