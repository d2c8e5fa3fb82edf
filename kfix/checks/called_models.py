"""Models that are called on one another, `discriminator(generator(noise))`, and on data."""

from __future__ import annotations

from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.shapes import Tracer


def contradicted(model: Model, program: Program, tracer: Tracer) -> bool:
    """Return whether a model that takes the output of another is called on data of another shape
    too.

    Then its own input may be wrong, and the wanted output of the other model is unknown.
    """
    givers = {node.id for node in model.nodes if node.layer.model is not None}
    for node in model.nodes:
        taker = node.layer.model
        if taker is None or not any(
            getattr(given, "node", None) in givers for _, given in node.args
        ):
            continue
        entries = tracer.trace(taker).inputs
        entry = entries[0] if len(entries) == 1 else None
        for feed in program.feeds:
            if (
                feed.taker == taker.uid
                and isinstance(entry, tuple)
                and _apart(feed.shape[1:], entry[1:])
            ):
                return True
    return False


def _apart(given: tuple[object, ...], taken: tuple[object, ...]) -> bool:
    """Return whether two shapes differ in rank or in a known dim."""
    return len(given) != len(taken) or any(
        isinstance(one, int) and isinstance(two, int) and one != two
        for one, two in zip(given, taken, strict=True)
    )
