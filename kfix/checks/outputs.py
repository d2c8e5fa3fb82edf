"""The outputs of a model against the labels that its calls give, under its losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from kfix.checks.dims import wanted_dim
from kfix.checks.fault import Fault, Subject
from kfix.checks.given_labels import given_labels, known_labels
from kfix.checks.heads import end_of, ends_on_map, loss_at, output_name
from kfix.checks.label_faults import (
    Answer,
    LabelForm,
    LabelTarget,
    LoneSoftmax,
    OtherLabels,
    Output,
    RowsForOneUnit,
    TestLabelForm,
    TwiceEncoded,
    label_form,
)
from kfix.checks.labels import Asked, Head, ask, numbers_a_step, one_a_sample, opened, whole_numbers
from kfix.checks.loss import Loss
from kfix.findings.labels_broadcast import LabelsBroadcast
from kfix.findings.labels_disagree import LabelsDisagree
from kfix.findings.loss_against_labels import LossAgainstLabels
from kfix.findings.softmax_of_one import SoftmaxOfOne
from kfix.model.graph import Array, Layer, Model, Shapes
from kfix.model.program import Fit, Part
from kfix.model.record import Record, replace
from kfix.model.target import ANY, Target, Wanted
from kfix.model.unknown import Unknown, any_unknown
from kfix.shapes import show
from kfix.shapes.arguments import core, names
from kfix.shapes.losses import refuses
from kfix.shapes.view import Step, View


def output_faults(
    subject: Subject, wanted: dict[int, Target], declared: Mapping[int, Target]
) -> Iterator[Fault]:
    """Yield the faults at the outputs; enter the targets that the labels give into `wanted`."""
    model, trace = subject.model, subject.trace
    for number in range(len(model.outputs)):
        head, step = end_of(model, trace, number)
        if head is None:
            continue
        name, loss = output_name(model, number), loss_at(model, subject.program, number)
        faults: list[Fault] = []
        if loss is not None:
            faults += _OfLabels(subject, Output(number, name, head, loss), wanted).faults()
        yield from faults
        encoded = any(isinstance(fault, TwiceEncoded) for fault in faults)
        lone = head.dims is not None and head.is_single_softmax and not encoded
        target = declared.get(number) or wanted.get(number)
        if lone and step is not None and _stays_single(target, trace.outputs[number]):
            finding = SoftmaxOfOne(model.name, site=step.core.site)
            yield LoneSoftmax(finding, step, loss, number, name)


def _stays_single(target: Target | None, output: Shapes) -> bool:
    """Return whether an output of one unit is to have one unit."""
    return target is None or target.dims[-1:] == (1,) or target.met_by(output)


class _OfLabels(Record):
    """The labels of the calls of a model, held against one of its outputs under its loss."""

    subject: Subject
    output: Output
    wanted: dict[int, Target]

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of the labels; enter the target that they give."""
        known = known_labels(self.subject, self.output)
        twice = [(fit, labels) for fit, labels in known if labels.again]
        if twice:
            yield _twice_encoded(*twice[0], self.output.loss)
            return
        if _keeps_steps(self.subject.model):
            head, inputs = self.output.head, self.subject.trace.inputs
            known = [(fit, one_a_sample(labels, head, inputs, fit.x_data)) for fit, labels in known]
        answers = list(self._answers(known))
        yield from islice(self._rows_for_one_unit(known), 1)
        yield from self._settle(answers)
        if answers and not any(answer.asked.problem for answer in answers):
            yield from islice(self._test_labels(), 1)
        if not known and len(self.subject.model.outputs) == 1:
            self._enter_target_of_loss()

    @cached_property
    def _given(self) -> tuple[Array, ...]:
        """The labels of all calls, for training and for validation."""
        return given_labels(self.subject, self.output)

    def _answers(self, known: Sequence[tuple[Fit, Array]]) -> Iterator[Answer]:
        """Yield what the labels of each call ask for."""
        head, loss, inputs = self.output.head, self.output.loss, self.subject.trace.inputs
        open_units = any_unknown((head.dims or ())[-1:])
        for fit, labels in known:
            asked = ask(loss.kind, labels, head)
            if asked is None or (loss.part.compares and _on_purpose(asked)):
                continue
            dims = opened(asked.dims, inputs, fit.x_data)
            if open_units:
                dims = (*dims[:-1], ANY)
            # Of an unknown number of units only the form of the labels can be wrong.
            if not _may_be_meant(dims, head) and (asked.problem or not open_units):
                yield Answer(fit, labels, replace(asked, dims=dims))

    def _settle(self, answers: list[Answer]) -> Iterator[Fault]:
        """Enter the one target that the labels of all calls ask for, or yield that they differ."""
        met = [one for one in answers if not one.asked.problem and self._serves(one)]
        if not answers or 0 < len(met) < len(answers):
            return  # the model is used in two ways, and one of them is right
        first, serves = answers[0], self._serves(answers[0])
        others = [one for one in answers if one.asked.dims != first.asked.dims]
        if others:
            yield _disagreement(self.subject, first, others[0])
            return
        target = self.wanted[self.output.number] = self._target(first)
        if first.asked.silent and self.output.head.dims is not None:
            yield self._broadcast(first, target)
        if first.asked.problem:
            yield _label_form(self.output, first, self._given)
        elif not serves and not first.fit.same:
            yield OtherLabels(None, self.output, self._given)

    def _broadcast(self, answer: Answer, target: Target) -> LabelTarget:
        """Return that Keras broadcasts the labels: the target is weak, but for `fit(x, x)`."""
        if not answer.fit.same:
            target.weight = "weak"
        actual = (None, *(self.output.head.dims or ()))
        finding = LabelsBroadcast(self.subject.model.name, answer.labels.shape, actual)
        finding.site = answer.fit.site
        return LabelTarget(finding)

    def _serves(self, answer: Answer) -> bool:
        """Return whether the output is as the labels of a call ask."""
        dims = self.output.head.dims
        return dims is not None and Target(answer.asked.dims).met_by((None, *dims))

    def _target(self, answer: Answer) -> Target:
        """Return the target that the labels of a call give."""
        fit = answer.fit
        source = {True: f"{fit.method}(x, x)", False: f"the labels of {fit.method}"}[fit.same]
        as_input = fit.same and self.output.loss.kind != "sparse"
        if as_input and len(self.subject.model.inputs) == 1 and not self._serves(answer):
            return Target((), None, source, fit.site, same_as_input=True, weight="strong")
        weight = _WEIGHTS[self._may_be_wrong(answer)]
        return Target(answer.asked.dims, None, source, fit.site, weight=weight)

    def _may_be_wrong(self, answer: Answer) -> bool:
        """Return whether the labels may be wrong, and not the output that they do not fit.

        Rows of integers as long as a sample of x are x itself rather than one-hot rows. One label
        for each image does not fit a model that decodes images: the loader has to return images as
        labels.
        """
        if self._serves(answer) or self.output.head.dims is None:
            return False
        labels, x = answer.labels, answer.fit.x_data
        rows = self.output.loss.kind == "categorical" and not labels.one_hot
        if rows and whole_numbers(labels) and _is_alike(labels, x):
            return labels.dtype is not None
        fewer_axes = len(answer.asked.dims) < len(self.output.head.dims)
        return fewer_axes and any(
            map(_scales_up, View(self.subject.model, self.subject.trace).steps)
        )

    def _rows_for_one_unit(self, known: Sequence[tuple[Fit, Array]]) -> Iterator[RowsForOneUnit]:
        """Yield the calls of one-hot rows of an unknown number of classes, hardly of one."""
        name = self.subject.model.name
        of = {"": "a model of one unit"}.get(name, f"the one unit of {name}")
        for fit, labels in known:
            match labels, self.output.head.dims:
                case Array(shape=(_, Unknown()), one_hot=True), (1,):
                    form = f"one-hot rows {show(labels.shape)}"
                    finding = LossAgainstLabels(of, "one value per sample", form)
                    finding.severity, finding.method, finding.site = "warning", fit.method, fit.site
                    yield RowsForOneUnit(finding, fit, self.output.loss, self._given)

    def _test_labels(self) -> Iterator[TestLabelForm]:
        """Yield the labels for validation or testing that are of the other form."""
        kind, output = self.output.loss.kind, self.output
        if kind not in _OTHER_FORMS or output.head.units in (None, 1):
            return
        keys = (None, output.number, output.name)
        for fit, part in self.subject.parts:
            match part:
                case Part(role="y", value=Array(shape=(_, *dims)) as y) if part.key in keys:
                    indices = dims in ([], [1]) and not y.one_hot
                    if {"categorical": indices, "sparse": y.one_hot}[kind]:
                        yield _test_label_form(output, fit, y)

    def _enter_target_of_loss(self) -> None:
        """Enter a weak target where a loss for classes stands behind a Dense on a feature map.

        Nothing is known of the labels.
        """
        loss, trace = self.output.loss, self.subject.trace
        if loss.kind == "distance" or trace.output is None or not ends_on_map(trace):
            return
        dims, source = (wanted_dim(trace.output[-1]),), f"the loss {loss.name}"
        self.wanted[0] = Target(dims, None, source, loss.compile.site, weight="weak")


