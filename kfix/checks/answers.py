"""What the labels of a call ask for, held against the output that the model has."""

from __future__ import annotations

from functools import cached_property

from kfix.checks.dims import dims_of
from kfix.checks.fault import Fault, Subject
from kfix.checks.label_faults import (
    Answer,
    LabelForm,
    LabelTarget,
    OtherLabels,
    Output,
    label_form,
)
from kfix.checks.labels import numbers_a_step, whole_numbers
from kfix.findings.labels_broadcast import LabelsBroadcast
from kfix.findings.loss_against_labels import LossAgainstLabels
from kfix.model.deciding import Row, all_hold, decide
from kfix.model.graph import Array
from kfix.model.record import Record
from kfix.model.target import Target
from kfix.shapes.losses import refuses
from kfix.shapes.view import Step, View


class Held(Record):
    """An answer of the labels of a call, and the output that it is held against."""

    subject: Subject
    output: Output
    answer: Answer

    # --- facts ----------------------------------------------------------------------------------

    def serves(self) -> bool:
        """Return whether the output is as the labels ask."""
        dims = self.output.head.dims
        return dims is not None and Target(self.answer.demand.dims).met_by((None, *dims))

    def is_missed(self) -> bool:
        """Return whether the output is not as the labels ask."""
        return not self.serves()

    def is_problem(self) -> bool:
        """Return whether the loss does not take the labels."""
        return self.answer.demand.problem

    def is_same(self) -> bool:
        """Return whether the call is `fit(x, x)`, which can mean nothing but x."""
        return self.answer.fit.same

    def differs_from_data(self) -> bool:
        """Return whether the labels are not the data itself."""
        return not self.answer.fit.same

    def is_silent(self) -> bool:
        """Return whether Keras broadcasts the labels, and so trains."""
        return self.answer.demand.silent and self.builds()

    def builds(self) -> bool:
        """Return whether the output is known."""
        return self.output.head.dims is not None

    def compares_with_input(self) -> bool:
        """Return whether the output is compared with the one input of the model."""
        return self.output.loss.kind != "sparse" and len(self.subject.model.inputs) == 1

    def takes_rows(self) -> bool:
        """Return whether one-hot rows belong where there are integers."""
        labels = self.answer.labels
        is_plain = not labels.one_hot and whole_numbers(labels)
        return self.output.loss.kind == "categorical" and is_plain

    def is_like_data(self) -> bool:
        """Return whether the data has the shape and the dtype of the labels."""
        labels, x = self.answer.labels, self.answer.fit.x_data
        return isinstance(x, Array) and (x.shape, x.dtype) == (labels.shape, labels.dtype)

    def has_dtype(self) -> bool:
        """Return whether the dtype of the labels is known."""
        return self.answer.labels.dtype is not None

    def has_fewer_axes(self) -> bool:
        """Return whether the labels ask for fewer axes than the output has."""
        return len(self.answer.demand.dims) < len(self.output.head.dims or ())

    def decodes(self) -> bool:
        """Return whether a layer of the model makes larger images."""
        return any(map(_scales_up, View(self.subject.model, self.subject.trace).steps))

    def is_distance(self) -> bool:
        """Return whether the loss measures a distance."""
        return self.output.loss.kind == "distance"

    def is_broadcast(self) -> bool:
        """Return whether Keras compares the labels with the output all the same."""
        match self.answer.labels.shape, self.output.head.dims:
            case (count, *rest), tuple() as dims:
                batches = self.answer.fit.batches
                size = next((one.size for one in batches if not one.aside), count)
                return not refuses(self.output.loss.name, (size, *rest), (size, *dims))
        return False

    # --- the target -----------------------------------------------------------------------------

    @cached_property
    def target(self) -> Target:
        """The target that the labels give."""
        found = decide(_TARGETS, self)
        assert found is not None
        return found

    def as_input(self) -> Target:
        """Return the input shape as the target."""
        fit, source = self.answer.fit, _SOURCES[True].format(self.answer.fit.method)
        return Target((), None, source, fit.site, same_as_input=True, weight="strong")

    def strong(self) -> Target:
        """Return the dims that the labels ask for as the target."""
        fit = self.answer.fit
        source, dims = _SOURCES[fit.same].format(fit.method), self.answer.demand.dims
        entry = dims_of(self.subject.trace.input)
        squeezed = len(entry) > 1 and entry[:1] == dims  # one number for each time step
        return Target(dims, None, source, fit.site, weight="strong", squeezed=squeezed)

    def weak(self) -> Target:
        """Return the same, where the labels may be what is wrong."""
        target = self.strong()
        target.weight = "weak"
        return target

    # --- the faults -----------------------------------------------------------------------------

    def faults(self, given: tuple[Array, ...]) -> list[Fault]:
        """Return the faults of the labels, of which `given` are those of all calls."""
        found: list[Fault] = []
        if self.is_silent():
            actual = (None, *(self.output.head.dims or ()))
            broadcast = LabelsBroadcast(self.subject.model.name, self.answer.labels.shape, actual)
            broadcast.site = self.answer.fit.site
            found.append(LabelTarget(broadcast))
        if self.is_problem():
            found.append(self._label_form(given))
        elif all_hold((Held.is_missed, Held.differs_from_data), self):
            found.append(OtherLabels(None, self.output, given))
        return found

    def _label_form(self, given: tuple[Array, ...]) -> LabelForm:
        """Return the fault of labels that the loss does not take."""
        loss, labels, method = self.output.loss, self.answer.labels, self.answer.fit.method
        per_step = loss.kind == "categorical" and numbers_a_step(labels, self.output.head)
        takes = TAKEN.get(loss.kind, "one value per output") + " per time step" * per_step
        form = label_form(loss, labels, per_step)
        if self.answer.demand.flat:
            takes, form = self.answer.flat_forms
        finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=method)
        finding.site = loss.argument.site or loss.compile.site
        if all_hold((Held.is_distance, Held.is_broadcast), self):
            finding.severity = "warning"
        return LabelForm(finding, self.output, self.answer, per_step, given)


