"""A dim that must be a number is variable: Flatten of a map of variable size before a Dense."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer
from kfix.model.words import sizes_batch
from kfix.repair.candidate import Candidate, advice, made
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.spoken import named_number
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield a global pooling in place of the Flatten, or the variable axis at its place."""
    step = conflict.step
    if step is None:
        return
    if value(step.core, "stateful") is True:
        yield from _stateful(conflict, step)
        return
    before = conflict.view.previous(step)
    yield from _input(conflict, step)
    if before is None or not before.is_flatten or before.shape_in is None:
        return
    shape = before.shape_in
    source = conflict.view.previous(before) or before
    dims = ", ".join(str(dim) for dim in shape)
    for cls, key in options(conflict, shape, source, step):
        if cls != "Flatten":
            why = (
                f"Flatten of ({dims}) has no fixed length; {cls} returns "
                f"{shape[-1]} features for any size"
            )
            yield from made(conflict.replace(before, NewLayer(cls)), key, why)


def _stateful(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the batch size of `fit` at the Input, or the advice to declare it."""
    root, batch = conflict.root(step), conflict.options.batch
    why = f"{step.cls} is stateful, and keeps a state for each sample of a batch"
    yield advice(f"{why}: declare the Input with batch_shape=(batch size, …)")
    if root is None or batch is None:
        return
    size = named_number(conflict.options.at_hand(root.layer.site), batch, sizes_batch)
    if root.is_input:
        yield from conflict.set([root], "batch_size", size, "input-batch", why)
    else:
        yield from made(conflict.declared_before(root, "batch_size", size), "input-batch", why)


def _input(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the input without the batch, or with its steps in front of its features."""
    root = conflict.root(step)
    shape = None if root is None else root.shape_out if root.is_input else root.shape_in
    if root is None or shape is None or len(shape) < 3:
        return
    dims = shape[1:]
    if dims[0] is None and dims[-1] is not None:
        why = f"the batch does not belong in the input shape: {dims[1:]} is one sample"
        yield from conflict.set_input(step, dims[1:], "input-samples", why)
    elif len(dims) == 2 and dims[-1] is None and isinstance(dims[0], int):
        why = f"the steps stand before the features: {dims[::-1]}"
        yield from conflict.set_input(step, dims[::-1], "input-samples", why)
