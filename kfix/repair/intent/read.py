"""The intent of one definition: targets, findings, and the edits that come along with a repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kfix.edits.insert_layer import InsertLayer
from kfix.findings.dense_on_feature_map import DenseOnFeatureMap
from kfix.findings.labels_broadcast import LabelsBroadcast
from kfix.findings.labels_disagree import LabelsDisagree
from kfix.findings.loss_against_labels import LossAgainstLabels
from kfix.findings.no_input_shape import NoInputShape
from kfix.model.code import NewLayer
from kfix.model.graph import Array, Model
from kfix.model.program import Fit, Program
from kfix.model.target import ANY, Target
from kfix.model.unknown import Unknown
from kfix.repair.intent.data import Given, against_data, declared
from kfix.repair.intent.found import Cure, Instead, Intent
from kfix.repair.intent.heads import end_of, output_name
from kfix.repair.intent.labels import Asked, Head, ask, numbers_a_step, one_a_sample, opened
from kfix.repair.intent.loss import Loss, loss_of
from kfix.repair.intent.wraps import one_by_one
from kfix.repair.prices import price
from kfix.shapes import Trace, Tracer, show
from kfix.shapes.arguments import core, names
from kfix.shapes.style_notes import notes

TEACHING = ("fit", "fit_generator", "train_on_batch")
TESTING = ("evaluate", "evaluate_generator", "test_on_batch")


def read_intent(
    models: Sequence[Model],
    traces: Sequence[Trace],
    program: Program,
    tracer: Tracer,
    stated: Mapping[int, Target],
) -> Intent:
    """What the program says that it wants of the models of one definition, beside what a person has `stated`.

    Models of one definition that are given different things (a loop over
    sizes) say nothing together.
    """
    uids = frozenset(model.uid for model in models)
    pairs = zip(models, traces, strict=True)
    intents = [_of_one(model, trace, uids, program, tracer, stated) for model, trace in pairs]
    first = next((one for one in intents if one.wanted or one.findings or one.instead), intents[0])
    if any(intent.wanted != first.wanted for intent in intents if intent.wanted):
        return Intent()
    return first


def _of_one(
    model: Model,
    trace: Trace,
    uids: frozenset[int],
    program: Program,
    tracer: Tracer,
    stated: Mapping[int, Target],
) -> Intent:
    intent = Intent()
    fits = [fit for fit in program.fits if fit.model == model.uid]
    taught = [fit for fit in fits if fit.method in TEACHING] or [
        fit for fit in fits if fit.method in TESTING
    ]
    shapes = [shape for shape in trace.outputs if isinstance(shape, tuple)]
    taught_outputs = (
        [] if any(isinstance(dim, Unknown) for shape in shapes for dim in shape[:-1]) else taught
    )
    count = len(model.outputs)
    ordered: frozenset[str] = frozenset()
    if fits and max(count, len(model.inputs)) > 1 and trace.refusal is None:
        from kfix.repair.intent import order

        ordered = order.read(intent, model, trace, fits, program)
    for number in range(count if "y" not in ordered else 0):
        name = output_name(model, number)
        loss = loss_of(program, model.uid, name, number, count)
        head, step = end_of(model, trace, number)
        if head is None:
            continue
        if loss is not None:
            told = [
                (fit, _labels(fit, model, trace, loss, name, number, count, head))
                for fit in taught_outputs
            ]
            known = [(fit, labels) for fit, labels in told if labels is not None]
            twice = next(((fit, labels) for fit, labels in known if labels.again), None)
            if twice is not None:
                _twice(intent, *twice, loss)
                continue
            if _keeps_steps(model):
                known = [
                    (fit, one_a_sample(labels, head, trace.inputs, fit.x_data))
                    for fit, labels in known
                ]
            asked = [(fit, labels, ask(loss.kind, labels, head)) for fit, labels in known]
            answers = [
                (fit, labels, found._replace(dims=opened(found.dims, trace.inputs, fit.x_data)))
                for fit, labels, found in asked
                if found is not None and not (loss.part.compares and _on_purpose(found))
            ]
            if head.dims and isinstance(
                head.dims[-1], Unknown
            ):  # not how many units, but the form of the labels
                answers = [
                    (fit, labels, found._replace(dims=(*found.dims[:-1], ANY)))
                    for fit, labels, found in answers
                    if found.problem
                ]
            _rows_for_one(intent, model, loss, head, known)
            if answers:
                _settle(intent, model, Output(number, name, head, loss), answers, uids, program)
                if not any(found.problem for _, _, found in answers):
                    _tested(intent, Output(number, name, head, loss), fits, uids, program)
            elif count == 1 and not known:
                _hint(intent, model, trace, loss)
        wanted = stated.get(number) or intent.wanted.get(number)
        lone = head.dims is not None and head.units == 1 and head.activation == "softmax"
        if lone and step is not None and (wanted is None or wanted.met_by(trace.outputs[number])):
            from kfix.repair.intent.lone import cure, finding

            intent.findings.append(finding(model, step))
            edits = cure(step, loss, number, name)
            if edits:
                why = "softmax of one unit is always 1: sigmoid says how sure a yes is"
                intent.also.append(Cure(edits, price("sigmoid"), why, "unsafe"))
    for given in against_data(model, trace, uids, program, tracer) if "x" not in ordered else ():
        _take(intent, given)
    if fits:
        from kfix.repair.intent import calls, refusals

        calls.read(intent, model, trace, uids, program, tracer)
        refusals.read(intent, model, trace, program, tracer, stated)
    _unbuilt(intent, model, trace, program)
    if tracer.keras > 2 and any(one.old_ends for one in program.models):
        from kfix.repair.intent import old_model

        if model.old_ends:
            intent.findings.append(old_model.finding(model))
        edits = old_model.cure(old_model.old_models(model))
        if edits:
            intent.also.append(Cure(edits, price("rename"), "Model takes inputs and outputs"))
    return intent


def _keeps_steps(model: Model) -> bool:
    """Does no layer give fewer steps than it is given, or other ones, for all that can be told?"""
    cuts = {"pool_size", "kernel_size", "cropping", "target_shape", "function", "size"}
    return all(
        node.layer.cls.startswith("keras.layers.")  # the functions that merge: `add`, `concatenate`
        or (node.layer.is_keras_layer and cuts.isdisjoint(names(core(node.layer))))
        for node in model.nodes
    )


def _unbuilt(intent: Intent, model: Model, trace: Trace, program: Program) -> None:
    """A model that is shown before anything has told it its input shape, which the data tells afterwards."""
    site, given = program.shown.get(model.uid), model.given
    first = model.nodes[0] if model.nodes else None
    if (
        site is None
        or first is None
        or declared(model)
        or not isinstance(given, tuple)
        or len(given) < 2
    ):
        return
    if (
        trace.refusal is not None
        or any(isinstance(dim, Unknown) for dim in given)
        or not first.layer.is_keras_layer
    ):
        return
    missing = NoInputShape(model.name or "the model", given=given, severity="warning")
    missing.site = site
    intent.findings.append(missing)
    several = (
        sum(node.site == first.site for node in model.nodes) > 1
    )  # made by a loop: it goes in front of that
    place = model.site if several else first.site
    edit = InsertLayer(place, "before", NewLayer("Input", (("shape", given[1:]),)))
    why = "with an Input the model is built where it is made, and summary() has shapes to show"
    intent.offer = Cure((edit,), price("input-told"), why, "unsafe")


def _take(intent: Intent, given: Given) -> None:
    """The edit of the model first, that of the data where the model has none; the other way is shown."""
    if given.finding is not None:
        intent.findings.append(given.finding)
    first: Cure | None = None
    if given.candidate is not None:
        safety = "safe" if given.candidate.sure else "unsafe"
        first = Cure(given.candidate.edits, given.candidate.cost, given.candidate.why, safety)
        if intent.first is not None:  # of another input
            edits = tuple(dict.fromkeys(intent.first.edits + first.edits))
            first = Cure(edits, intent.first.cost + price("group"), intent.first.why, safety)
            intent.instead.clear()
        intent.first = first
    if given.data is None:
        if given.advice:
            intent.advise(given.advice if first is None else f"or {given.advice}")
        return
    why = (
        f"{given.batch} takes a batch: one sample is a batch of one"
        if given.batch
        else given.data.why
    )
    cure = Cure(
        given.data.edits, price("batch" if given.batch else "data"), why + given.data.remark
    )
    if first is None and given.model is None:
        intent.also.append(cure)
    else:
        intent.instead.append(Instead(cure, first, given.model, given.data.lays_out))


class Output(NamedTuple):
    """One output of a model: its number, the name of its layer, its end and its loss."""

    number: int
    name: str
    head: Head
    loss: Loss


def _settle(
    intent: Intent,
    model: Model,
    output: Output,
    asked: list[tuple[Fit, Array, Asked]],
    uids: frozenset[int],
    program: Program,
) -> None:
    """One answer of what the labels of all calls of `fit` ask for, or the finding that they disagree."""
    fit, labels, found = asked[0]
    number, _, head, loss = output
    met = [one for one in asked if not one[2].problem and _serves(one[2], head)]
    if met and len(met) < len(asked):
        return  # the model is used in two ways, and one of them is right
    other = next((one for one in asked if one[2].dims != found.dims), None)
    if other is not None:
        disagree = LabelsDisagree(
            model.name,
            expected=Target(found.dims).shape,
            actual=Target(other[2].dims).shape,
            method=other[0].method,
            other=program.place(other[0].site),
        )
        disagree.site = fit.site
        intent.findings.append(disagree)
        return
    source = f"{fit.method}(x, x)" if fit.same else f"the labels of {fit.method}"
    intent.wanted[number] = Target(found.dims, None, source, fit.site, weight="strong")
    if fit.same and loss.kind != "sparse" and len(model.inputs) == 1 and not _serves(found, head):
        intent.wanted[number] = Target(
            (), None, source, fit.site, same_as_input=True, weight="strong"
        )
    if found.silent and head.dims is not None:
        if not fit.same:  # fit(x, x) can mean nothing but x
            intent.wanted[number].weight = "weak"
        broadcast = LabelsBroadcast(model.name, expected=labels.shape, actual=(None, *head.dims))
        broadcast.site = fit.site
        intent.findings.append(broadcast)
    if found.problem:
        _mismatch(intent, fit, labels, output, found, uids, program)


def _on_purpose(found: Asked) -> bool:
    """Would a loss of the program's own be meant so? One number a sample is held against each of several quantiles."""
    return bool(found.problem) or found.dims == (1,)


