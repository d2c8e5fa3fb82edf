"""Models that are called on one another, `discriminator(generator(noise))`, and on data."""

from __future__ import annotations

from kfix.checks.dims import agree
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.shapes import Tracer


def contradicted(model: Model, program: Program, tracer: Tracer) -> bool:
    """Return whether a model on the output of another is called on data of another shape, too.

    Then its own input may be wrong, and the wanted output of the other model is unknown.
    """
    givers = {node.id for node in model.nodes if node.layer.model is not None}
    for node in model.nodes:
        taker = node.layer.model
        if taker is None or not any(
            getattr(given, "node", None) in givers for _, given in node.args
        ):
            continue
        entry = tracer.trace(taker).input
        given = [feed.shape[1:] for feed in program.feeds if feed.taker == taker.uid]
        if entry is not None and not all(agree(dims, entry[1:]) for dims in given):
            return True
    return False
