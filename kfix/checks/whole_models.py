"""`Model(inputs=base, …)`: a model in the place of its input tensor."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.fault import Fault, Subject
from kfix.findings.end_not_a_tensor import EndNotATensor
from kfix.model.attributes import WholeModel


class WholeInput(Fault):
    """A model is given for an input."""

    given: WholeModel


def whole_inputs(subject: Subject) -> Iterator[WholeInput]:
    """Yield the models that are given in the place of input tensors."""
    for given in subject.model.whole_inputs:
        finding = EndNotATensor("Model", actual=f"the model {given.cls}")
        finding.site = given.site
        yield WholeInput(finding, given)
