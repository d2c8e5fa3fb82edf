"""An integer of NumPy where Keras takes one of Python: `int(…)` around it."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.as_integer import AsInteger
from kfix.findings.bad_argument import BadArgument
from kfix.model.code import Slot
from kfix.model.graph import Argument, Layer
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.python_integers import EXPECTED, is_of_numpy
from kfix.shapes.signatures import signature


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the edit of every such number of the model, in its call."""
    finding = conflict.finding
    if not isinstance(finding, BadArgument) or finding.expected != EXPECTED:
        return
    edits = [
        AsInteger(Slot(step.layer.site, argument.site), name, _value(argument.value))
        for step in conflict.view.steps
        for name, argument in _given(conflict, step.layer)
        if argument.site is not None
    ]
    if edits:
        why = "Keras takes an integer of Python there"
        yield Candidate(tuple(dict.fromkeys(edits)), price("rename"), why)


def _given(conflict: Conflict, layer: Layer) -> Iterator[tuple[str, Argument]]:
    """Yield the arguments of a layer that are integers of NumPy, by name."""
    known = signature(layer.cls)
    names = known.names if known is not None else ()
    for number, argument in enumerate(layer.arguments):
        if is_of_numpy(argument.value):
            yield argument.keyword or names[number], argument


def _value(value: object) -> int | None:
    """Return the integer of Python, `None` where it is not known."""
    return int(value) if isinstance(value, int) else None
