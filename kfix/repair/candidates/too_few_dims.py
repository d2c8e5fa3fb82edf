"""A layer is given too few dims: an axis was lost on the way, or never there."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.model.origin import literals
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.collapse import misplaced
from kfix.repair.candidates.dimensions import other_dims, rank_in_words
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import named, value
from kfix.shapes.view import Step, elements, total, whole


def too_few(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """Yield what gives a step more dims: the layer before, the input, or another layout."""
    before = conflict.view.previous(step)
    if before is not None:
        yield from _kept_before(conflict, before, step, want)
    if step.collapses or step.is_pooling:
        yield from _nothing_to_pool(conflict, before, step, shape)
    yield from _reshape_behind(conflict, before, step, want)
    if before is None or before.is_input:
        yield from _input_axes(conflict, step, shape, want)
    vector = len(shape) == 2
    if vector and (before is None or not before.collapses):
        yield from _reshapes(conflict, step, shape, want)
    if vector and before is not None and before.is_dense and want in (4, 5):
        yield from _seed(conflict, step, before, want)
    target = conflict.target
    if vector and want == 3 and step.is_recurrent and target is not None and target.rank == 3:
        yield from _repeated(conflict, step, target.dims[0])
    yield from other_dims(conflict, step, shape)


def _repeated(conflict: Conflict, step: Step, steps: object) -> Iterator[Candidate]:
    """Yield the vector repeated for each step that is wanted of the output."""
    if isinstance(steps, int):
        why = f"{step.cls} needs a sequence: the vector is repeated for each of the {steps} steps"
        new = NewLayer("RepeatVector", ((None, steps),))
        yield from made(conflict.before(step, new), "repeat", why)


def _kept_before(conflict: Conflict, before: Step, step: Step, want: int) -> Iterator[Candidate]:
    """Yield what makes the layer before keep the axes that it drops."""
    if is_off(before):
        yield from _sequences(conflict, before, step)
    if before.collapses and not before.inserted:
        yield from misplaced(conflict, before, step)
    if before.made:
        return
    yield from _from_base(conflict, before, step)
    laid = value(before.core, "target_shape") if before.cls == "Reshape" else None
    if isinstance(laid, tuple | list) and want == len(laid) + 2:
        needs = f"{step.cls} needs {rank_in_words(want)}"
        why = f"{needs}: the Reshape before it leaves the channel axis out"
        yield from conflict.set([before], "target_shape", (*laid, 1), "input-channel", why)
    if before.is_flatten and step.is_recurrent and len(before.shape_in or ()) > 4:
        why = f"{step.cls} reads a sequence, and Flatten mixes its steps into one vector"
        yield from made(conflict.wrap(before), "wrap", why, -price("bridge"))


def _nothing_to_pool(
    conflict: Conflict, before: Step | None, step: Step, shape: Shape
) -> Iterator[Candidate]:
    """Yield the pooling taken out, or moved to where a map is."""
    why = f"{step.cls} is given {rank_in_words(len(shape))}: there is nothing to pool"
    yield from made(conflict.remove(step), "remove", why)
    dense = next((later for later in conflict.view.after(step) if later.is_dense), None)
    if dense is not None and (before is None or not before.collapses):
        edits = conflict.move(step, dense, "before")
        yield from made(edits, "move", f"{why} before {dense.cls}")


def _reshape_behind(
    conflict: Conflict, before: Step | None, step: Step, want: int
) -> Iterator[Candidate]:
    """Yield the Reshape behind the step moved before it, with units for what it takes."""
    needs = f"{step.cls} needs {rank_in_words(want)}"
    for later in conflict.view.after(step):
        shaped = value(later.core, "target_shape") if later.cls == "Reshape" else None
        if not isinstance(shaped, tuple | list) or len(shaped) != want - 1:
            continue
        why = f"{needs}, and the Reshape that makes it stands behind"
        moved, size = conflict.move(later, step, "before"), elements(tuple(shaped))
        yield from made(moved, "move", why)
        if (
            before is not None
            and before.is_dense
            and size not in (None, total(step.shape_in or ()))
        ):
            why += f", and takes {size} numbers"
            units = conflict.set([before], "units", size, "inner-units", why)
            for one in units:
                yield from one.along(moved, price("move"))


def _from_base(conflict: Conflict, base: Step, step: Step) -> Iterator[Candidate]:
    """Yield a base that gives its map in place of classes, or of a vector."""
    arguments = base.layer.arguments
    if not base.layer.is_application or any(one.keyword is None for one in arguments):
        return
    given = {name: argument.value for name, argument in named(base.layer).items()}
    if given.get("include_top") is not False:
        why = f"{step.cls} needs a map, and {base.layer.cls} with its top gives classes"
        yield from conflict.set([base], "include_top", False, "without-top", why)
    elif isinstance(given.get("pooling"), str):
        why = f"{step.cls} needs a map, and {base.layer.cls} pools it"
        yield from conflict.set([base], "pooling", None, "without-top", why)


def _sequences(conflict: Conflict, before: Step, step: Step) -> Iterator[Candidate]:
    """Yield return_sequences on every recurrent layer that feeds a layer which needs a sequence."""
    group, last = [before], step
    for after in conflict.view.after(before):
        if after.keeps:
            continue
        if after.is_recurrent:
            group += [last] if last.is_recurrent and after is not step and is_off(last) else []
        elif not (after.wrapped or after.is_convolution or after.is_pooling):
            break
        last = after
    why = f"{step.layer.cls} needs all the steps of {before.cls}, which gives only its last one"
    calls = {one.core.site for one in group}
    # The last layer that a loop makes would give all its steps, too.
    others = [one for one in conflict.view.steps if one.core.site in calls and one not in group]
    told = ("return_sequences", True, "sequences-on", why)
    yield from varied(conflict.set(group, *told), sure=not any(map(is_off, others)))
    if len(group) > 1:
        yield from conflict.set([before], *told, price("runner-up"))


def is_off(step: Step) -> bool:
    """Return whether a recurrent layer gives its last step alone."""
    return step.is_recurrent and value(step.core, "return_sequences") is False


def _input_axes(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """Yield the channel or feature axis that the input lacks."""
    dims, needs = shape[1:], f"{step.cls} needs {rank_in_words(want)}"
    if want != len(shape) + 1:
        return
    if step.layer.cls == "TimeDistributed":
        why, more = f"{step.layer.cls} needs a time axis", price("doubtful")
        yield from conflict.set_input(step, (None, *dims), "input-channel", why, more)
        return
    if want == 3 and "input_dim" in named(step.layer):
        told = f"input_dim of {step.cls} was the number of features, whatever the number of steps"
        yield from conflict.set_input(step, (None, *dims), "input-tuple", told)
    why = f"{needs}: the input lacks its {'feature' if want == 3 else 'channel'} axis"
    yield from conflict.set_input(step, (*dims, 1), "input-channel", why)
    if step.is_recurrent and len(dims) == 1:
        one = f"{needs}: the input is one step of {dims[0]} features"
        yield from conflict.set_input(step, (1, *dims), "input-channel", one, price("bridge"))
    if whole(shape):
        new = conflict.before(step, NewLayer("Reshape", ((None, (*dims, 1)),)))
        yield from made(new, "reshape", f"{why}, which a Reshape can add", price("runner-up"))


def _reshapes(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """Yield a vector laid out as a map or a sequence."""
    count = total(shape)
    if count is None or want not in (3, 4, 5):
        return
    why = f"{step.cls} needs {rank_in_words(want)}, and gets a vector of {count}"
    factors = _factors(conflict, step)
    # Many layouts have that many elements: one is meant where the program writes its factors.
    found = sorted(layouts(count, want - 1), key=lambda dims: not set(dims) <= (factors or set()))
    for i, dims in enumerate(found):
        edits = conflict.before(step, NewLayer("Reshape", ((None, dims),)))
        more = price("shared") + price("next") * i
        sure = factors is None or set(dims) <= factors
        yield from made(edits, "reshape", f"{why}: laid out as {dims}", more, sure)


def _factors(conflict: Conflict, step: Step) -> set[object] | None:
    """Return the numbers that the length of the vector before a step is made of in the source.

    `None` stands for a declared input, whose length says nothing.
    """
    ways = (one for one in conflict.view.before(step) if not (one.keeps or one.is_flatten))
    before = next(ways, None)
    if before is None or before.is_input:
        return None
    units = named(before.core).get("units") if before.is_dense else None
    if units is None or units.origin is None:
        return set()
    return {1, *(literal.value for literal in literals(units.origin))}


NEARLY, MOST_SIDE, MOST_SEEDS = 0.05, 32, 8
"""By what share a map may differ from a number of units, its largest side, how many are tried."""


def _seed(conflict: Conflict, step: Step, dense: Step, want: int) -> Iterator[Candidate]:
    """Yield a square map that has nearly as many elements as a Dense units, and the units."""
    count = total(dense.shape_out or ())
    if count is None:
        return
    for i, (_, dims) in enumerate(_nearly(count, want - 2)[:MOST_SEEDS]):
        units = elements(dims)
        needs = f"{step.cls} needs {rank_in_words(want)}"
        why = f"{needs}: {dense.cls} gives {count} numbers, {units} could be laid out as {dims}"
        reshape = conflict.before(step, NewLayer("Reshape", ((None, dims),)))
        for one in conflict.set([dense], "units", units, "inner-units", why):
            yield from one.along(reshape, price("reshape") + price("next") * i)


def _nearly(count: int, space: int) -> list[tuple[float, tuple[int, ...]]]:
    """Return the square maps of nearly that many elements, each behind the share it is off by."""
    found = []
    for side in range(2, MOST_SIDE + 1):
        channels = round(count / side**space)
        off = abs(side**space * channels - count) / count
        if channels > 0 and 0 < off < NEARLY:
            found.append((off, (*(side,) * space, channels)))
    return sorted(found)


def layouts(count: int, dims: int, most: int = 10) -> list[tuple[int, ...]]:
    """Return likely shapes of `count` elements for a map or a sequence, the likeliest first."""
    found: list[tuple[int, ...]] = [(count, 1), (1, count)]
    if dims == 2:
        sides = [side for side in range(2, min(count, 129)) if count % side == 0]
        return [*found, *((side, count // side) for side in sides)][:most]
    space = dims - 1
    sides = [side for side in range(2, 129) if count % side**space == 0]
    found = [(*(side,) * space, count // side**space) for side in sides if side**space <= count]
    # Few channels on a large map is an image, many on a small one a seed: both before the middle.
    found.sort(key=lambda shape: (shape[-1] not in (1, 3), shape[0] not in (4, 7, 8), shape[0]))
    return found[:most]
