"""Data that no run gives to a model: the call that makes it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.fault import Fault
from kfix.checks.refused_call import OtherForm, Refused
from kfix.findings.training_refused import TrainingRefused
from kfix.model.graph import Model
from kfix.model.program import Batches
from kfix.model.unknown import Impossible, Unknown


def not_made(model: Model, batches: Batches) -> Iterator[Fault]:
    """Yield why the data of a call is never made, or else why its labels are not."""
    for value, argument in ((batches.x, "its tensors"), (batches.y, "its labels")):
        if isinstance(value, Unknown):
            for reason in value.chain():
                if isinstance(reason, Impossible):
                    yield _fault(model, argument, reason)
            return


def _fault(model: Model, argument: str, data: Impossible) -> Fault:
    found = TrainingRefused(
        model.name, data.expected, data.actual, method=data.call, argument=argument
    )
    found.site = data.site
    if data.instead is not None:
        return OtherForm(found, *data.instead)
    return Refused(found)
