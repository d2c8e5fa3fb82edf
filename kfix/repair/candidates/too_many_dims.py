"""A layer is given too many dims: a map where it takes a sequence or a vector."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from kfix.model.graph import Shape
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import heads, options
from kfix.repair.candidates.dimensions import map_before, other_dims, rank_in_words
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import Gap
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step, elements, nearest


def too_many(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """Yield what gives a step fewer dims: the layer before, a layer between, or the input."""
    takes = f"{step.cls} takes {rank_in_words(want)}"
    if want == len(shape) - 1:
        yield from _one_too_many(conflict, step, shape[1:], takes)
    if want == 2:
        yield from heads(conflict, Gap(step))
    elif want == 3 and len(shape) == 4:
        yield from _rows(conflict, step, shape)
    elif want == 3:
        yield from _steps(conflict, step, shape)
    if step.collapses or step.is_pooling:
        why = f"{takes}, and its input is {rank_in_words(len(shape))}"
        yield from made(conflict.remove(step), "remove", why, price("doubtful"))
    yield from other_dims(conflict, step, shape)


def _one_too_many(conflict: Conflict, step: Step, dims: Shape, takes: str) -> Iterator[Candidate]:
    """Yield what takes an axis away, of the steps or of the input, or works on each step."""
    before = conflict.view.previous(step)
    if before is None or before.is_input:
        yield from _input_axes(conflict, step, dims, takes)
    elif before.is_recurrent and not before.returns_last:
        why = f"{takes}, and {before.cls} returns all steps"
        yield from conflict.set([before], "return_sequences", False, "sequences-off", why)
    elif before.cls == "Embedding" and before.rank_in == 3:
        yield from _words(conflict, before, step)
    if step.has_window or step.collapses:
        yield from _images(conflict, before, step)


def _rows(conflict: Conflict, step: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield each row of a map as one step of a sequence; columns are as good steps as rows."""
    before, features = conflict.view.previous(step), elements(shape[2:])
    reads = f"{step.cls} reads a sequence: each row of the feature map"
    if features is not None:
        rows = shape[1] if isinstance(shape[1], int) else -1
        dims: Shape = (rows, features)
        why = f"{reads} becomes one step of {features} features"
        if rows == 1:  # the axes behind a single row are the sequence
            dims, why = shape[2:], f"{step.cls} reads a sequence, without the axis of size 1"
        edits = conflict.before(step, new("Reshape", dims))
        yield from made(edits, "reshape", why, sure=False)
    if None in shape[2:]:
        return
    flat = conflict.before(step, new("TimeDistributed", new("Flatten")))
    why = f"{reads} is flattened to one step"
    if before is not None and before.layer.cls == "TimeDistributed":
        yield from made(flat, "wrap", f"{why}, as before", -price("bridge"))
    else:
        yield from made(flat, "time-distributed", why, sure=False)


def _input_axes(conflict: Conflict, step: Step, dims: Shape, takes: str) -> Iterator[Candidate]:
    """Yield the input without the number of samples, or without a last axis of one."""
    first, *rest = dims
    if not rest:
        return
    why = f"{takes}: the number of samples does not belong in the input shape"
    others = max((dim for dim in rest if isinstance(dim, int)), default=0)
    many = first in (None, 1) or (isinstance(first, int) and first >= others)
    more = price("samples-few") * (not many)
    yield from conflict.set_input(step, rest, "input-samples", why, more)
    if rest[-1] == 1:
        why = f"{takes}: the last axis of the input is one too many"
        yield from conflict.set_input(step, dims[:-1], "input-channel", why, price("doubtful"))


def _words(conflict: Conflict, words: Step, step: Step) -> Iterator[Candidate]:
    """Yield one axis for the input of an Embedding, which takes one row of word numbers."""
    _, first, second = words.shape_in or ()
    kept, more = second, price("doubtful")
    if second in (1, value(words.core, "input_dim")):
        kept, more = first, 0.0
    elif first in (None, 1):
        more = 0.0
    why = f"Embedding takes a row of word indices per sample, and {step.cls} a row of vectors"
    yield from conflict.set_input(words, (kept,), "input-words", why, more)


def _steps(conflict: Conflict, step: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield a vector of the map of each step, for a layer that reads a sequence of vectors."""
    source = conflict.view.previous(step) or step
    if len(shape) not in (5, 6):
        return
    for cls, key in options(conflict, (shape[0], *shape[2:]), source, step):
        why = f"{step.cls} reads a sequence of vectors: {cls} makes one of each step"
        yield from made(conflict.before(step, new("TimeDistributed", new(cls))), key, why)


def _of_image(step: Step) -> bool:
    return step.has_window or step.collapses


def _images(conflict: Conflict, before: Step | None, step: Step) -> Iterator[Candidate]:
    """Yield TimeDistributed around a layer for one image and those that follow it."""
    chain = [step, *conflict.view.after(step)]
    run = takewhile(lambda one: _of_image(one) or one.keeps, chain)
    end = nearest(chain, lambda one: not (_of_image(one) or one.keeps), lambda _: True)
    recurrent = end is not None and end.is_recurrent
    group = [one for one in run if one.has_window or (one.collapses and recurrent)]
    # The layers before it give a sequence on purpose, unless they are those of a map.
    given = before is not None and not before.is_input and not map_before(conflict, step)
    why = f"{step.cls} works on one image, and its input is an image sequence"
    more = price("doubtful") * (not (recurrent or given))
    yield from made(conflict.wrap_all(group) or None, "wrap", why, more)