TAKEN = {"sparse": "one class index per sample", "categorical": "one-hot rows"}
"""The labels that a loss of a kind takes."""

_SOURCES = {True: "{}(x, x)", False: "the labels of {}"}
"""Where a target was found, by whether a call is given x twice."""

_TARGETS: tuple[Row[Held, Target], ...] = (
    Row((Held.is_missed, Held.is_same, Held.compares_with_input), Held.as_input),
    Row((Held.is_silent, Held.differs_from_data), Held.weak),
    # Rows of integers as long as a sample of x are x itself rather than one-hot rows.
    Row(
        (Held.is_missed, Held.builds, Held.takes_rows, Held.is_like_data, Held.has_dtype), Held.weak
    ),
    Row((Held.is_missed, Held.builds, Held.takes_rows, Held.is_like_data), Held.strong),
    # One label for each image does not fit a model that decodes images: the loader has to return
    # images as labels.
    Row((Held.is_missed, Held.builds, Held.has_fewer_axes, Held.decodes), Held.weak),
    Row((), Held.strong),
)
"""The target that labels give: a weak one where they may be wrong, and not the output."""


def _scales_up(step: Step) -> bool:
    """Return whether a layer returns an image, or a sequence, that is larger by half or more.

    Padding in front of a convolution adds less.
    """
    before, after = step.shape_in or (), step.shape_out or ()
    spatial = _SPATIAL[step.channels_first]
    return len(before) == len(after) and any(map(_is_larger, after[spatial], before[spatial]))


_SPATIAL = {False: slice(1, -1), True: slice(2, None)}
"""The axes of an image, by whether the channels stand in front of them."""


def _is_larger(one: object, other: object) -> bool:
    return isinstance(one, int) and isinstance(other, int) and 2 * one >= 3 * other
