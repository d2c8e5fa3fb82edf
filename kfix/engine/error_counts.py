"""What an error states of a call by number: its samples, its arrays, its batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from operator import attrgetter

from kfix.engine.error_calls import data_slot, entry_of, labels_slot
from kfix.engine.error_slots import Slot
from kfix.engine.results import Reading
from kfix.evidence.reading import Error
from kfix.model.graph import Dim
from kfix.model.program import Fit, Program
from kfix.model.record import replace

_OUTPUTS = attrgetter("outputs")


def of_counts(error: Error, fit: Fit, reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the arrays of a call by their number.

    Without an input shape nothing else is known of the arrays: the call alone is given them so.
    """
    return _ROWS.get(error.name, _of_nothing)(error, fit, reading)


def _of_nothing(_: Error, __: Fit, ___: Reading) -> Iterator[Slot]:
    yield from ()


def _of_samples(error: Error, fit: Fit, reading: Reading) -> Iterator[Slot]:
    """Yield the data and the labels with the numbers of samples that differ.

    What stands behind these is taken to be as the model has it: the error says nothing of it.
    """
    entry = entry_of(fit.model, reading)
    match error.numbers("sizes"), error.numbers("given"):
        case [x], [y]:
            data = data_slot(fit, (x, *(entry or ())[1:]), 0)
            yield replace(data, whole=True, at_call=entry is None)
            labels = labels_slot(fit, (y, *_label_dims(fit, reading)))
            yield replace(labels, whole=True, at_call=entry is None)


def _label_dims(fit: Fit, reading: Reading) -> list[int | None]:
    """Return the dims behind the samples of labels as the output has them, none of integers."""
    match [*map(_OUTPUTS, reading.traces_of(fit.model))]:
        case [[(_, *dims)], *_]:
            return [*map(_size, dims)] * (not _is_sparse(reading.program))
    return []


def _size(dim: Dim) -> int | None:
    """Return a dim as an error states it, `None` where it is not known."""
    return dim if isinstance(dim, int) else None


def _is_sparse(program: Program) -> bool:
    """Return whether a loss of the program takes integers as labels."""
    parts = chain.from_iterable(map(attrgetter("parts"), program.compiles))
    return any("sparse" in str(part.value).lower() for part in parts)


def _of_arrays(error: Error, fit: Fit, _: Reading) -> Iterator[Slot]:
    """Yield one array, where the model takes several."""
    match error.number("given"), error.number("count"):
        case 1, int() as count if count > 1:
            yield replace(data_slot(fit, (None,), 0), at_call=True, is_stated=False)


def _of_batch(error: Error, fit: Fit, _: Reading) -> Iterator[Slot]:
    """Yield a batch of another size than a stateful layer keeps states for."""
    for dims in error.shapes_of("data"):
        yield replace(data_slot(fit, dims, 0), is_stated=False)
        yield replace(data_slot(fit, dims, 0), whole=True, at_call=True)


def _of_fixed_batch(error: Error, fit: Fit, reading: Reading) -> Iterator[Slot]:
    """Yield the same, where the error states the shape that the model takes."""
    match error.shape("expected"), error.shape("data"):
        case (int() as size, *rest), (int() as given, *others) if _differ(size, given):
            of_batch = entry_of(fit.model, reading) == (size, *rest) and rest == others
            yield from [*_of_batch(error, fit, reading)] * of_batch


def _differ(one: int, other: int) -> bool:
    return one != other


_ROWS: dict[str, Callable[[Error, Fit, Reading], Iterator[Slot]]] = {
    "no-samples-axis": _of_samples,
    "inputs-count": _of_arrays,
    "stateful-batch": _of_batch,
    "array-shape": _of_fixed_batch,
}
"""What errors that count state of a call, by their row."""
