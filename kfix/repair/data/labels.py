"""Repairs of labels and losses that do not fit: another loss, or the labels in another form."""

from __future__ import annotations

from kfix.checks.label_faults import (
    LabelForm,
    Output,
    RowsForOneUnit,
    TestLabelForm,
    TwiceEncoded,
    label_form,
)
from kfix.checks.loss import SPARSE
from kfix.checks.numbers import are_fractions
from kfix.checks.refused_call import ClassesTooGreat
from kfix.edits.take_out_call import TakeOutCall
from kfix.model.graph import Shape
from kfix.model.program import Fit, Part
from kfix.repair.candidate import Candidate
from kfix.repair.data.label_sources import label_mode, label_mode_for_one_unit
from kfix.repair.data.loss_exchange import (
    FROM_ONE,
    Exchanged,
    counted_from_zero,
    exchange,
    laid_out,
    relabelled,
)
from kfix.repair.data.remedies import Alternative, Remedies
from kfix.repair.data.variables import prepared
from kfix.repair.prices import price

_FROM_LOADER = (
    "let the data give one-hot rows as labels: tf.one_hot in a map of the data set, "
    "class_mode='categorical' of flow_from_directory, label_mode='categorical' of "
    "image_dataset_from_directory"
)

_OF_FRACTIONS = (
    "the labels are real numbers: give the class of each sample as its label, and numbers that "
    "weigh the samples (rewards, returns) as sample_weight"
)

_COUNT = "count the classes of the labels from 0: y - 1"


def repair_label_form(fault: LabelForm, remedies: Remedies) -> None:
    """Exchange the loss and its metrics; else, or in its place, bring the labels into its form."""
    if fault.counts_from_one:
        _count_from_zero(fault, remedies)
        return
    if fault.answer.demand.flat:
        _lay_out(fault, remedies)
        return
    place = _other_loss(fault, remedies)
    named = _prepared(fault.output, remedies)
    if named is not None:
        _enter(named, place, remedies)
        return
    mode = label_mode(fault)
    if mode is not None:
        _enter(mode, place, remedies)
        return
    output, (fit, labels, demand) = fault.output, fault.answer
    loss, subject = output.loss, remedies.subject
    last = demand.dims[-1] if demand.dims else None
    classes = last if isinstance(last, int) else labels.distinct
    data = relabelled(subject, output, classes or output.head.units, fault.per_step)
    if data is None:
        if are_fractions(labels):
            remedies.suggest(_OF_FRACTIONS)
        elif loss.kind != "sparse":
            rows = "to_categorical(y)" if classes is None else f"to_categorical(y, {classes})"
            way = f"make one-hot rows of the labels: y = keras.utils.{rows} before {fit.method}"
            remedies.suggest(f"or {way if fit.parts else _FROM_LOADER}")
        return
    form = "a one-hot row for each label"
    if loss.kind == "sparse":
        form = "the class index of each row"
    why = f"{loss.name} takes {form}{data.remark}"
    candidate = Candidate(data.edits, price("labels"), why, not demand.doubtful)
    _enter(candidate, place, remedies)


def _prepared(output: Output, remedies: Remedies) -> Candidate | None:
    """Return the labels that the program has prepared in the form that the loss takes."""
    rank = 0 if output.loss.kind == "sparse" else 1

    def mine(fit: Fit, part: Part) -> bool:
        return part.role == "y" and part.key in (None, *output.keys)

    def fits(shape: Shape) -> bool:
        dims = shape[1:]
        return len(dims) == rank and dims not in ((1,), (0,))

    return prepared(remedies.subject, mine, fits)


def _enter(candidate: Candidate, place: Candidate | None, remedies: Remedies) -> None:
    """Enter an edit of the labels, in the place of another loss where there is one."""
    if place is None:
        remedies.accompanying.append(candidate)
    else:
        remedies.alternatives.append(Alternative(candidate, place, ranked=True))


