"""Repairs of labels where they are made: the mode of a loader, the number of classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kfix.checks.dims import Dims, agree
from kfix.checks.label_faults import LabelForm, OtherLabels, RefusedLabels, RowsForOneUnit
from kfix.checks.loss import activation
from kfix.edits.base import Edit
from kfix.edits.count_from_zero import CountFromZero
from kfix.edits.set_literal import SetLiteral
from kfix.edits.set_option import SetOption
from kfix.model.class_indices import counted_from_one
from kfix.model.graph import Array
from kfix.model.origin import Literal, Omitted, deciding, values_in
from kfix.repair.candidate import Candidate
from kfix.repair.data.loss_exchange import FROM_ONE, laid_out
from kfix.repair.data.remedies import Alternative, Remedies
from kfix.repair.data.sources import MADE, all_or_none, recolored, remade_all, reworded
from kfix.repair.prices import price

_MODES = {"sparse": ("int", "sparse"), "categorical": ("categorical",), "binary": ("binary",)}
"""By the kind of a loss: the forms of labels that loaders have for it."""

_WHY = "the loader can give the labels in the form that {} takes"


def repair_other_labels(fault: OtherLabels, remedies: Remedies) -> None:
    """Make the labels for the output as it is, beside an output for the labels as they are."""
    wanted, keys = fault.output.head.dims or (), fault.output.keys
    _count_from_zero(fault.given, wanted, remedies)
    others = [y for y in fault.given if y.sample != wanted]
    edits = remade_all((y, wanted) for y in others) or _in_colors(others, wanted)
    if edits and all(_holds_classes(y, wanted, edits) for y in fault.given):
        hidden = fault.output.head.is_hidden and activation(fault.output.loss) is not None
        cost = price(_reason(fault, edits)) + price("hidden") * hidden
        candidate = Candidate(edits, cost, MADE, sure=False)
        remedies.alternatives.append(Alternative(candidate, None, ranked=True, settles=True))
    elif all(_has_more_ones(y.sample, wanted) for y in fault.given):
        squeezed = laid_out(remedies.subject, wanted, *keys)
        if squeezed is not None:
            why = f"the labels have an axis of 1 that the output has not{squeezed.remark}"
            candidate = Candidate(squeezed.edits, price("labels"), why, sure=False)
            remedies.alternatives.append(Alternative(candidate, None, ranked=True, settles=True))


def _in_colors(labels: Iterable[Array], wanted: Dims) -> tuple[Edit, ...]:
    """Return the colors with which all masks, of whatever size, have the channels wanted."""

    def fits(shape: object) -> bool:
        return isinstance(shape, tuple) and agree(wanted, shape[1:])

    return all_or_none(recolored(y, fits) or None for y in labels)


def _count_from_zero(given: Iterable[Array], wanted: Dims, remedies: Remedies) -> None:
    """Count labels from 0 whose one-hot rows have a place for the class 0, which none of them is.

    `to_categorical(y)` makes rows of four elements for the classes 1, 2 and 3.
    """
    edits = all_or_none(_from_zero(y, wanted) for y in given)
    if edits:
        candidate = Candidate(edits, price("labels"), FROM_ONE, sure=False)
        remedies.alternatives.append(Alternative(candidate, None, ranked=True, settles=True))


def _from_zero(labels: Array, wanted: Dims) -> tuple[Edit, ...] | None:
    """Return labels counted from 0 where one call makes rows of all their classes."""
    if labels.origin is None or not labels.one_hot:
        return None
    classes = {counted_from_one(value) for value in values_in(labels.origin)} - {None}
    calls = [place.call for place in deciding(labels.origin) if isinstance(place, Omitted)]
    if classes != set(wanted) or len(calls) != 1:
        return None
    return tuple(map(CountFromZero, calls))


def _has_more_ones(labels: Dims, wanted: Dims) -> bool:
    """Return whether labels are an output but for further axes of size 1."""
    more = len(labels) > len(wanted)
    return more and [dim for dim in labels if dim != 1] == [dim for dim in wanted if dim != 1]


def repair_refused_labels(fault: RefusedLabels, remedies: Remedies) -> None:
    """Make the refused labels as those are made that the model takes, or lay them out so."""
    wanted = fault.wanted

    def fits(shape: object) -> bool:
        return isinstance(shape, tuple) and agree(wanted, shape[1:])

    edits = remade_all((y, wanted) for y in fault.given)
    words = tuple(word for mode in _MODES.values() for word in mode)
    edits = edits or _in_mode(fault.given, words, fits)
    if edits:
        remedies.accompanying.append(Candidate(edits, price("labels-made"), MADE, sure=False))
        return
    column = laid_out(remedies.subject, wanted)
    if column is not None and all(y.sample == wanted[:-1] for y in fault.given):
        why = f"{fault.finding.loss} takes labels with the axes of the output{column.remark}"
        remedies.accompanying.append(Candidate(column.edits, price("labels"), why))


def label_mode(fault: LabelForm) -> Candidate | None:
    """Return the form of labels that the loss takes, said where all of them are loaded."""
    kind, name = fault.output.loss.kind, fault.output.loss.name
    edits = _in_mode(fault.given, _MODES.get(kind, ()), _rows if kind == "categorical" else _column)
    if not edits:
        return None
    key = "label-mode-two" if _says(fault.given, "binary") else "label-mode"
    return Candidate(edits, price(key), _WHY.format(name), not fault.answer.demand.doubtful)


def label_mode_for_one_unit(fault: RowsForOneUnit) -> Candidate | None:
    """Return the labels of two classes in one column, as one unit takes them."""
    edits = _in_mode(fault.given, _MODES.get(fault.loss.kind, ()), _column)
    if not edits:
        return None
    return Candidate(edits, price("label-mode"), _WHY.format(fault.loss.name))


def _column(shape: object) -> bool:
    return isinstance(shape, tuple) and shape[1:] in ((), (1,))


def _rows(shape: object) -> bool:
    return isinstance(shape, tuple) and len(shape) == 2 and shape[1] != 1


def _in_mode(
    given: Iterable[Array], words: Sequence[str], fits: Callable[[object], bool]
) -> tuple[Edit, ...]:
    """Return the words with which all labels have a shape that fits; none where one has none."""
    wrong = [labels for labels in given if not fits(labels.shape)]
    return all_or_none(next(reworded(labels, words, fits), None) for labels in wrong)


def _says(given: Iterable[Array], word: str) -> bool:
    """Return whether the source says a word of the labels, and does not leave it to a default."""
    origins = [labels.origin for labels in given if labels.origin is not None]
    return any(
        isinstance(place, Literal) and place.value == word
        for origin in origins
        for place in deciding(origin)
    )


def _reason(fault: OtherLabels, edits: Sequence[Edit]) -> str:
    """Return the price row of labels that are made for the output as it is."""
    if any(_is_color(edit) for edit in edits):
        return "labels-colors"
    return "labels-few" if all(map(_are_few, fault.given)) else "labels-made"


def _is_color(edit: Edit) -> bool:
    if isinstance(edit, SetOption):
        return edit.name == "color_mode"
    return isinstance(edit, SetLiteral) and edit.value == "grayscale"


def _are_few(labels: Array) -> bool:
    """Return whether labels were made of more classes than a row of them has."""
    length = (*labels.sample, None)[-2:][0]
    return labels.one_hot and isinstance(length, int) and _classes(labels) > length


def _holds_classes(labels: Array, wanted: Dims, edits: Sequence[Edit]) -> bool:
    """Return whether rows of the wanted length have a place for each class of the labels.

    The length that they have by default is that of the classes: it is right.
    """
    count, length = _classes(labels), wanted[-1] if wanted else None
    if not labels.one_hot or not isinstance(length, int):
        return True
    by_default = any(isinstance(edit, SetOption) for edit in edits)
    return count <= length and not by_default


def _classes(labels: Array) -> int:
    """Return how many classes the labels have that one-hot rows were made of, 0 if not known."""
    values = () if labels.origin is None else values_in(labels.origin)
    known = (value.distinct for value in values if isinstance(value, Array))
    return max(filter(None, known), default=0)
