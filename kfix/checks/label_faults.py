"""The faults of outputs and labels, with what a repair needs to know of each."""

from __future__ import annotations

from typing import NamedTuple

from kfix.checks.dims import Dims
from kfix.checks.fault import Fault
from kfix.checks.labels import Demand, Head
from kfix.checks.loss import Loss
from kfix.findings.labels_refused import LabelsRefused
from kfix.findings.loss_against_labels import LossAgainstLabels
from kfix.model.class_indices import counted_from_one
from kfix.model.graph import Array
from kfix.model.program import Fit
from kfix.model.record import Record
from kfix.model.site import Site
from kfix.shapes import show
from kfix.shapes.view import Step


class Output(Record):
    """One output of a model: its number, the name of its layer, its end and its loss."""

    number: int
    name: str
    head: Head
    loss: Loss

    @property
    def keys(self) -> tuple[int, str]:
        """What its labels, loss and metrics may have as their key, besides none."""
        return self.number, self.name


class Answer(NamedTuple):
    """What the labels of one call ask of an output."""

    fit: Fit
    labels: Array
    demand: Demand

    @property
    def flat_forms(self) -> tuple[str, str]:
        """The form that labels of places are to have, and the one that they have, in words."""
        flat = show((None, *self.demand.flat))
        return f"labels with all places along one axis {flat}", f"labels {show(self.labels.shape)}"


class LabelForm(Fault):
    """The loss takes labels of another form than the call gives: class indices or one-hot rows.

    `per_step` says that there is one class index for each time step (or pixel), `given` are the
    labels of all calls.
    """

    finding: LossAgainstLabels
    output: Output
    answer: Answer
    per_step: bool
    given: tuple[Array, ...] = ()

    @property
    def counts_from_one(self) -> bool:
        """Whether the labels are class indices from 1 on, as many as the output has units."""
        units = self.output.head.units
        return units is not None and counted_from_one(self.answer.labels) == units


class TestLabelForm(Fault):
    """The labels for validation or `evaluate` are of another form than those for training."""

    finding: LossAgainstLabels
    output: Output


class TwiceEncoded(Fault):
    """One-hot rows were made one-hot once more, by the calls at `sites`."""

    finding: LossAgainstLabels
    sites: tuple[Site, ...]


class RowsForOneUnit(Fault):
    """One-hot rows of an unknown number of classes, for a model of one unit."""

    finding: LossAgainstLabels
    fit: Fit
    loss: Loss
    given: tuple[Array, ...] = ()


class LabelTarget(Fault):
    """The labels ask for another output; a repair is of the model, towards the target."""


class OtherLabels(Fault):
    """The labels ask for another output than the model has, and may be what is wrong.

    `given` are those of all calls.
    """

    output: Output
    given: tuple[Array, ...]


class RefusedLabels(Fault):
    """The labels of one source of data are refused, where others may fit.

    `wanted` are the dims of the output, `given` the labels.
    """

    finding: LabelsRefused
    wanted: Dims
    given: tuple[Array, ...]


class BatchChanged(Fault):
    """The model returns another number of samples than it is given."""

    finding: LabelsRefused


class LoneSoftmax(Fault):
    """Softmax over one unit is always 1; `step` has the activation."""

    step: Step
    loss: Loss | None
    number: int
    name: str


def label_form(loss: Loss, labels: Array, per_step: bool) -> str:
    """Return the form of labels that a loss does not take, in words."""
    if loss.kind == "sparse":
        return f"one-hot rows {show(labels.shape)}"
    return f"one value per {'time step' if per_step else 'sample'} {show(labels.shape)}"