def _rows_for_one(
    intent: Intent, model: Model, loss: Loss, head: Head, known: Sequence[tuple[Fit, Array]]
) -> None:
    """One unit, and one-hot rows of nobody knows how many classes: hardly of one."""
    for fit, labels in known:
        dims = labels.shape[1:] if isinstance(labels.shape, tuple) else ()
        if (
            head.dims != (1,)
            or not labels.one_hot
            or len(dims) != 1
            or not isinstance(dims[0], Unknown)
        ):
            continue
        subject = f"the one unit of {model.name}" if model.name else "a model of one unit"
        finding = LossAgainstLabels(
            subject, "one value per sample", f"one-hot rows {show(labels.shape)}"
        )
        finding.severity, finding.method, finding.site = "warning", fit.method, fit.site
        intent.findings.append(finding)
        ways = ["give the labels as numbers of classes"]
        if not fit.parts:  # a data set or a generator
            ways = [
                "let the data give one number a sample as labels, class_mode='binary' of flow_from_directory or "
            ]
            ways[0] += "label_mode='binary' of image_dataset_from_directory"
        ways.append(
            "give the model a unit for each class, with softmax and categorical_crossentropy"
        )
        first, second = reversed(ways) if loss.kind == "categorical" else ways
        intent.advise(first)
        intent.advise(f"or {second}")
        return


