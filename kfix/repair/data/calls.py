"""Repairs of calls that are given other arrays, counts or batches than the model takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from kfix.checks.calls import (
    COUNTED,
    ENDS,
    Ragged,
    SampleCounts,
    StatefulBatch,
    WrongParts,
    YieldedList,
    ragged_parts,
)
from kfix.checks.dims import known_shape
from kfix.checks.fault import Subject
from kfix.checks.refused_call import OtherForm, OtherWeights
from kfix.checks.samples import shape_of
from kfix.edits.base import Edit
from kfix.edits.exchange_maker import ExchangeMaker
from kfix.edits.exchange_source import ExchangeSource
from kfix.edits.give_data import GiveData
from kfix.edits.rename_key import RenameKey
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_option import SetOption
from kfix.edits.wrap_argument import WrapArgument
from kfix.edits.write_tuple import WriteTuple
from kfix.model.graph import Array
from kfix.model.program import Fit, Part
from kfix.repair.candidate import Candidate
from kfix.repair.data.forms import NOTHING, RESHAPE, Wrap, wraps
from kfix.repair.data.input_ways import input_conflict, with_batch
from kfix.repair.data.names import named
from kfix.repair.data.parts import listed, unpacked
from kfix.repair.data.remedies import Alternative, Remedies
from kfix.repair.data.variables import counted, counterparts
from kfix.repair.prices import price
from kfix.shapes.view import View, elements

PAD = "keras.utils.pad_sequences"
MANY_LISTS = 1000
"""More lists than that are a data set of texts."""

Arguments = tuple[tuple[str | None, object], ...]


def repair_parts(fault: WrongParts, remedies: Remedies) -> None:
    """Rename the keys of a dict, or suggest what the call takes."""
    what = f"{ENDS[fault.role]}s"
    edits = tuple(_renamed(fault.names, fault.parts))
    if edits:
        why = f"the {what} of the model have these names"
        remedies.accompanying.append(Candidate(edits, price("rename"), why))
        return
    for repair in (named, unpacked, listed):
        candidate = repair(fault, remedies.subject)
        if candidate is not None:
            remedies.accompanying.append(candidate)
            return
    words = ", ".join(name or f"{fault.role}{at}" for at, name in enumerate(fault.names, 1))
    form = f"[{words}]" if len(fault.names) > 1 else words
    if fault.aside:
        pair = f"{form}, y" if fault.role == "x" else f"x, {form}"
        form = f"validation_data=({pair})"
    remedies.suggest(f"give {fault.fit.method} one array for each of the {what}: {form}")


def _renamed(names: Sequence[str], parts: Sequence[Part]) -> Iterator[RenameKey]:
    """Yield new names for keys: of those alike but for blanks and capitals, or of the one left."""
    keys = {part.key: part.site for part in parts if isinstance(part.key, str)}
    strange = [key for key in keys if key not in names]
    missing = [name for name in names if name and name not in keys]
    for name in missing:
        like = [key for key in strange if _plain(str(key)) == _plain(name)]
        if len(keys) == len(names) > 1 and len(missing) == len(strange) == 1:
            like = strange
        site = keys[like[0]] if len(like) == 1 else None
        if site is None:
            return
        yield RenameKey(site, name)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def repair_counts(fault: SampleCounts, remedies: Remedies) -> None:
    """Reshape labels of all time steps to labels by sequence, or suggest equal counts."""
    reshaped = _labels_by_sequence(remedies.subject, fault.fit)
    if reshaped is not None:
        remedies.accompanying.append(reshaped)
        return
    named = counted(fault, remedies.subject)
    if named:
        remedies.accompanying.append(named[0])
        remedies.alternatives.extend(Alternative(one, named[0]) for one in named[1:])
        return
    remedies.suggest(
        "give all arrays of a call the same number of samples, the first of their axes"
    )


def _labels_by_sequence(subject: Subject, fit: Fit) -> Candidate | None:
    """Return labels of all time steps by sequence, where they are as many as the outputs."""
    output = subject.trace.output
    shapes = [shape_of(part) for part in fit.parts if part.role == "x"]
    samples = shapes[0][0] if shapes and shapes[0] else None
    if output is None or not isinstance(samples, int):
        return None
    dims, count = output[1:], elements(output[1:])
    if count is None:
        return None

    def mine(fit: Fit, part: Part) -> bool:
        return part.role == "y" and part.key is None

    def needs(fit: Fit, y: Array) -> Wrap | None:
        if not isinstance(y.shape, tuple) or y.shape[1:] == dims:
            return NOTHING
        return (
            Wrap(RESHAPE, ((None, (-1, *dims)),)) if elements(y.shape) == samples * count else None
        )

    wrapped = wraps(subject.program, subject.uids, mine, needs)
    if wrapped is None:
        return None
    why = "the labels of all time steps are reshaped by sequence"
    return Candidate(wrapped.edits, price("labels"), why)


def repair_ragged(fault: Ragged, remedies: Remedies) -> None:
    """Pad lists to the length that the input declares, else to that of the longest of them.

    Of many lists the longest is far longer than most: how long they shall be is to be chosen.
    """
    subject = remedies.subject
    parts = [part for _, part in ragged_parts(subject)]
    given = [part for part in parts if part.role == "x"]
    length = [*(subject.trace.input or ())[1:2], None][0]
    arguments: Arguments = (("maxlen", length),) * isinstance(length, int)
    steps = View(subject.model, subject.trace).steps
    words = any(step.cls == "Embedding" for step in steps)  # `pad_sequences` makes integers
    short = bool(arguments) or not all(_is_long(part.value) for part in given)
    if not (given and words and short):
        remedies.suggest(
            "bring the lists to one length, for training and for testing: "
            "keras.utils.pad_sequences(x, maxlen=…)"
        )
        return
    edits = dict.fromkeys(chain.from_iterable(_padded(part, arguments) for part in parts))
    why = "an array has rows of one length: the lists are padded"
    remedies.accompanying.append(Candidate(tuple(edits), price("batch"), why))


def _is_long(lists: object) -> bool:
    """Return whether it may be a data set of texts, with a few that are very long."""
    return next(iter(known_shape(lists)), 0) not in range(MANY_LISTS)


def _padded(part: Part, arguments: Arguments) -> Iterator[Edit]:
    """Yield the edits that pad lists: where a call was to make an array of them, or where they are
    given.
    """
    packed = part.value.packed if isinstance(part.value, Array) else None
    if packed is not None:
        yield ExchangeMaker(packed.call, PAD, ((0, None),))
        yield from (SetOption(packed.call, str(name), value) for name, value in arguments)
    elif part.site is not None:
        yield WrapArgument((part.site,), PAD, arguments)


def repair_yielded(fault: YieldedList, remedies: Remedies) -> None:
    """Write tuples for the lists that a generator yields."""
    edits = tuple(map(WriteTuple, dict.fromkeys(fault.lists)))
    if edits:
        why = "a generator gives Keras its arrays in tuples"
        remedies.accompanying.append(Candidate(edits, price("tuple"), why))


def repair_weights(fault: OtherWeights, remedies: Remedies) -> None:
    """Make the weights of samples for the samples of the call, where another set has as many."""
    names = counterparts(fault, remedies.subject)
    remedies.suggest("give one weight for each sample, in the order of the labels")
    if names:
        why = f"{fault.fit.method} takes a weight for each of its samples"
        edit = ExchangeSource(fault.argument, names)
        candidate = Candidate((edit,), price("data-named"), why, sure=False)
        remedies.accompanying.append(candidate)


def repair_form(fault: OtherForm, remedies: Remedies) -> None:
    """Write the argument in the form that Keras takes, or the function around it that makes it."""
    edit: Edit = WrapArgument((fault.argument,), fault.form)
    if "{0}" in fault.form:
        edit = GiveData(fault.argument, fault.form)
    why = f"Keras takes {fault.finding.expected}" if fault.finding is not None else ""
    remedies.accompanying.append(Candidate((edit,), price("data-named"), why))


def repair_states(fault: StatefulBatch, remedies: Remedies) -> None:
    """Set the batch size of the call to that of the input, or that of the input to `fit`'s."""
    fit, first = fault.fit, remedies.first
    if first is not None:
        return
    if fault.rest:
        words = f"{fit.method} a number of samples that batches of {fault.size} divide"
        remedies.suggest(f"give {words}: {fault.rest} samples are too many")
    if fit.method == "fit" and not fault.rest:
        _set_states(fault, remedies)
    if fit.method not in COUNTED or fit.batch == fault.size:
        return
    edit = SetOption(fit.site, "batch_size", fault.size)
    why = f"the model keeps states for {fault.size} samples, and {fit.method} takes as many at once"
    candidate = Candidate((edit,), price("batch-size"), why)
    if remedies.first is None:
        remedies.accompanying.append(candidate)
    else:
        alternative = Alternative(candidate, remedies.first, ranked=True)
        remedies.alternatives.append(alternative)


def _set_states(fault: StatefulBatch, remedies: Remedies) -> None:
    """Set the batch size of the input to that of `fit`, where the input states one."""
    subject, fit = remedies.subject, fault.fit
    entry = subject.trace.inputs[0]
    edits: tuple[Edit, ...] = ()
    why = (
        f"{fit.method} takes {fit.batch} samples at a time, "
        "and a stateful layer keeps a state for each"
    )
    if isinstance(entry, tuple) and fit.batch is not None:
        conflict = input_conflict(subject)
        declared = next(conflict.set_input(None, entry[1:], "input-data", why), None)
        if declared is not None:
            edits = tuple(with_batch(edit, fit.batch) for edit in declared.edits)
    if any(isinstance(edit, SetInputShape) and edit.name.startswith("batch") for edit in edits):
        remedies.first = Candidate(edits, price("input-data"), why)
