"""Merges that are given the tensor of another level: skip connections that were mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from kfix.edits.exchange_tensor import ExchangeTensor
from kfix.edits.graph import CannotApply
from kfix.edits.reverse_order import ReverseOrder
from kfix.edits.swap_arguments import SwapArguments
from kfix.model.graph import Model, Node, Shape, TensorRef
from kfix.model.record import Value, replace
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate, advice, made, single
from kfix.repair.candidates.mirrored import strided
from kfix.repair.conflict import Conflict
from kfix.repair.layers import exchange
from kfix.repair.prices import price
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.view import Step

MOST_TRACES = 12
"""How many exchanges are tried for one merge."""


class Pair(Value):
    """An input of a merge and one of a later merge: the nodes, and which inputs of them."""

    node: Node
    which: int
    later: Node
    other: int

    @property
    def own(self) -> TensorRef:
        """What the first is given."""
        return tensor_refs(self.node.args)[self.which]

    @property
    def ref(self) -> TensorRef:
        """What the later one is given."""
        return tensor_refs(self.later.args)[self.other]


def skips(conflict: Conflict, step: Step, joined: bool) -> Iterator[Candidate]:
    """Yield another tensor for an input of a merge: of a later merge, or of another level.

    Where the tensors are made in a loop, their order is for the program to say: that is advice.
    """
    possible = islice(_pairs(conflict, step), MOST_TRACES)
    pair = next((one for one in possible if _fits(conflict, one)), None)
    if pair is None:
        yield from _reversed(conflict, step)
    else:
        yield from _exchanged(conflict, pair)
    yield from _another(conflict, step, joined)


def _exchanged(conflict: Conflict, pair: Pair) -> Iterator[Candidate]:
    """Yield the tensors of two merges exchanged, or the reverse order where a loop has them."""
    site, words = pair.node.site, _words(conflict, pair)
    same_place = pair.which == pair.other
    if pair.later.site == site and same_place:
        why = f"{words}: the skip connections are taken in the order in which they were made"
        yield single(ReverseOrder(site, pair.which), why)
        merges = [node for node in conflict.view.model.nodes if node.site == site]
        places = merges.index(pair.node), merges.index(pair.later)
        swap = SwapArguments(site, pair.which, *places, len(merges))
        yield from made([swap], "skip", words, price("bridge"))
    one = _exchange(conflict, pair.node, pair.which, pair.ref)
    two = _exchange(conflict, pair.later, pair.other, pair.own)
    if one is not None and two is not None:
        yield from made([one, two], "skip", words, price("bridge"))
    else:
        yield advice(words + "; in a loop over them the reverse order does that" * same_place)


def _reversed(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Return the reverse order of what a loop merges, where all its merges fit then."""
    model = conflict.view.model
    merges = [node for node in model.nodes if node.site == step.node.site]
    if len(merges) < 3 or step.model is not model:
        return
    for which in range(len(step.sources)):
        edit = ReverseOrder(step.node.site, which)
        try:
            trace = conflict.tracer.trace(apply(model, (edit,)))
        except CannotApply:
            continue
        traced = [trace.nodes.get(node.id) for node in merges]
        if all(one is not None and one.status == "known" for one in traced):
            why = "the skip connections are taken in the order in which they were made"
            yield from made([edit], "skip", why)


def _another(conflict: Conflict, step: Step, joined: bool) -> Iterator[Candidate]:
    """Yield one tensor of the way down for another, which has the size that is merged here."""
    view = conflict.view
    shapes = view.given(step)
    if step.model is not view.model or len(step.sources) < 2 or len(shapes) != len(step.sources):
        return
    for i, given in enumerate(map(view.at, step.sources)):
        wanted, *rest = [shape for at, shape in enumerate(shapes) if at != i]
        if given is None or len(given.users) < 2:
            continue  # the tensor that is handed on has one use
        if any(shape[1:-1] != wanted[1:-1] for shape in rest):
            continue
        peers = list(_peers(conflict, step, wanted, joined))
        for peer in peers:
            merged = any(len(view.steps[user].sources) > 1 for user in peer.users)
            alone = len(peers) == 1 and not merged
            edit = _exchange(conflict, step.node, i, TensorRef(peer.node.id))
            what = (
                f"{step.title} merges a feature map of {wanted[1:-1]}, as "
                f"{peer.cls} returns it on the way down"
            )
            more = price("branch") * (not alone)
            yield from made([edit] if edit else None, "skip", what, more, alone)


