"""Softmax over one unit, which is always 1."""

from __future__ import annotations

from kfix.edits.base import Edit
from kfix.edits.exchange_name import ExchangeName
from kfix.edits.replace_layer import ReplaceLayer
from kfix.edits.set_argument import SetArgument
from kfix.findings import Finding
from kfix.findings.softmax_of_one import SoftmaxOfOne
from kfix.model.code import NewLayer, Slot
from kfix.model.graph import Model, Symbol
from kfix.repair.intent.exchange import exchange
from kfix.repair.intent.loss import BINARY, Loss
from kfix.shapes.arguments import named
from kfix.shapes.view import Step


def finding(model: Model, step: Step) -> Finding:
    """What is said of it, at the layer that has the activation."""
    found = SoftmaxOfOne(model.name)
    found.site = step.core.site
    return found


def cure(step: Step, loss: Loss | None, number: int, name: str) -> tuple[Edit, ...]:
    """Sigmoid in its place, and the loss for one number where the present one is for several classes."""
    edit = _sigmoid(step)
    if edit is None:
        return ()
    if loss is None or loss.kind not in ("categorical", "sparse"):
        return (edit,)
    exchanged = exchange(loss, BINARY, number, name)
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
