"""The outputs of a model against the labels that its calls give, under its losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kfix.checks.dims import wanted_dim
from kfix.checks.fault import Fault, Subject
from kfix.checks.given_labels import given_labels, part_of
from kfix.checks.heads import end_of, output_name
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
from kfix.checks.loss import Loss, loss_of
from kfix.checks.samples import one_by_one, same_count
from kfix.findings.dense_on_feature_map import DenseOnFeatureMap
from kfix.findings.labels_broadcast import LabelsBroadcast
from kfix.findings.labels_disagree import LabelsDisagree
from kfix.findings.loss_against_labels import LossAgainstLabels
from kfix.findings.softmax_of_one import SoftmaxOfOne
from kfix.model.graph import Array, Model, Shape, Shapes
from kfix.model.program import Fit
from kfix.model.record import replace
from kfix.model.target import ANY, Target
from kfix.model.unknown import Unknown, any_unknown
from kfix.shapes import show
from kfix.shapes.arguments import core, names
from kfix.shapes.losses import refuses
from kfix.shapes.style_notes import notes
from kfix.shapes.values import listed
from kfix.shapes.view import Step, View

TRAINS = ("fit", "fit_generator", "train_on_batch")
TESTS = ("evaluate", "evaluate_generator", "test_on_batch")


def output_faults(
    subject: Subject, wanted: dict[int, Target], declared: Mapping[int, Target]
) -> Iterator[Fault]:
    """Yield the faults at the outputs; enter the targets that the labels give into `wanted`."""
    model, trace = subject.model, subject.trace
    count = len(model.outputs)
    for number in range(count):
        name = output_name(model, number)
        loss = loss_of(subject.program, model.uid, name, number, count)
        head, step = end_of(model, trace, number)
        if head is None:
            continue
        if loss is not None:
            output = Output(number, name, head, loss)
            known = _known_labels(subject, output)
            twice = next((one for one in known if one[1].again), None)
            if twice is not None:
                yield _twice_encoded(*twice, loss)
                continue
            yield from _label_faults(subject, output, known, wanted)
        target = declared.get(number) or wanted.get(number)
        lone = head.dims is not None and head.units == 1 and head.activation == "softmax"
        if lone and step is not None and _stays_single(target, trace.outputs[number]):
            finding = SoftmaxOfOne(model.name)
            finding.site = step.core.site
            yield LoneSoftmax(finding, step, loss, number, name)


def _stays_single(target: Target | None, output: Shapes) -> bool:
    """Return whether an output of one unit is to have one unit."""
    return target is None or target.dims[-1:] == (1,) or target.met_by(output)


def _label_faults(
    subject: Subject,
    output: Output,
    known: Sequence[tuple[Fit, Array]],
    wanted: dict[int, Target],
) -> Iterator[Fault]:
    """Yield the faults of the labels of one output."""
    head = output.head
    if _keeps_steps(subject.model):
        inputs = subject.trace.inputs
        known = [(fit, one_a_sample(labels, head, inputs, fit.x_data)) for fit, labels in known]
    answers = _answers(subject, output, known)
    yield from _rows_for_one_unit(subject, output, known)
    if answers:
        yield from _settle(subject, output, answers, wanted)
        if not any(answer.asked.problem for answer in answers):
            yield from _test_labels(subject, output)
    elif len(subject.model.outputs) == 1 and not known:
        _target_of_loss(subject, output.loss, wanted)


def _answers(subject: Subject, output: Output, known: Sequence[tuple[Fit, Array]]) -> list[Answer]:
    """Return what the labels of each call ask for."""
    head, loss, inputs = output.head, output.loss, subject.trace.inputs
    answers = []
    for fit, labels in known:
        asked = ask(loss.kind, labels, head)
        if asked is None or (loss.part.compares and _on_purpose(asked)):
            continue
        asked = replace(asked, dims=opened(asked.dims, inputs, fit.x_data))
        if not _may_be_meant(asked, head):
            answers.append(Answer(fit, labels, asked))
    if not head.dims or not isinstance(head.dims[-1], Unknown):
        return answers
    # The number of units is unknown: only the form of the labels can be wrong.
    return [
        Answer(fit, labels, replace(asked, dims=(*asked.dims[:-1], ANY)))
        for fit, labels, asked in answers
        if asked.problem
    ]


def _known_labels(subject: Subject, output: Output) -> list[tuple[Fit, Array]]:
    """Return the known labels of the calls that train, or of those that test."""
    fits = [fit for fit in subject.fits if fit.method in TRAINS]
    fits = fits or [fit for fit in subject.fits if fit.method in TESTS]
    several = [(fit, _labels(subject, fit, output)) for fit in fits]
    return [(fit, labels) for fit, labels in several if labels is not None]


def _labels(subject: Subject, fit: Fit, output: Output) -> Array | None:
    """Return the labels of one output, where they are known and count the samples as x does.

    One-hot rows of so many classes, made of unknown labels (`to_categorical(y, 10)`), are taken for
    one row for each row of the output.
    """
    y, head = _labels_of(subject, fit, output), output.head
    match y:
        case Array(shape=Unknown() as rows, one_hot=True, distinct=int() as classes) if head.dims:
            shape = (rows, *head.dims[:-1], classes)
            return Array(shape, y.dtype, None, one_hot=True)
    entry = subject.trace.input
    if entry is not None and any(one_by_one(entry[1:], part) for part in fit.sets):
        return None
    if not isinstance(y, Array) or not isinstance(y.shape, tuple):
        return _own_input(subject, fit, output)
    if not y.shape:
        return None
    counts = (x.shape[0] for x in _arrays(fit.x_data) if isinstance(x.shape, tuple) and x.shape)
    if all(same_count(count, y.shape[0]) for count in counts):
        return y
    return None


def _labels_of(subject: Subject, fit: Fit, output: Output) -> object:
    """Return what a call gives for one output; Keras takes one array for each of several."""
    return part_of(fit.y_data, output, len(subject.model.outputs))


def _own_input(subject: Subject, fit: Fit, output: Output) -> Array | None:
    """Return the input as labels for `fit(x, x)`, where x is unknown."""
    entry, model = subject.trace.input, subject.model
    if not fit.same or len(model.outputs) != 1 or len(model.inputs) != 1:
        return None
    if output.loss.kind == "sparse" or entry is None or len(entry) < 2:
        return None
    return Array(entry, "float32")


def _arrays(data: object) -> Iterator[Array]:
    if isinstance(data, dict):
        data = list(data.values())
    return (item for item in listed(data) if isinstance(item, Array))


def _keeps_steps(model: Model) -> bool:
    """Return whether no layer returns fewer time steps than it takes, or other ones."""
    cuts = {"pool_size", "kernel_size", "cropping", "target_shape", "function", "size"}
    return all(
        node.layer.cls.startswith("keras.layers.")  # the functions that merge: `add`, `concatenate`
        or (node.layer.is_keras_layer and cuts.isdisjoint(names(core(node.layer))))
        for node in model.nodes
    )


def _may_be_meant(asked: Asked, head: Head) -> bool:
    """Return whether an output with dims that are not known may have the form that is asked."""
    dims = head.dims or ()
    return any_unknown(dims[:-1]) and len(dims) == len(asked.dims)


def _on_purpose(asked: Asked) -> bool:
    """Return whether a loss of the program may mean it so: one label against several quantiles."""
    return bool(asked.problem) or asked.dims == (1,)


def _settle(
    subject: Subject, output: Output, answers: list[Answer], wanted: dict[int, Target]
) -> Iterator[Fault]:
    """Enter the one target that the labels of all calls ask for, or yield that they disagree."""
    fit, labels, asked = answers[0]
    met = [one for one in answers if not one.asked.problem and _serves(one.asked, output.head)]
    if met and len(met) < len(answers):
        return  # the model is used in two ways, and one of them is right
    other = next((one for one in answers if one.asked.dims != asked.dims), None)
    if other is not None:
        yield _disagreement(subject, answers[0], other)
        return
    target = wanted[output.number] = _target(subject, output, answers[0])
    if asked.silent and output.head.dims is not None:
        if not fit.same:  # fit(x, x) can mean nothing but x
            target.weight = "weak"
        broadcast = LabelsBroadcast(
            subject.model.name, expected=labels.shape, actual=(None, *output.head.dims)
        )
        broadcast.site = fit.site
        yield LabelTarget(broadcast)
    if asked.problem:
        yield _label_form(output, answers[0], given_labels(subject, output))
    elif not _serves(asked, output.head) and not fit.same:
        yield OtherLabels(None, output, given_labels(subject, output))


def _target(subject: Subject, output: Output, answer: Answer) -> Target:
    """Return the target that the labels of a call give."""
    fit, asked = answer.fit, answer.asked
    source = f"the labels of {fit.method}"
    if fit.same:
        source = f"{fit.method}(x, x)"
    as_input = fit.same and output.loss.kind != "sparse" and len(subject.model.inputs) == 1
    if as_input and not _serves(asked, output.head):
        return Target((), None, source, fit.site, same_as_input=True, weight="strong")
    target = Target(asked.dims, None, source, fit.site, weight="strong")
    if _may_be_wrong(subject, output, answer):
        target.weight = "weak"
    return target


def _may_be_wrong(subject: Subject, output: Output, answer: Answer) -> bool:
    """Return whether the labels may be wrong, and not the output that they do not fit.

    Rows of integers as long as a sample of x are x itself rather than one-hot rows. One label for
    each image does not fit a model that decodes images: the loader has to return images as labels.
    """
    if _serves(answer.asked, output.head) or output.head.dims is None:
        return False
    labels, x = answer.labels, answer.fit.x_data
    rows = output.loss.kind == "categorical" and not labels.one_hot and whole_numbers(labels)
    if rows and isinstance(x, Array) and x.shape == labels.shape and x.dtype == labels.dtype:
        return labels.dtype is not None
    fewer_axes = len(answer.asked.dims) < len(output.head.dims)
    return fewer_axes and any(map(_scales_up, View(subject.model, subject.trace).steps))


def _scales_up(step: Step) -> bool:
    """Return whether a layer returns an image, or a sequence, that is larger by half or more.

    Padding in front of a convolution adds less.
    """
    before, after = step.shape_in, step.shape_out
    if before is None or after is None or len(before) != len(after):
        return False
    spatial = slice(1, -1)
    if step.channels_first:
        spatial = slice(2, None)
    return any(map(_is_larger, after[spatial], before[spatial]))


def _is_larger(one: object, other: object) -> bool:
    return isinstance(one, int) and isinstance(other, int) and 2 * one >= 3 * other


def _disagreement(subject: Subject, first: Answer, other: Answer) -> Fault:
    disagree = LabelsDisagree(
        subject.model.name,
        expected=Target(first.asked.dims).shape,
        actual=Target(other.asked.dims).shape,
        method=other.fit.method,
        other=subject.program.place(other.fit.site),
    )
    disagree.site = first.fit.site
    return LabelTarget(disagree)


def _serves(asked: Asked, head: Head) -> bool:
    return head.dims is not None and Target(asked.dims).met_by((None, *head.dims))


def _label_form(output: Output, answer: Answer, given: tuple[Array, ...]) -> LabelForm:
    """Return the fault of labels that the loss does not take."""
    loss, labels = output.loss, answer.labels
    per_step = loss.kind == "categorical" and numbers_a_step(labels, output.head)
    takes = _TAKEN.get(loss.kind, "one value per output")
    if per_step:
        takes += " per time step"
    form = label_form(loss, labels, per_step)
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=answer.fit.method)
    finding.site = loss.argument.site or loss.compile.site
    if loss.kind == "distance" and _is_broadcast(output, answer):
        finding.severity = "warning"
    return LabelForm(finding, output, answer, per_step, given)


_TAKEN = {"sparse": "one class index per sample", "categorical": "one-hot rows"}
"""The labels that a loss of a kind takes."""


def _is_broadcast(output: Output, answer: Answer) -> bool:
    """Return whether Keras compares the labels with the output all the same."""
    shape, dims = answer.labels.shape, output.head.dims
    if not isinstance(shape, tuple) or not shape or dims is None:
        return False
    size = next((one.size for one in answer.fit.batches if not one.aside), shape[0])
    return not refuses(output.loss.name, (size, *shape[1:]), (size, *dims))


def _rows_for_one_unit(
    subject: Subject, output: Output, known: Sequence[tuple[Fit, Array]]
) -> Iterator[RowsForOneUnit]:
    """Yield the first call of one-hot rows of an unknown number of classes, hardly of one."""
    for fit, labels in known:
        match labels:
            case Array(shape=tuple((_, Unknown())) as shape, one_hot=True):
                if output.head.dims == (1,):
                    yield _rows_of_one_unit(subject, output, fit, shape)
                    return


def _rows_of_one_unit(subject: Subject, output: Output, fit: Fit, shape: Shape) -> RowsForOneUnit:
    of = "a model of one unit"
    if subject.model.name:
        of = f"the one unit of {subject.model.name}"
    finding = LossAgainstLabels(of, "one value per sample", f"one-hot rows {show(shape)}")
    finding.severity, finding.method, finding.site = "warning", fit.method, fit.site
    return RowsForOneUnit(finding, fit, output.loss, given_labels(subject, output))


def _twice_encoded(fit: Fit, labels: Array, loss: Loss) -> TwiceEncoded:
    form = f"one-hot rows encoded twice {show(labels.shape)}"
    takes = {"sparse": _TAKEN["sparse"]}.get(loss.kind, "one row per sample")
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=fit.method)
    finding.site = fit.site
    return TwiceEncoded(finding)


def _test_labels(subject: Subject, output: Output) -> Iterator[TestLabelForm]:
    """Yield the first labels for validation or testing that are of the other form."""
    loss = output.loss
    if loss.kind not in ("categorical", "sparse") or output.head.units in (None, 1):
        return
    keys = (None, output.number, output.name)
    given = [(fit, part) for fit in subject.fits for part in fit.parts]
    for fit, part in given:
        if part.role != "y" or part.key not in keys:
            continue
        match part.value:
            case Array(shape=(_, *dims)) as y:
                indices = tuple(dims) in ((), (1,)) and not y.one_hot
                if {"categorical": indices, "sparse": y.one_hot}[loss.kind]:
                    yield _test_label_form(output, fit, y, indices)
                    return


def _test_label_form(output: Output, fit: Fit, labels: Array, indices: bool) -> TestLabelForm:
    """Return the fault of labels of the other form: class indices, or one-hot rows."""
    form, takes = _OTHER_FORMS[indices]
    finding = LossAgainstLabels(output.loss.name, takes, f"{form} {show(labels.shape)}")
    finding.method = fit.method
    if fit.method in TRAINS:
        finding.method = "validation_data"
    finding.site = fit.site
    return TestLabelForm(finding, output)


_OTHER_FORMS = {
    True: ("one value per sample", "one-hot rows"),
    False: ("one-hot rows", "one class index per sample"),
}
"""The form of labels, and the one that the loss takes, by whether they are class indices."""


def _target_of_loss(subject: Subject, loss: Loss, wanted: dict[int, Target]) -> None:
    """Enter a weak target where a loss for classes stands behind a Dense on a feature map.

    Nothing is known of the labels.
    """
    trace = subject.trace
    shape = trace.output
    if loss.kind == "distance" or trace.refusal is not None or shape is None:
        return
    if any(isinstance(note, DenseOnFeatureMap) for note in notes(trace)):
        source = f"the loss {loss.name}"
        dims = (wanted_dim(shape[-1]),)
        wanted[0] = Target(dims, None, source, loss.compile.site, weight="weak")
