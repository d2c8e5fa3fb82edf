"""What stands in a model's way, and the edits that may be made around it."""

from __future__ import annotations

from kfix.repair.argument_edits import ArgumentEdits
from kfix.repair.input_edits import InputEdits
from kfix.repair.layer_edits import LayerEdits


class Conflict(LayerEdits, ArgumentEdits, InputEdits):
    """The refused step of a model, or the target that it misses, with what may be edited there."""
