"""Repairs of softmax over one unit, which is always 1."""

from __future__ import annotations

from kfix.checks.label_faults import LoneSoftmax
from kfix.checks.loss import BINARY
from kfix.edits.base import Edit
from kfix.edits.exchange_name import ExchangeName
from kfix.edits.replace_layer import ReplaceLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.model.graph import Symbol
from kfix.repair.candidate import Candidate
from kfix.repair.data.loss_exchange import exchange
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price
from kfix.shapes.arguments import named
from kfix.shapes.view import Step


def repair_softmax(fault: LoneSoftmax, remedies: Remedies) -> None:
    """Write sigmoid for it, with the loss of one unit where the loss is for several classes."""
    edits = _edits(fault)
    if edits:
        why = "softmax of one unit is always 1: sigmoid says how sure a yes is"
        candidate = Candidate(edits, price("sigmoid"), why, sure=False)
        remedies.accompanying.append(candidate)


def _edits(fault: LoneSoftmax) -> tuple[Edit, ...]:
    edit, loss = _sigmoid(fault.step), fault.loss
    if edit is None:
        return ()
    if loss is None or loss.kind not in ("categorical", "sparse"):
        return (edit,)
    exchanged = exchange(loss, BINARY, fault.number, fault.name)
    return (edit, *exchanged.edits) if exchanged.edits else ()


def _sigmoid(step: Step) -> Edit | None:
    if step.cls == "Softmax":
        return ReplaceLayer(step.core.site, NewLayer("Activation", ((None, "sigmoid"),)))
    argument = named(step.core).get("activation")
    if argument is None or argument.site is None:
        return None
    if isinstance(argument.value, Symbol):
        return ExchangeName(argument.site, "sigmoid") if not argument.value.called else None
    return SetArgument((Slot(step.core.site, argument.site),), "activation", "sigmoid")
