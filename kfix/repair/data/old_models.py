"""Repairs of `Model(input=…, output=…)`."""

from __future__ import annotations

from kfix.checks.old_models import OldEnds
from kfix.edits.rename_argument import RenameArgument
from kfix.model.code import Slot
from kfix.repair.candidate import Candidate
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price


def repair_old_ends(fault: OldEnds, remedies: Remedies) -> None:
    """Rename the arguments, unless one of them has no place of its own to be written at."""
    old = [(model.site, argument) for model in fault.models for argument in model.old_ends]
    if any(argument.site is None for _, argument in old):
        return
    names = [(Slot(site, argument.site), argument.keyword or "") for site, argument in old]
    edits = tuple(RenameArgument(slot, name, f"{name}s") for slot, name in names)
    why = "Model takes inputs and outputs"
    remedies.accompanying.append(Candidate(edits, price("rename"), why))
