"""A layer is given too few dims: an axis was lost on the way, or never there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, takewhile
from math import isqrt, prod

from kfix.model.graph import Shape
from kfix.model.origin import literals
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.collapse import misplaced
from kfix.repair.candidates.dimensions import other_dims, rank_in_words
from kfix.repair.candidates.pace import divides
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import named, value
from kfix.shapes.view import Step, elements, first_step, nearest, total, whole

OF_BASE = (
    ("include_top", False, "with its top returns classes"),
    ("pooling", None, "pools it"),
)
"""The arguments of a base that take its map away, the values that leave it, what they do else."""


def too_few(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """Yield what gives a step more dims: the layer before, the input, or another layout."""
    before = conflict.view.previous(step)
    needs = f"{step.cls} needs {rank_in_words(want)}"
    if before is not None:
        yield from _kept_before(conflict, before, step, want)
    if step.collapses or step.is_pooling:
        yield from _nothing_to_pool(conflict, before, step, shape)
    yield from _reshape_behind(conflict, step, want, needs)
    if len(shape) == want - 1:
        yield from _one_axis_more(conflict, step, shape, needs)
    if len(shape) == 2:
        yield from _of_vector(conflict, step, shape, want, needs)
    yield from other_dims(conflict, step, shape)


def _one_axis_more(conflict: Conflict, step: Step, shape: Shape, needs: str) -> Iterator[Candidate]:
    """Yield the one axis that is missing: of a map, or of the declared input."""
    before = conflict.view.previous(step)
    if len(shape) > 2:
        yield from _map_again(conflict, step, shape, needs)
    if before is None or before.is_input:
        yield from _input_axes(conflict, step, shape, needs)


def _kept_before(conflict: Conflict, before: Step, step: Step, want: int) -> Iterator[Candidate]:
    """Yield what makes the layer before keep the axes that it drops."""
    last = before if before.returns_last else _last_step(conflict, step)
    if last is not None:
        yield from _sequences(conflict, last, step)
    if before.collapses and not before.inserted:
        yield from misplaced(conflict, before, step)
    if before.made:
        return
    yield from _from_base(conflict, before, step)
    if before.cls == "Reshape" and want == before.rank_out + 1:
        needs = f"{step.cls} needs {rank_in_words(want)}"
        why = f"{needs}: the Reshape before it leaves the channel axis out"
        laid_out = (*(before.shape_out or ())[1:], 1)
        yield from conflict.set([before], "target_shape", laid_out, "input-channel", why)
    if before.is_flatten and step.is_recurrent and before.rank_in > 4:
        why = f"{step.cls} reads a sequence, and Flatten mixes its steps into one vector"
        yield from made(conflict.wrap(before), "wrap", why, -price("bridge"))


def _last_step(conflict: Conflict, step: Step) -> Step | None:
    """Return the recurrent layer that drops the axis of the steps, behind which no rank changes."""
    rank = step.rank_in
    return nearest(
        conflict.view.spine(step.sources[0]),
        lambda found: found.returns_last and found.rank_out == rank,
        lambda found: found.rank_out == rank,
    )


def _map_again(conflict: Conflict, step: Step, shape: Shape, needs: str) -> Iterator[Candidate]:
    """Yield the steps of a sequence laid out as the map that they were made of, or as a square."""
    steps = shape[1]
    if not isinstance(steps, int) or not whole(shape):
        return
    way = conflict.view.spine(step.sources[0])
    of_map = (one for one in way if one.cls == "Reshape" and (one.rank_in, len(shape)) == (4, 3))
    laid_out = (one.shape_in or () for one in of_map)
    found = [dims for given in laid_out for dims in _as_before(shape, given)]
    source = conflict.view.source(step)
    for dims in dict.fromkeys(found or _as_square(steps, shape[2:])):
        layer = new("Reshape", dims)
        edits = conflict.before(step, layer)
        if source is not None and len(source.users) > 1:  # the others take the map, too
            edits = conflict.behind(source, layer)
        why = f"{needs}: the sequence becomes one of {dims[:2]}"
        yield from made(edits, "reshape", why, sure=bool(found))


def _as_square(steps: int, features: Shape) -> Iterator[Shape]:
    """Yield a sequence laid out as a square map, where it has as many steps as one."""
    side = isqrt(steps)
    if side * side == steps > 1:
        yield (side, side, *features)


def _as_before(shape: Shape, given: Shape) -> Iterator[Shape]:
    """Yield a sequence laid out as a map: its steps are the places, or the rows, of that."""
    _, steps, width = shape
    if elements(given[1:3]) == steps:
        yield (*given[1:3], width)
    columns = given[2]
    if given[1] == steps and isinstance(width, int) and columns and width % columns == 0:
        yield (steps, columns, width // columns)


def _nothing_to_pool(
    conflict: Conflict, before: Step | None, step: Step, shape: Shape
) -> Iterator[Candidate]:
    """Yield the pooling taken out, or moved to where a map is."""
    why = f"the input of {step.cls} is {rank_in_words(len(shape))}: there is nothing to pool"
    yield from made(conflict.remove(step), "remove", why)
    dense = first_step(conflict.view.after(step), lambda later: later.is_dense)
    if dense is not None and (before is None or not before.collapses):
        edits = conflict.move(step, dense, "before")
        yield from made(edits, "move", f"{why} before {dense.cls}")


def _reshape_behind(conflict: Conflict, step: Step, want: int, needs: str) -> Iterator[Candidate]:
    """Yield the Reshape behind the step moved before it, with units for what it takes."""
    before = conflict.view.previous(step)
    for later in conflict.view.after(step):
        if len(later.laid_out) != want - 1:
            continue
        why = f"{needs}, and the Reshape that makes it stands behind"
        moved, size = conflict.move(later, step, "before"), elements(later.laid_out)
        yield from made(moved, "move", why)
        if (
            before is not None
            and before.is_dense
            and size not in (None, total(step.shape_in or ()))
        ):
            why += f", and expects {size} elements"
            for one in conflict.set([before], "units", size, "inner-units", why):
                yield from one.along(moved, price("move"))


def _from_base(conflict: Conflict, base: Step, step: Step) -> Iterator[Candidate]:
    """Yield a base that gives its map in place of classes, or of a vector."""
    if not base.layer.is_application or None in (one.keyword for one in base.layer.arguments):
        return
    for name, kept, does in OF_BASE:
        if value(base.layer, name) != kept:
            why = f"{step.cls} needs a feature map, and {base.layer.cls} {does}"
            yield from conflict.set([base], name, kept, "without-top", why)
            return


def _sequences(conflict: Conflict, before: Step, step: Step) -> Iterator[Candidate]:
    """Yield return_sequences on every recurrent layer that feeds a layer which needs a sequence."""
    changing = (later for later in conflict.view.after(before) if not later.keeps)
    chain = takewhile(lambda one: one.is_recurrent or one.wrapped or one.has_window, changing)
    feeding = [one for one, behind in pairwise(chain) if one.returns_last and behind.is_recurrent]
    group = [before, *feeding]
    why = f"{step.layer.cls} needs all the steps of the {before.cls} before it, which returns one"
    calls = {one.core.site for one in group}
    # The last layer that a loop makes would give all its steps, too.
    others = [one for one in conflict.view.steps if one.core.site in calls and one not in group]
    setting = ("return_sequences", True, "sequences-on", why)
    sure = not any(one.returns_last for one in others)
    yield from varied(conflict.set(group, *setting), sure=sure)
    if feeding:
        yield from conflict.set([before], *setting, price("runner-up"))


def _input_axes(conflict: Conflict, step: Step, shape: Shape, needs: str) -> Iterator[Candidate]:
    """Yield the channel or feature axis that the input lacks."""
    dims, axis = shape[1:], "channel"
    if step.layer.cls == "TimeDistributed":
        why, more = f"{step.layer.cls} needs a time axis", price("doubtful")
        yield from conflict.set_input(step, (None, *dims), "input-channel", why, more)
        return
    if len(dims) == 1:
        axis = "feature"
        if "input_dim" in named(step.layer):
            features = (
                f"input_dim of {step.cls} was the number of features, whatever the number of steps"
            )
            yield from conflict.set_input(step, (None, *dims), "input-tuple", features)
    if len(dims) == 1 and step.is_recurrent:
        one = f"{needs}: the input is one step of {dims[0]} features"
        yield from conflict.set_input(step, (1, *dims), "input-channel", one, price("bridge"))
    why = f"{needs}: the input lacks its {axis} axis"
    yield from conflict.set_input(step, (*dims, 1), "input-channel", why)
    if whole(shape):
        edits = conflict.before(step, new("Reshape", (*dims, 1)))
        yield from made(edits, "reshape", f"{why}, which a Reshape can add", price("runner-up"))


def _of_vector(
    conflict: Conflict, step: Step, shape: Shape, want: int, needs: str
) -> Iterator[Candidate]:
    """Yield a vector laid out, or repeated for each step that is expected of the output."""
    before, target, count = conflict.view.previous(step), conflict.target, total(shape)
    if count is not None and want in (3, 4, 5):
        if before is None or not before.collapses:
            yield from _reshapes(conflict, step, count, want, needs)
        if want > 3:
            yield from _seed(conflict, step, want, needs)
            yield from _seed_of_target(conflict, step, want, needs)
    steps = target.dims[0] if target is not None and target.rank == 3 else None
    if want == 3 and step.is_recurrent and isinstance(steps, int):
        why = f"{step.cls} needs a sequence: the vector is repeated for each of the {steps} steps"
        yield from made(conflict.before(step, new("RepeatVector", steps)), "repeat", why)


def _reshapes(
    conflict: Conflict, step: Step, count: int, want: int, needs: str
) -> Iterator[Candidate]:
    """Yield a vector laid out as a map or a sequence."""
    why = f"{needs}, and its input is a vector of {count}"
    factors = _factors(conflict, step)
    # Many layouts have that many elements: one is meant where the program writes its factors.
    found = sorted(layouts(count, want - 1), key=lambda dims: not set(dims) <= (factors or set()))
    for i, dims in enumerate(found):
        edits = conflict.before(step, new("Reshape", dims))
        more = price("shared") + price("next") * i
        sure = factors is None or set(dims) <= factors
        yield from made(edits, "reshape", f"{why}: laid out as {dims}", more, sure)


def _factors(conflict: Conflict, step: Step) -> set[object] | None:
    """Return the numbers that the length of the vector before a step is made of in the source.

    `None` stands for a declared input, whose length says nothing.
    """
    way = conflict.view.before(step)
    before = nearest(way, lambda one: not (one.keeps or one.is_flatten), lambda _: True)
    if before is None or before.is_input:
        return None
    units = named(before.core).get("units") if before.is_dense else None
    if units is None or units.origin is None:
        return set()
    return {1, *(literal.value for literal in literals(units.origin))}


NEARLY, MOST_SIDE, MOST_SEEDS = 0.05, 32, 8
"""By what share a map may differ from a number of units, its largest side, how many are tried."""


def _seed(conflict: Conflict, step: Step, want: int, needs: str) -> Iterator[Candidate]:
    """Yield a square map that has nearly as many elements as a Dense units, and the units."""
    dense, count = conflict.view.previous(step), total(step.shape_in or ())
    if dense is None or not dense.is_dense or count is None:
        return
    for i, (_, dims) in enumerate(_nearly(count, want - 2)[:MOST_SEEDS]):
        units = elements(dims)
        why = f"{needs}: {dense.cls} has {count} units, and {units} are needed for {dims}"
        reshape = conflict.before(step, new("Reshape", dims))
        for one in conflict.set([dense], "units", units, "inner-units", why):
            yield from one.along(reshape, price("reshape") + price("next") * i)


def _seed_of_target(conflict: Conflict, step: Step, want: int, needs: str) -> Iterator[Candidate]:
    """Yield the map that becomes the target by what enlarges it behind, and the units for that."""
    dense, target = conflict.view.previous(step), conflict.target
    if dense is None or not dense.is_dense or target is None or target.rank != want:
        return
    behind = [step, *conflict.view.after(step)]
    factor = divides(one for one in behind if one.enlarges).denominator
    sizes = [size for size in target.dims[:-1] if isinstance(size, int) and size % factor == 0]
    width = next((value(one.core, "filters") for one in behind if one.is_convolution), None)
    if factor < 2 or len(sizes) != want - 2 or not isinstance(width, int):
        return
    dims = (*(size // factor for size in sizes), width)
    why = f"{needs}: {dims} becomes the expected map, enlarged by {factor}"
    reshape = conflict.before(step, new("Reshape", dims))
    for one in conflict.set([dense], "units", prod(dims), "inner-units", why):
        yield from varied(one.along(reshape, price("reshape") + price("bridge")), sure=False)


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
    space = dims - 1
    sides = [side for side in range(2, 129) if count % side**space == 0 and side**space <= count]
    found = [(*(side,) * space, count // side**space) for side in sides]
    if dims == 2:
        return [(count, 1), (1, count), *found][:most]
    # Few channels on a large map is an image, many on a small one a seed: both before the middle.
    found.sort(key=lambda shape: (shape[-1] not in (1, 3), shape[0] not in (4, 7, 8), shape[0]))
    return found[:most]
