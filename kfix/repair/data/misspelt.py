"""Repairs of misspelt names: of losses, metrics, arguments, and attributes of models."""

from __future__ import annotations

from difflib import SequenceMatcher

from kfix.checks.asked import AbsentAttribute
from kfix.checks.refused_call import Misspelt
from kfix.edits.base import Edit
from kfix.edits.exchange_attribute import ExchangeAttribute
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


def repair_attribute(fault: AbsentAttribute, remedies: Remedies) -> None:
    """Write the attribute that is meant, where only a letter or two differ."""
    site, written = fault.finding.site, str(fault.finding.actual)
    if site is None or not fault.meant:
        return
    ratio = SequenceMatcher(None, written, fault.meant).ratio()
    why = f"a model has no `{written}`, but `{fault.meant}`"
    edit = ExchangeAttribute(site, fault.meant)
    remedies.accompanying.append(Candidate((edit,), price("rename"), why, sure=ratio >= _SURE))


_SURE = 0.85
"""How much alike two names are of which one is a slip of the other."""
