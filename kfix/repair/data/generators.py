"""Repairs of generators of the program: batches in the place of single samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.checks.calls import Unbatched
from kfix.checks.heads import output_name
from kfix.checks.samples import shape_of
from kfix.edits.wrap_argument import WrapArgument
from kfix.model.graph import Array, Shapes
from kfix.model.program import Part
from kfix.repair.candidate import Candidate
from kfix.repair.data.forms import EXPAND_DIMS
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price

BATCH = 32
"""The batch size that Keras takes by default."""


def repair_unbatched(fault: Unbatched, remedies: Remedies) -> None:
    """Batch the data set; let a generator of the program yield batches of one sample."""
    sites = [part.site for part in fault.parts if part.listed == "dataset"]
    given = tuple(site for site in sites if site is not None)
    if given and len(given) == len(fault.parts):
        edit = WrapArgument(given, ".batch", ((None, BATCH),))
        why = f"{fault.fit.method} takes batches: the data set gives them by batch"
        remedies.accompanying.append(Candidate((edit,), price("batch"), why))
        return
    single = tuple(
        part for batches in fault.yielded for part in _without_batch(batches.parts, remedies)
    )
    places = tuple(dict.fromkeys(part.site for part in single if part.site is not None))
    if not single or any(part.site is None for part in single):
        remedies.suggest(
            "let the generator yield batches: an array of several samples, and one of their labels"
        )
        return
    edit = WrapArgument(places, EXPAND_DIMS, (("axis", 0),))
    why = f"{fault.fit.method} takes batches: one sample is a batch of one"
    sure = all(
        isinstance(part.value, Array) and isinstance(part.value.shape, tuple) for part in single
    )
    remedies.accompanying.append(Candidate((edit,), price("batch"), why, sure))


def _without_batch(parts: Sequence[Part], remedies: Remedies) -> Iterator[Part]:
    """Yield the arrays of one element that lack the batch axis: all but labels of one sample."""
    model, outputs = remedies.subject.model, remedies.subject.trace.outputs
    names = {output_name(model, number): number for number in range(len(model.outputs))}
    for part in parts:
        key = names.get(part.key, part.key) if isinstance(part.key, str) else part.key
        number = key if isinstance(key, int) else 0
        output = outputs[number] if number < len(outputs) else None
        if part.role == "x" or not _is_batch(part, output):
            yield part


def _is_batch(labels: Part, output: Shapes | None) -> bool:
    """Return whether labels are a batch of one already."""
    shape = shape_of(labels)
    if not isinstance(output, tuple) or shape[:1] != (1,):
        return False
    return len(shape) >= len(output) - 1 and shape != output[1:]
