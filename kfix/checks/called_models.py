"""Models that are called on one another, `discriminator(generator(noise))`, and on data."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.dims import agree
from kfix.model.graph import Model, Node
from kfix.model.program import Program
from kfix.shapes import Tracer


def contradicted(model: Model, program: Program, tracer: Tracer) -> bool:
    """Return whether a model on the output of another is called on data of another shape, too.

    Then its own input may be wrong, and the wanted output of the other model is unknown.
    """
    nested = [node for node in model.nodes if node.layer.model is not None]
    givers = {node.id for node in nested}
    takers = (node for node in nested if not givers.isdisjoint(_makers(node)))
    return any(_is_fed_otherwise(node.layer.model, program, tracer) for node in takers)


def _makers(node: Node) -> Iterator[object]:
    """Yield the nodes that make the tensors that a layer is called on."""
    return (getattr(given, "node", None) for _, given in node.args)


def _is_fed_otherwise(taker: Model | None, program: Program, tracer: Tracer) -> bool:
    """Return whether a model is called on data of another shape than its input."""
    if taker is None or (entry := tracer.trace(taker).input) is None:
        return False
    fed = (feed.shape[1:] for feed in program.feeds if feed.taker == taker.uid)
    return not all(agree(dims, entry[1:]) for dims in fed)