def _peers(conflict: Conflict, step: Step, wanted: Shape, joined: bool) -> Iterator[Step]:
    """Yield the steps that give a map which a merge could be given, and others make smaller."""
    view = conflict.view
    compared = slice(1, -1) if joined else slice(None)
    for peer in view.steps[: step.place]:
        shape = peer.shape_out or ()
        same = len(shape) == len(wanted) and shape[compared] == wanted[compared]
        users = (view.steps[at] for at in peer.users)
        smaller = any(user.is_pooling or strided(user) for user in users)
        if same and smaller and peer.place not in step.sources:
            yield peer


def _exchange(conflict: Conflict, node: Node, which: int, ref: TensorRef) -> ExchangeTensor | None:
    """Return the edit, where both places are written for this one use."""
    nodes = {one.id: one for one in conflict.view.model.nodes}
    sites = [one.site for one in nodes.values()]
    given = nodes.get(ref.node)
    if given is None or ref.output or min(given.id, node.id) < Model.ENTRY:
        return None
    if sites.count(node.site) != 1:
        return None
    if sites.count(given.site) == 1:
        return ExchangeTensor(node.site, which, given.site)
    names = conflict.options.tensors_at(node.layer.site)
    held = next((name for name, tensor in names.items() if tensor == ref), None)
    return ExchangeTensor(node.site, which, given.site, ref, held) if held else None


def _pairs(conflict: Conflict, step: Step) -> Iterator[Pair]:
    """Yield inputs of a merge and of later merges that may fit once they are exchanged."""
    model, trace = conflict.view.model, conflict.view.trace
    mine, given = tensor_refs(step.node.args), conflict.view.given(step)
    if step.model is not model or len(given) != len(mine):
        return
    here = model.nodes.index(step.node)
    before = {node.id for node in model.nodes[:here]}
    later = (node for node in model.nodes[here + 1 :] if len(tensor_refs(node.args)) > 1)
    for node in later:
        refs = tensor_refs(node.args)
        for (j, ref), (i, own) in product(enumerate(refs), enumerate(mine)):
            if own == ref or ref.node not in before:
                continue
            shape = trace.nodes[ref.node].outputs
            beside = {one[1:-1] for at, one in enumerate(given) if at != i}
            # To trace a tensor of another size would only say the same.
            if ref.output or not isinstance(shape, tuple) or beside == {shape[1:-1]}:
                yield Pair(step.node, i, node, j)


def _fits(conflict: Conflict, pair: Pair) -> bool:
    """Return whether nothing is refused up to the later merge, with their inputs exchanged."""
    model, changed = conflict.view.model, {}
    for node, which, ref in (
        (pair.node, pair.which, pair.ref),
        (pair.later, pair.other, pair.own),
    ):
        changed[node.id] = replace(node, args=exchange(node.args, which, ref))
    nodes = tuple(changed.get(node.id, node) for node in model.nodes)
    trace = conflict.tracer.trace(replace(model, nodes=nodes))
    end = [node.id for node in nodes].index(pair.later.id)
    return all(trace.nodes[node.id].status == "known" for node in nodes[: end + 1])


def _words(conflict: Conflict, pair: Pair) -> str:
    """Return what is to be said of two tensors that are exchanged."""
    here, there = (_dims(conflict, ref) for ref in (pair.own, pair.ref))
    return (
        f"two skip connections are exchanged: the {there} that a later "
        f"{pair.later.layer.cls.rpartition('.')[2]} takes"
        f" fits here, and the {here} that is taken here fits there"
    )


def _dims(conflict: Conflict, ref: TensorRef) -> str:
    """Return the shape of a tensor without the batch, for a person."""
    shape = conflict.view.trace.nodes[ref.node].outputs
    return f"({', '.join(map(str, shape[1:]))})" if isinstance(shape, tuple) else "tensor"