_WEIGHTS = {True: "weak", False: "strong"}
"""By whether the labels may be wrong, and not the output."""


def _keeps_steps(model: Model) -> bool:
    """Return whether no layer returns fewer time steps than it takes, or other ones."""
    return all(map(_keeps_steps_of, (node.layer for node in model.nodes)))


_CUTS = {"pool_size", "kernel_size", "cropping", "target_shape", "function", "size"}
"""Arguments of layers that return other time steps than they take."""


def _keeps_steps_of(layer: Layer) -> bool:
    merges = layer.cls.startswith("keras.layers.")  # a function: `add`, `concatenate`
    return merges or (layer.is_keras_layer and _CUTS.isdisjoint(names(core(layer))))


def _may_be_meant(asked: tuple[Wanted, ...], head: Head) -> bool:
    """Return whether an output with dims that are not known may have the form that is asked."""
    dims = head.dims or ()
    return any_unknown(dims[:-1]) and len(dims) == len(asked)


def _on_purpose(asked: Asked) -> bool:
    """Return whether a loss of the program may mean it so: one label against several quantiles."""
    return bool(asked.problem) or asked.dims == (1,)


def _is_alike(labels: Array, x: object) -> bool:
    """Return whether the data has the shape and the dtype of the labels."""
    return isinstance(x, Array) and (x.shape, x.dtype) == (labels.shape, labels.dtype)


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