def _serves(asked: Asked, head: Head) -> bool:
    return head.dims is not None and Target(asked.dims).met_by((None, *head.dims))


def _mismatch(
    intent: Intent,
    fit: Fit,
    labels: Array,
    output: Output,
    found: Asked,
    uids: frozenset[int],
    program: Program,
) -> None:
    """The loss exchanged, with the metrics that go with it; else, or in its place, the labels in another form."""
    from kfix.repair.intent.exchange import Exchanged, exchange, relabelled

    loss = output.loss
    takes = "one class index per sample" if loss.kind == "sparse" else "one value per output"
    steps = loss.kind == "categorical" and numbers_a_step(labels, output.head)
    if loss.kind == "categorical":
        takes = f"one-hot rows{' per time step' if steps else ''}"
    form = f"one value per {'time step' if steps else 'sample'} {show(labels.shape)}"
    if loss.kind == "sparse":
        form = f"one-hot rows {show(labels.shape)}"
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=fit.method)
    finding.site = loss.argument.site or loss.compile.site
    intent.findings.append(finding)
    classes = found.dims[-1] if found.dims and isinstance(found.dims[-1], int) else labels.distinct
    data = relabelled(
        program, uids, output.number, output.name, loss.kind, classes or output.head.units, steps
    )
    exchanged: Exchanged | None = None
    if found.loss is not None:
        exchanged = exchange(loss, found.loss, output.number, output.name)
    safety = "unsafe" if found.doubtful else "safe"
    place: Cure | None = None
    if exchanged is not None and exchanged.edits and not exchanged.against:
        why = f"the labels are {form}, which {found.loss} takes"
        place = Cure(exchanged.edits, price("loss"), why, safety)
        intent.also.append(place)
    elif found.loss is not None:
        against = (
            f", but {exchanged.against} in metrics takes one-hot rows"
            if exchanged and exchanged.against
            else ""
        )
        intent.advise(f"compile with the loss {found.loss}{against}")
    if data is None:
        if loss.kind != "sparse":
            rows = "to_categorical(y)" if classes is None else f"to_categorical(y, {classes})"
            way = f"make one-hot rows of the labels: y = keras.utils.{rows} before {fit.method}"
            if not fit.parts:  # a data set or a generator
                way = (
                    "let the data give one-hot rows as labels: tf.one_hot in a map of the data set, "
                    "class_mode='categorical' of flow_from_directory, label_mode='categorical' of "
                    "image_dataset_from_directory"
                )
            intent.advise(f"or {way}")
        return
    form = (
        "the number of its class for each row"
        if loss.kind == "sparse"
        else "a one-hot row for each label"
    )
    cure = Cure(data.edits, price("labels"), f"{loss.name} is given {form}{data.remark}", safety)
    if place is None:
        intent.also.append(cure)
    else:
        intent.instead.append(Instead(cure, place))