def _count_from_zero(fault: LabelForm, remedies: Remedies) -> None:
    """Count the labels from 0, and exchange the loss for one that takes them."""
    output, demand = fault.output, fault.answer.demand
    keys = output.keys
    shifted = counted_from_zero(remedies.subject, output.head.units, *keys)
    exchanged = exchange(output.loss, demand.loss or SPARSE, *keys)
    if not shifted or not exchanged.edits or exchanged.against:
        remedies.suggest(_COUNT)
        return
    edits = (*exchanged.edits, *shifted)
    remedies.accompanying.append(Candidate(edits, price("loss") + price("labels"), FROM_ONE))


def repair_classes(fault: ClassesTooGreat, remedies: Remedies) -> None:
    """Count the labels from 0 where they are known to begin at 1."""
    shifted = counted_from_zero(remedies.subject, fault.classes)
    if shifted:
        remedies.accompanying.append(Candidate(shifted, price("labels"), FROM_ONE))
    else:
        remedies.suggest(_COUNT)


def _lay_out(fault: LabelForm, remedies: Remedies) -> None:
    """Lay the labels out as the output is, and exchange a loss that takes rows of classes."""
    output, demand = fault.output, fault.answer.demand
    data = laid_out(remedies.subject, demand.flat, *output.keys)
    exchanged = Exchanged(())
    if demand.loss is not None:
        exchanged = exchange(output.loss, demand.loss, *output.keys)
    if data is None or exchanged.against or (demand.loss is not None and not exchanged.edits):
        remedies.suggest("lay the labels out as the output is: y.reshape(len(y), -1)")
        return
    why = f"the output has all places along one axis, and so have the labels then{data.remark}"
    cost = price("labels") + (price("loss") if exchanged.edits else 0)
    edits = (*exchanged.edits, *data.edits)
    remedies.accompanying.append(Candidate(edits, cost, why, not demand.doubtful))


def _other_loss(fault: LabelForm, remedies: Remedies) -> Candidate | None:
    """Enter the loss that takes the labels, as an edit or as a suggestion; return the edit."""
    output, (_, labels, demand) = fault.output, fault.answer
    if demand.loss is None:
        return None
    exchanged = exchange(output.loss, demand.loss, *output.keys)
    if exchanged.edits and not exchanged.against:
        form = label_form(output.loss, labels, fault.per_step)
        why = f"the labels are {form}, which {demand.loss} takes"
        place = Candidate(exchanged.edits, price("loss"), why, not demand.doubtful)
        remedies.accompanying.append(place)
        return place
    against = ""
    if exchanged.against:
        against = f", but {exchanged.against} in metrics takes one-hot rows"
    remedies.suggest(f"compile with the loss {demand.loss}{against}")
    return None


def repair_test_labels(fault: TestLabelForm, remedies: Remedies) -> None:
    """Bring the labels for testing into the form of those for training."""
    named = _prepared(fault.output, remedies)
    if named is not None:
        remedies.accompanying.append(named)
        return
    data = relabelled(remedies.subject, fault.output, fault.output.head.units)
    if data is None:
        remedies.suggest("bring the labels for testing into the form of those for training")
        return
    why = "the labels for testing take the form of those for training"
    remedies.accompanying.append(Candidate(data.edits, price("labels"), why + data.remark))


def repair_twice_encoded(fault: TwiceEncoded, remedies: Remedies) -> None:
    """Take the second call out: nothing of the model is wrong."""
    why = "the labels are one-hot rows before the call already"
    remedies.accompanying.append(
        Candidate(tuple(map(TakeOutCall, fault.sites)), price("once"), why)
    )


def repair_rows_for_one_unit(fault: RowsForOneUnit, remedies: Remedies) -> None:
    """Suggest class indices for one unit, or a unit for each class; the loss says which first."""
    mode = label_mode_for_one_unit(fault)
    if mode is not None:
        remedies.accompanying.append(mode)
        return
    units = "give the model a unit for each class, with softmax and categorical_crossentropy"
    ways = [_class_indices(fault), units]
    if fault.loss.kind == "categorical":
        ways.reverse()
    remedies.suggest(ways[0])
    remedies.suggest(f"or {ways[1]}")


def _class_indices(fault: RowsForOneUnit) -> str:
    if fault.fit.parts:
        return "give the labels as class indices"
    return (
        "let the data give one number per sample as labels, class_mode='binary' of "
        "flow_from_directory or label_mode='binary' of image_dataset_from_directory"
    )
