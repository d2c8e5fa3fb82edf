"""Repairs of models in the place of input tensors."""

from __future__ import annotations

from kfix.checks.whole_models import WholeInput
from kfix.edits.take_output import TakeOutput
from kfix.repair.candidate import single
from kfix.repair.data.remedies import Remedies


def repair_whole_input(fault: WholeInput, remedies: Remedies) -> None:
    """Write the input of the model for the model."""
    given = fault.given
    edit = TakeOutput(given.site, given.site, given.name)
    why = f"the inputs of a model are tensors: {given.cls} has its own in `{given.name}`"
    remedies.accompanying.append(single(edit, why))
