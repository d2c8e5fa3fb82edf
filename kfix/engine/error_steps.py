"""The length of data that is as long as the labels that an error states: a row for each step."""

from __future__ import annotations

from itertools import filterfalse, islice, product

from kfix.engine.error_binding import Binding, variable
from kfix.engine.error_calls import data_of
from kfix.engine.error_sizes import COUNT, VARIABLE, is_of_any_length
from kfix.engine.error_slots import Slot, agreement
from kfix.engine.results import Reading
from kfix.model.observed import Observed
from kfix.model.program import Fit


def bind_steps(binding: Binding) -> None:
    """Take data of unknown length to be as long as labels that have a row for each step.

    It is likely, and not known: the length is left open.
    """
    for labels, output in product(binding.used, binding.slots):
        steps = next(islice(labels.stated, 1, None), None)
        if labels.labels and output.is_output and labels.call is not None and steps is not None:
            # Integers for each step have as many axes as the output, rows have one axis more.
            rank = len(output.stated) + (not dict(labels.about).get("distinct"))
            _bind(binding, labels, labels.call, (steps,) * (rank == len(labels.stated)))


def _bind(binding: Binding, labels: Slot, call: Fit, steps: tuple[int, ...]) -> None:
    """Take the data to have so many steps, with features or without, if the model builds so."""
    data = variable(binding.project, call, "x", 0, aside=False)
    places = [*binding.sized(data_of(call, binding.first), labels)]
    named = [one for one in places if one[1] == data] or places[-1:]
    left = [*filterfalse(is_of_any_length, binding.observed)]
    for count, rest, (key, name) in product(steps, ((), (VARIABLE,)), named):
        likely = (*left, Observed(*key, name, (COUNT, count, *rest)))
        reading = binding.attempt(likely)
        if reading is not None and _builds(binding, reading):
            binding.range = (binding.observed, likely)
            binding.observed, binding.reading = likely, reading
            return


def _builds(binding: Binding, reading: Reading) -> bool:
    """Return whether a reading refuses no layer, and says nothing else than the error."""
    refused = any(trace.refusal is not None for trace in reading.traces)
    return not refused and all(agreement(slot, reading) != "other" for slot in binding.slots)
