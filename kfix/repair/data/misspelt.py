"""Repairs of calls that are refused for a misspelt name of a loss, a metric or an argument."""

from __future__ import annotations

from kfix.checks.refused_call import Misspelt
from kfix.edits.base import Edit
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.set_literal import SetLiteral
from kfix.repair.candidate import Candidate
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price


def repair_misspelt(fault: Misspelt, remedies: Remedies) -> None:
    """Write the name that is meant."""
    meant = fault.meant
    edit: Edit = SetLiteral(fault.literals, meant.name, fault.argument)
    if fault.slot is not None:
        edit = RenameArgument(fault.slot, meant.written, meant.name)
    why = f"{meant.written!r} is not known to Keras, `{meant.name}` is"
    remedies.accompanying.append(Candidate((edit,), price("rename"), why, sure=meant.is_sure))