def _disagreement(subject: Subject, first: Answer, other: Answer) -> Fault:
    disagree = LabelsDisagree(
        subject.model.name,
        expected=Target(first.asked.dims).shape,
        actual=Target(other.asked.dims).shape,
        method=other.fit.method,
        other=subject.program.place(other.fit.site),
        site=first.fit.site,
    )
    return LabelTarget(disagree)


def _label_form(output: Output, answer: Answer, given: tuple[Array, ...]) -> LabelForm:
    """Return the fault of labels that the loss does not take."""
    loss, labels, method = output.loss, answer.labels, answer.fit.method
    per_step = loss.kind == "categorical" and numbers_a_step(labels, output.head)
    takes = _TAKEN.get(loss.kind, "one value per output") + " per time step" * per_step
    form = label_form(loss, labels, per_step)
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=method)
    finding.site = loss.argument.site or loss.compile.site
    if loss.kind == "distance" and _is_broadcast(output, answer):
        finding.severity = "warning"
    return LabelForm(finding, output, answer, per_step, given)


_TAKEN = {"sparse": "one class index per sample", "categorical": "one-hot rows"}
"""The labels that a loss of a kind takes."""


def _is_broadcast(output: Output, answer: Answer) -> bool:
    """Return whether Keras compares the labels with the output all the same."""
    match answer.labels.shape, output.head.dims:
        case (count, *rest), tuple() as dims:
            size = next((one.size for one in answer.fit.batches if not one.aside), count)
            return not refuses(output.loss.name, (size, *rest), (size, *dims))
    return False


def _twice_encoded(fit: Fit, labels: Array, loss: Loss) -> TwiceEncoded:
    form = f"one-hot rows encoded twice {show(labels.shape)}"
    takes = {"sparse": _TAKEN["sparse"]}.get(loss.kind, "one row per sample")
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=fit.method)
    finding.site = fit.site
    return TwiceEncoded(finding)


def _test_label_form(output: Output, fit: Fit, labels: Array) -> TestLabelForm:
    """Return the fault of labels of the other form: class indices, or one-hot rows."""
    form, takes = _OTHER_FORMS[output.loss.kind]
    finding = LossAgainstLabels(output.loss.name, takes, f"{form} {show(labels.shape)}")
    finding.method = {True: "validation_data"}.get(fit.trains, fit.method)
    finding.site = fit.site
    return TestLabelForm(finding, output)


_OTHER_FORMS = {
    "categorical": ("one value per sample", "one-hot rows"),
    "sparse": ("one-hot rows", "one class index per sample"),
}
"""The form of labels that a loss of a kind does not take, and the one that it takes."""
