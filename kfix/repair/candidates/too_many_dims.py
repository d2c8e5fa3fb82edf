"""A layer is given too many dims: a map where it takes a sequence or a vector."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import heads, options
from kfix.repair.candidates.dimensions import map_before, other_dims, rank_in_words
from kfix.repair.candidates.too_few_dims import is_off
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def too_many(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """Yield what gives a step fewer dims: the layer before, a layer between, or the input."""
    before = conflict.view.previous(step)
    takes = f"{step.cls} takes {rank_in_words(want)}"
    if want == len(shape) - 1:
        yield from _one_too_many(conflict, before, step, takes)
    if want == 2:
        yield from heads(conflict, step, None)
    elif want == 3 and len(shape) == 4:
        yield from _rows(conflict, before, step, shape)
    elif want == 3 and len(shape) in (5, 6):
        yield from _steps(conflict, before or step, step, shape)
    if want == len(shape) - 1 and (before is None or before.is_input):
        yield from _input_axes(conflict, step, shape[1:], takes)
    if step.collapses or step.is_pooling:
        why = f"{takes}, and is given {rank_in_words(len(shape))}"
        yield from made(conflict.remove(step), "remove", why, price("doubtful"))
    yield from other_dims(conflict, step, shape)


def _one_too_many(
    conflict: Conflict, before: Step | None, step: Step, takes: str
) -> Iterator[Candidate]:
    """Yield what takes the axis of the steps away, or works on each of them."""
    if before is not None and before.is_recurrent and not is_off(before):
        why = f"{takes}, and {before.cls} gives all its steps"
        yield from conflict.set([before], "return_sequences", False, "sequences-off", why)
    yield from _tokens(conflict, before, step)
    if step.is_convolution or step.is_pooling or step.collapses:
        yield from _images(conflict, before, step)


def _rows(conflict: Conflict, before: Step | None, step: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield each row of a map as one step of a sequence; columns are as good steps as rows."""
    height, width, channels = shape[1:]
    reads = f"{step.cls} reads a sequence: each row of the map"
    if isinstance(width, int) and isinstance(channels, int):
        features = width * channels
        rows = height if isinstance(height, int) else -1
        new = NewLayer("Reshape", ((None, (rows, features)),))
        why = f"{reads} becomes one step of {features} features"
        yield from made(conflict.before(step, new), "reshape", why, sure=False)
    if None in (width, channels):
        return
    flat = conflict.before(step, NewLayer("TimeDistributed", ((None, NewLayer("Flatten")),)))
    why = f"{reads} is flattened to one step"
    if before is not None and before.layer.cls == "TimeDistributed":
        yield from made(flat, "wrap", f"{why}, as before", -price("bridge"))
    else:
        yield from made(flat, "time-distributed", why, sure=False)


def _input_axes(conflict: Conflict, step: Step, dims: Shape, takes: str) -> Iterator[Candidate]:
    """Yield the input without the number of samples, or without a last axis of one."""
    if len(dims) < 2:
        return
    why = f"{takes}: the number of samples does not belong in the input shape"
    others = max((dim for dim in dims[1:] if isinstance(dim, int)), default=0)
    few = isinstance(dims[0], int) and dims[0] < others
    known = dims[0] is None or (isinstance(dims[0], int) and not few)
    more = 0.0 if known else price("samples-few")
    yield from conflict.set_input(step, dims[1:], "input-samples", why, more)
    if dims[-1] == 1:
        why = f"{takes}: the last axis of the input is one too many"
        yield from conflict.set_input(step, dims[:-1], "input-channel", why, price("doubtful"))


def _tokens(conflict: Conflict, words: Step | None, step: Step) -> Iterator[Candidate]:
    """Yield one axis for the input of an Embedding, which takes one row of word numbers."""
    shape = words.shape_in if words is not None and words.cls == "Embedding" else None
    if words is None or shape is None or len(shape) != 3:
        return
    first, second = shape[1:]
    why = f"Embedding takes a row of word numbers per sample, and {step.cls} a row of word vectors"
    of_one = second in (1, value(words.core, "input_dim"))
    more = 0.0 if of_one or first in (None, 1) else price("doubtful")
    yield from conflict.set_input(words, (first if of_one else second,), "input-words", why, more)


def _steps(conflict: Conflict, source: Step, step: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield a vector of the map of each step, for a layer that reads a sequence of vectors."""
    for cls, key in options(conflict, (shape[0], *shape[2:]), source, step):
        new = NewLayer("TimeDistributed", ((None, NewLayer(cls)),))
        why = f"{step.cls} reads a sequence of vectors: {cls} makes one of the map of each step"
        yield from made(conflict.before(step, new), key, why)


def _images(conflict: Conflict, before: Step | None, step: Step) -> Iterator[Candidate]:
    """Yield TimeDistributed around a layer for one image and those that follow it."""
    group, recurrent = [step], False
    for after in conflict.view.after(step):
        if after.is_convolution or after.is_pooling or after.collapses:
            group.append(after)
        elif not after.keeps:
            recurrent = after.is_recurrent
            break
    if not recurrent:
        group = [one for one in group if not one.collapses]
    # The layers before it give a sequence on purpose, unless they are those of a map.
    given = before is not None and not before.is_input and not map_before(conflict, step)
    why = f"{step.cls} works on one image, and is given a sequence of them"
    more = 0.0 if recurrent or given else price("doubtful")
    yield from made(conflict.wrap_all(group) or None, "wrap", why, more)
