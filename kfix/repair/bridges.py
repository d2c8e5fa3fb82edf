"""The last resort: adapters before a refused layer, and at the end, whatever they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.edits.base import Edit
from kfix.edits.insert_layer import InsertLayer
from kfix.model.code import NewLayer, plain
from kfix.model.graph import Argument, Dim, Layer, Shape
from kfix.model.site import Site
from kfix.model.target import Target
from kfix.model.unknown import Unknown
from kfix.repair.adapters import Adapted, adapted
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes import Traced, Tracer
from kfix.shapes.graph import GraphWalk
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.view import Step

Chain = tuple[Adapted, ...]

SIZES = (8, 16, 32, 64, 128, 256)
"""Sizes that are tried where a layer needs a larger map than it is given."""


def bridges(conflict: Conflict) -> Iterator[Candidate]:
    """Yield what adapters make of the inputs of the refused layer, or of the output."""
    if conflict.step is not None:
        yield from _before(conflict, conflict.step)
    elif conflict.target is not None:
        yield from _behind(conflict, conflict.target)


def _before(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the adapters on each input with which a refused step takes what it is given."""
    shapes = conflict.view.given(step)
    refs = tensor_refs(step.node.args)
    plain = len(shapes) == len(refs) and not any(ref.output for ref in refs)
    if step.inserted or not plain:
        return
    for which, shape in enumerate(shapes):
        others = [other for at, other in enumerate(shapes) if at != which]
        for chain, output in chains(conflict.tracer, shape, _needs(conflict, step, shape, others)):
            tried = [*shapes[:which], output, *shapes[which + 1 :]]
            if takes(conflict, step, tried):
                edits = _on(conflict, step, which if len(shapes) > 1 else None, chain)
                yield from _candidate(step.cls, chain, edits)


def _needs(
    conflict: Conflict, step: Step, shape: Shape, others: Sequence[Shape]
) -> Iterator[tuple[Dim, ...]]:
    """Yield shapes that may be wanted of an input: of the others, as stated, of any rank."""
    for other in others:
        yield tuple(other[1:])
        yield (*other[1:-1], shape[-1])
    expected = conflict.finding.expected if conflict.finding is not None else None
    if isinstance(expected, tuple | list) and all(not isinstance(dim, str) for dim in expected):
        yield tuple(dim if isinstance(dim, int) else None for dim in expected[1:])
    for rank in range(1, 5):
        if rank != len(shape) - 1:
            yield (None,) * rank
    for size in SIZES:
        yield from ((*(size,) * (rank - 1), shape[-1]) for rank in range(2, 5))


def takes(conflict: Conflict, step: Step, shapes: Sequence[Shape]) -> bool:
    """Return whether a step takes these shapes in the place of its tensors."""
    refs = tensor_refs(step.node.args)
    given = {
        ref.node: Traced([], shape, 0, "known") for ref, shape in zip(refs, shapes, strict=True)
    }
    return GraphWalk(conflict.tracer, given).step(step.node).status == "known"


def _behind(conflict: Conflict, target: Target) -> Iterator[Candidate]:
    """Yield the adapters behind the output that give it the target's shape."""
    view, shape = conflict.view, conflict.view.output
    wanted = tuple(dim if isinstance(dim, int) else None for dim in target.dims)
    if shape is None or view.last < 0:
        return
    end = view.steps[view.last]
    for chain, output in chains(conflict.tracer, shape, iter([wanted])):
        if target.met_by(output):
            edits: tuple[Edit, ...] | None = ()
            for layer in (layer for one in chain for layer in one.layers):
                put = conflict.behind(end, layer)
                edits = None if edits is None or put is None else (*edits, *put)
            yield from _candidate("the output", chain, edits)


def chains(
    tracer: Tracer, shape: Shape, needs: Iterator[tuple[Dim, ...]]
) -> Iterator[tuple[Chain, Shape]]:
    """Yield one adapter or two towards shapes that may be needed, and what they give."""
    if any(isinstance(dim, Unknown) for dim in shape):
        return
    for need in dict.fromkeys(needs):
        for first in adapted(shape, need):
            between = output_of(tracer, first.layers, shape)
            if between is None:
                continue
            yield (first,), between
            for second in adapted(between, need) if between != shape else ():
                output = output_of(tracer, second.layers, between)
                if output is not None and output not in (shape, between):
                    yield (first, second), output


def output_of(tracer: Tracer, layers: Sequence[NewLayer], shape: Shape) -> Shape | None:
    """Return what new layers make of a shape, `None` where one of them refuses it."""
    for new in layers:
        arguments = tuple(Argument(name, plain(value)) for name, value in new.arguments)
        layer = Layer(new.cls, arguments, Site("", None, 0), -1)
        traced = tracer.use(layer, ((None, shape),))
        if traced.status != "known" or not isinstance(traced.outputs, tuple):
            return None
        shape = traced.outputs
    return shape


def _on(conflict: Conflict, step: Step, which: int | None, chain: Chain) -> tuple[Edit, ...] | None:
    """Return the edits that put a chain on an input of a step."""
    layers = [layer for one in chain for layer in one.layers]
    if which is not None:
        return tuple(InsertLayer(step.node.site, "before", layer, which) for layer in layers)
    edits: list[Edit] = []
    for layer in layers:
        put = conflict.before(step, layer)
        if put is None:
            return None
        edits.extend(put)
    return tuple(edits)


def _candidate(what: str, chain: Chain, edits: tuple[Edit, ...] | None) -> Iterator[Candidate]:
    """Yield a chain at the price of its adapters, never as what is surely meant."""
    if edits:
        cost = price("last-resort") + sum(price(one.adapter.row) for one in chain)
        reasons = ", then ".join(one.adapter.reason for one in chain)
        yield Candidate(edits, cost, f"a bridge to {what}: {reasons}", sure=False)