def _twice(intent: Intent, fit: Fit, labels: Array, loss: Loss) -> None:
    """One-hot rows that were made one-hot once more: nothing of the model is wrong."""
    form = f"one-hot rows encoded twice {show(labels.shape)}"
    takes = "one class index per sample" if loss.kind == "sparse" else "one row per sample"
    finding = LossAgainstLabels(loss.name, expected=takes, actual=form, method=fit.method)
    finding.site = fit.site
    intent.findings.append(finding)
    intent.advise("the labels go through to_categorical twice: take the second one away")


def _tested(
    intent: Intent, output: Output, fits: Sequence[Fit], uids: frozenset[int], program: Program
) -> None:
    """The labels for training are right, and those of `validation_data` or `evaluate` are of the other form."""
    loss = output.loss
    if loss.kind not in ("categorical", "sparse") or output.head.units in (None, 1):
        return
    for fit in fits:
        for part in fit.parts:
            y = part.value
            if (
                part.role != "y"
                or part.key not in (None, output.number, output.name)
                or not isinstance(y, Array)
            ):
                continue
            if not isinstance(y.shape, tuple) or not y.shape:
                continue
            numbers = y.shape[1:] in ((), (1,)) and not y.one_hot
            if numbers if loss.kind == "categorical" else y.one_hot:
                from kfix.repair.intent.exchange import relabelled

                form = "one value per sample" if numbers else "one-hot rows"
                takes = "one-hot rows" if numbers else "one class index per sample"
                finding = LossAgainstLabels(loss.name, takes, f"{form} {show(y.shape)}")
                finding.method = "validation_data" if fit.method in TEACHING else fit.method
                finding.site = fit.site
                intent.findings.append(finding)
                data = relabelled(
                    program, uids, output.number, output.name, loss.kind, output.head.units
                )
                if data is None:
                    intent.advise(
                        "bring the labels for testing into the form of those for training"
                    )
                else:
                    why = "the labels for testing take the form of those for training"
                    intent.also.append(Cure(data.edits, price("labels"), why + data.remark))
                return


