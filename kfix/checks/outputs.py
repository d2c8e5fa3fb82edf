"""The outputs of a model against the labels that its calls give, under its losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from kfix.checks.answers import TAKEN, Held
from kfix.checks.dims import agree, wanted_dim
from kfix.checks.fault import Fault, Subject
from kfix.checks.given_labels import given_labels, known_labels
from kfix.checks.heads import end_of, ends_on_map, loss_at, output_name
from kfix.checks.label_faults import (
    Answer,
    LabelTarget,
    LoneSoftmax,
    Output,
    RowsForOneUnit,
    TestLabelForm,
    TwiceEncoded,
)
from kfix.checks.label_layouts import ask_layout
from kfix.checks.labels import Demand, Head, ask
from kfix.checks.lengths import one_a_sample, opened
from kfix.checks.loss import Loss
from kfix.findings.labels_disagree import LabelsDisagree
from kfix.findings.loss_against_labels import LossAgainstLabels
from kfix.findings.softmax_of_one import SoftmaxOfOne
from kfix.model.graph import Array, Layer, Model, Shapes
from kfix.model.origin import rests_on_model
from kfix.model.program import Fit, Part
from kfix.model.record import Record, replace
from kfix.model.site import Site
from kfix.model.target import ANY, Target, Wanted
from kfix.model.unknown import Unknown, any_unknown
from kfix.shapes import show
from kfix.shapes.arguments import core, names


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


def _follow_model(labels: Array, head: Head) -> bool:
    """Return whether labels are what a model returns, and fit: they follow what is made of it."""
    agrees = head.dims is not None and agree(head.dims, labels.sample)
    return agrees and labels.origin is not None and rests_on_model(labels.origin)


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
            sites = tuple(dict.fromkeys(filter(None, (one.again for one in self._given))))
            yield _twice_encoded(*twice[0], self.output.loss, sites)
            return
        if _keeps_steps(self.subject.model):
            head, inputs = self.output.head, self.subject.trace.inputs
            known = [(fit, one_a_sample(labels, head, inputs, fit.x_data)) for fit, labels in known]
        answers = list(self._answers(known))
        yield from islice(self._rows_for_one_unit(known), 1)
        yield from self._settle(answers)
        if answers and not any(answer.demand.problem for answer in answers):
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
            if _follow_model(labels, head):
                continue
            demand = ask_layout(loss.kind, labels, head) or ask(loss.kind, labels, head)
            if demand is None or (loss.part.compares and _on_purpose(demand)):
                continue
            dims = opened(demand.dims, inputs, fit.x_data)
            if open_units:
                dims = (*dims[:-1], ANY)
            # Of an unknown number of units only the form of the labels can be wrong.
            if not _may_be_meant(dims, head) and (demand.problem or not open_units):
                yield Answer(fit, labels, replace(demand, dims=dims))

    def _settle(self, answers: list[Answer]) -> Iterator[Fault]:
        """Enter the one target that the labels of all calls ask for, or yield that they differ."""
        held = [Held(self.subject, self.output, answer) for answer in answers]
        met = [one for one in held if one.serves() and not one.is_problem()]
        others = [one for one in answers if one.demand.dims != answers[0].demand.dims]
        if 0 < len(met) < len(held):
            return  # the model is used in two ways, and one of them is right
        if others:
            yield _disagreement(self.subject, answers[0], others[0])
            return
        for one in held[:1]:
            self.wanted[self.output.number] = one.target
            yield from one.faults(self._given)

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
        keys = (None, *output.keys)
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


def _on_purpose(demand: Demand) -> bool:
    """Return whether a loss of the program may mean it so: one label against several quantiles."""
    return bool(demand.problem) or demand.dims == (1,)


def _disagreement(subject: Subject, first: Answer, other: Answer) -> Fault:
    disagree = LabelsDisagree(
        subject.model.name,
        expected=Target(first.demand.dims).shape,
        actual=Target(other.demand.dims).shape,
        method=other.fit.method,
        other=subject.program.place(other.fit.site),
        site=first.fit.site,
    )
    return LabelTarget(disagree)


def _twice_encoded(fit: Fit, labels: Array, loss: Loss, sites: tuple[Site, ...]) -> TwiceEncoded:
    form = f"one-hot rows encoded twice {show(labels.shape)}"
    takes = {"sparse": TAKEN["sparse"]}.get(loss.kind, "one row per sample")
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=fit.method)
    finding.site = fit.site
    return TwiceEncoded(finding, sites)


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
