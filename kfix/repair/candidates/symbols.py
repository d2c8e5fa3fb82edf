"""Functions that take no KerasTensor: called from `keras.ops`, or in a Lambda layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kfix.edits.base import Edit
from kfix.edits.exchange_attribute import ExchangeAttribute
from kfix.edits.exchange_call import ExchangeCall
from kfix.edits.wrap_in_lambda import WrapInLambda
from kfix.findings.no_attribute import NoAttribute
from kfix.model.graph import Node
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.keras_tensors import called_path, refuses_symbols
from kfix.shapes.tensorflow_functions import in_keras
from kfix.shapes.trace_result import NO_INPUT
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield one candidate for all such functions of the model, or one for an attribute."""
    finding = conflict.finding
    if isinstance(finding, NoAttribute):
        # a function that there is not; or nothing that is an input yet, whatever it is called
        if finding.subject.startswith("keras.") or any(map(_is_open, conflict.view.steps)):
            return
        assert finding.site is not None
        why = f"Keras 3 calls it {finding.expected}"
        yield single(ExchangeAttribute(finding.site, str(finding.expected)), why)
        return
    found = [
        _in_place_of(step.node)
        for step in conflict.view.steps
        if step.model is conflict.view.model and refuses_symbols(conflict.tracer, step.node)
    ]
    changes = {change.edit.place: change for change in found if change is not None}
    if len(found) == found.count(None) or None in found:
        return
    edits = tuple(change.edit for change in changes.values())
    why = "; ".join(dict.fromkeys(change.why for change in changes.values()))
    yield Candidate(edits, sum(price(edit.price_key) for edit in edits), why)


def _is_open(step: Step) -> bool:
    """Return whether this is the input of a model that has no input shape."""
    return any(argument.value is NO_INPUT for argument in step.layer.arguments)


class _Change(NamedTuple):
    edit: Edit
    why: str


def _in_place_of(node: Node) -> _Change | None:
    """Return the edit that lets a function take KerasTensors, `None` where there is none."""
    path = called_path(node.layer)
    function = in_keras(path)
    kept = None if function is None else function.kept(node.args)
    if function is not None and kept is not None:
        edit = ExchangeCall(node.site, function.path, kept)
        return _Change(edit, f"{function.path} takes KerasTensors, as {path} does not")
    tensors = tuple(n for n, (_, value) in enumerate(node.args) if tensor_refs([value]))
    if not path.startswith("tf.") or not tensors:
        return None
    why = f"{path} takes the tensors that a Lambda layer passes to it"
    return _Change(WrapInLambda(node.site, tensors), why)