def _hint(intent: Intent, model: Model, trace: Trace, loss: Loss) -> None:
    """Nothing is known of the labels, but a loss for classes stands behind a Dense on a feature map."""
    if loss.kind == "distance" or trace.refusal is not None or len(trace.outputs) != 1:
        return
    shape = trace.outputs[0]
    if not isinstance(shape, tuple) or not any(
        isinstance(note, DenseOnFeatureMap) for note in notes(trace)
    ):
        return
    last = shape[-1]
    dims = (ANY if isinstance(last, Unknown) else last,)
    intent.wanted[0] = Target(dims, None, f"the loss {loss.name}", loss.compile.site, weight="weak")


def _labels(
    fit: Fit, model: Model, trace: Trace, loss: Loss, name: str, number: int, count: int, head: Head
) -> Array | None:
    """The labels of one output, where they are known and count the samples as x does.

    One-hot rows of so many classes, made of labels that are not known
    (`to_categorical(y, 10)`), are taken for one row a row of the output.
    """
    y = fit.y_data
    if isinstance(y, dict):
        y = y.get(name)
    elif isinstance(y, list | tuple):
        y = y[number] if len(y) == count else None
    elif count > 1:
        return None  # Keras takes one array for each output: this one is the labels of none
    if (
        isinstance(y, Array)
        and isinstance(y.shape, Unknown)
        and y.one_hot
        and y.distinct is not None
        and head.dims
    ):
        return Array((y.shape, *head.dims[:-1], y.distinct), y.dtype, None, one_hot=True)
    entry = trace.inputs[0] if len(trace.inputs) == 1 else None
    if isinstance(entry, tuple) and any(one_by_one(entry[1:], part) for part in fit.sets):
        return None
    if not isinstance(y, Array) or not isinstance(y.shape, tuple):
        if not fit.same or count != 1 or len(model.inputs) != 1 or loss.kind == "sparse":
            return None
        return Array(entry, "float32") if isinstance(entry, tuple) and len(entry) > 1 else None
    if not y.shape:
        return None
    for x in _arrays(fit.x_data):
        if isinstance(x.shape, tuple) and x.shape and not _same_count(x.shape[0], y.shape[0]):
            return None
    return y


def _same_count(one: object, other: object) -> bool:
    """May both be the number of samples? A batch that is not told (`None`) goes with another such only."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True
    return one == other


def _arrays(data: object) -> Iterator[Array]:
    for item in (
        data.values()
        if isinstance(data, dict)
        else data
        if isinstance(data, list | tuple)
        else [data]
    ):
        if isinstance(item, Array):
            yield item
