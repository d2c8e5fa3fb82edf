"""Merges that are given the tensor of another level: skip connections that were mixed up."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.exchange_tensor import ExchangeTensor
from kfix.edits.graph import CannotApply
from kfix.edits.reverse_order import ReverseOrder
from kfix.edits.swap_arguments import SwapArguments
from kfix.model.graph import Model, Node, TensorRef
from kfix.model.record import replace
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.repair.layers import exchange
from kfix.repair.numbers import most
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.view import Step

MOST_TRACES = 12
"""How many exchanges are tried for one merge."""


def skips(conflict: Conflict, step: Step, joined: bool) -> Iterator[Candidate]:
    """Yield another tensor for an input of a merge: of a later merge, or of another level.

    Where the tensors are made in a loop, their order is for the program to say: that is advice.
    """
    pair = _pair(conflict, step)
    if pair is not None:
        i, other, j = pair
        own, ref = tensor_refs(step.node.args)[i], tensor_refs(other.args)[j]
        words = _words(conflict, step, own, other, ref)
        one = _exchange(conflict, step.node, i, ref)
        two = _exchange(conflict, other, j, own)
        if other.site == step.node.site and i == j:
            why = f"{words}: the skip connections are taken in the order in which they were made"
            yield single(ReverseOrder(step.node.site, i), why)
            made = [node for node in conflict.view.model.nodes if node.site == step.node.site]
            swap = SwapArguments(
                step.node.site, i, made.index(step.node), made.index(other), len(made)
            )
            yield Candidate((swap,), price("skip") + price("bridge"), words)
        if one is None or two is None:
            yield Candidate(
                (),
                0.0,
                words + ("; in a loop over them the reverse order does that" if i == j else ""),
            )
        else:
            yield Candidate((one, two), price("skip") + price("bridge"), words)
    else:
        yield from _reversed(conflict, step)
    yield from _another(conflict, step, joined)


def _reversed(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Return the reverse order of what a loop merges, where all its merges fit then."""
    model = conflict.view.model
    made = [node for node in model.nodes if node.site == step.node.site]
    if len(made) < 3 or step.model is not model:
        return
    for which in range(len(step.sources)):
        edit = ReverseOrder(step.node.site, which)
        try:
            trace = conflict.tracer.trace(apply(model, (edit,)))
        except CannotApply:
            continue
        traced = [trace.nodes.get(node.id) for node in made]
        if all(one is not None and one.status == "known" for one in traced):
            why = "the skip connections are taken in the order in which they were made"
            yield Candidate((edit,), price("skip"), why)


def _another(conflict: Conflict, step: Step, joined: bool) -> Iterator[Candidate]:
    """Yield one tensor of the way down for another, which has the size that is merged here."""
    view = conflict.view
    shapes = view.given(step)
    if step.model is not view.model or len(step.sources) < 2 or len(shapes) != len(step.sources):
        return
    for i, source in enumerate(step.sources):
        rest = [shape for at, shape in enumerate(shapes) if at != i]
        wanted = rest[0]
        given = view.steps[source] if source >= 0 else None
        if (
            given is None
            or len(given.users) < 2
            or any(shape[1:-1] != wanted[1:-1] for shape in rest)
        ):
            continue  # the tensor that is handed on has one use
        fitting = []
        for peer in view.steps[: step.place]:
            shape = peer.shape_out
            if (
                peer is given
                or shape is None
                or peer.place in step.sources
                or not _on_the_way_down(conflict, peer)
            ):
                continue
            if (
                len(shape) == len(wanted)
                and shape[1:-1] == wanted[1:-1]
                and (joined or shape == wanted)
            ):
                fitting.append(peer)
        for peer in fitting:
            edit = _exchange(conflict, step.node, i, TensorRef(peer.node.id))
            if edit is None:
                continue
            merged = sum(len(view.steps[user].sources) > 1 for user in peer.users)
            alone = len(fitting) == 1 and not merged
            what = (
                f"{step.cls.rpartition('.')[2]} merges a map of {wanted[1:-1]}, as "
                f"{peer.cls} gives it on the way down"
            )
            yield Candidate(
                (edit,), price("skip") + (0.0 if alone else price("branch")), what, alone
            )


def _on_the_way_down(conflict: Conflict, step: Step) -> bool:
    """Return whether another step makes what this one returns smaller."""
    for user in (conflict.view.steps[at] for at in step.users):
        strided = (
            user.is_convolution and not user.is_transposed and most(value(user.core, "strides")) > 1
        )
        if user.is_pooling or strided:
            return True
    return False


def _exchange(conflict: Conflict, node: Node, which: int, ref: TensorRef) -> ExchangeTensor | None:
    """Return the edit, where both places are written for this one use."""
    nodes = {one.id: one for one in conflict.view.model.nodes}
    sites = [one.site for one in conflict.view.model.nodes]
    given = nodes.get(ref.node)
    if given is None or ref.output or given.id < Model.ENTRY or node.id < Model.ENTRY:
        return None
    if sites.count(node.site) != 1:
        return None
    if sites.count(given.site) == 1:
        return ExchangeTensor(node.site, which, given.site)
    names = conflict.options.tensors_at(node.layer.site)
    held = [name for name, tensor in names.items() if tensor == ref]
    return ExchangeTensor(node.site, which, given.site, ref, held[0]) if held else None


def _pair(conflict: Conflict, step: Step) -> tuple[int, Node, int] | None:
    """Return an input, a later merge and its input that fit once they are exchanged."""
    model, tries = conflict.view.model, 0
    places = {node.id: place for place, node in enumerate(model.nodes)}
    here = places.get(step.node.id)
    if here is None or step.model is not model:
        return None
    mine = tensor_refs(step.node.args)
    given = conflict.view.given(step)
    if len(given) != len(mine):
        return None
    for there in range(here + 1, len(model.nodes)):
        other = model.nodes[there]
        refs = tensor_refs(other.args)
        for j, ref in enumerate(refs if len(refs) > 1 else ()):
            for i, own in enumerate(mine):
                if own == ref or places.get(ref.node, there) >= here or tries >= MOST_TRACES:
                    continue
                shape = conflict.view.trace.nodes[ref.node].outputs
                beside = {one[1:-1] for at, one in enumerate(given) if at != i}
                if ref.output == 0 and isinstance(shape, tuple) and beside != {shape[1:-1]}:
                    continue  # to trace it would only say the same
                tries += 1
                if _fits(conflict, model, (here, i, ref), (there, j, own)):
                    return i, other, j
    return None


def _fits(
    conflict: Conflict,
    model: Model,
    one: tuple[int, int, TensorRef],
    two: tuple[int, int, TensorRef],
) -> bool:
    """Return whether nothing is refused up to the second node, with another input for each."""
    nodes = list(model.nodes)
    for place, which, ref in (one, two):
        nodes[place] = replace(nodes[place], args=exchange(nodes[place].args, which, ref))
    trace = conflict.tracer.trace(replace(model, nodes=tuple(nodes)))
    return all(trace.nodes[node.id].status == "known" for node in nodes[: two[0] + 1])


def _words(conflict: Conflict, step: Step, own: TensorRef, other: Node, ref: TensorRef) -> str:
    shapes = [conflict.view.trace.nodes[each.node].outputs for each in (own, ref)]
    dims = [
        f"({', '.join(map(str, shape[1:]))})" if isinstance(shape, tuple) else "tensor"
        for shape in shapes
    ]
    return (
        f"two skip connections are exchanged: the {dims[1]} that a later "
        f"{other.layer.cls.rpartition('.')[2]} is given"
        f" fits here, and the {dims[0]} that is given here fits there"
    )
