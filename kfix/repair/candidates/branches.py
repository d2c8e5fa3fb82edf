"""The layers of the branches that meet in a merge, turned until both are of one size and width."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer, Number, ValueOf
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.pace import strides_between
from kfix.repair.candidates.scaling import more_layers, scale
from kfix.repair.candidates.seed import seeds
from kfix.repair.candidates.size import padding_of, wide
from kfix.repair.conflict import Conflict
from kfix.repair.merges import Side, as_written
from kfix.repair.numbers import like, most
from kfix.repair.prices import price
from kfix.repair.resize import Ask, resized
from kfix.repair.trail import sizes_for
from kfix.shapes.arguments import value
from kfix.shapes.view import Step, View

PACES = ("strides", "pool_size")

CLOSE = 2
"""Beyond this factor another tensor is meant; no layer is missing."""

MOST_POOLED = 8
"""The largest window of a pooling that is put in at the start of a branch."""


def branches(side: Side) -> Iterator[Candidate]:
    """Yield the turns of the layers of both branches that bring them together."""
    merge = side.merge
    if merge.matches_channels(side):
        yield from _widths(side)
    if side.shape[1:-1] == side.wanted[1:-1]:
        return
    verb = "joins" if merge.joined else "adds"
    why = f"a branch changes its size, and {merge.step.title} {verb} it to what has kept it"
    yield from _padding(side, why)
    yield from _paces_of_all(merge.conflict)
    for one in side.both:
        sizes = (*one.wanted[1:-1], (one if merge.joined else one.other).shape[-1])
        want = sizes_for(one.shape[1:], sizes)
        yield from varied(seeds(merge.conflict, one.source, want), -price("edge-seed"))
        if not merge.joined:
            yield from _paced(one)
        # Where they are joined another tensor may be meant: the skip of the next level.
        yield from varied(_rescaled(one, why), sure=not merge.joined)


def _widths(side: Side) -> Iterator[Candidate]:
    """Yield the width of either input set to that of the other.

    What is weighed is made before its weights, unless these are repeated for each of its elements.
    """
    merge = side.merge
    for one in (side, side.other):
        want, spine = one.wanted[-1], merge.view.spine(one.source)
        if not isinstance(want, int) or want == one.shape[-1]:
            continue
        repeats = any(found.cls == "RepeatVector" for found in spine)
        more = price("branch") * (merge.weighs and not repeats)
        yield from varied(solve(merge.conflict, one.source, -1, want, "inner-units"), more)


def _padding(side: Side, why: str) -> Iterator[Candidate]:
    """Yield padding='same' on the layers without it: before the parting, behind it, everywhere."""
    merge = side.merge
    view, put = merge.view, merge.conflict.set
    one, another = view.ancestors(side.other.source), view.ancestors(side.source)
    valid, before = _valid(view, one ^ another), _valid(view, one & another)
    if before:
        odd = (
            f"what {merge.step.title} merges comes from a map of an odd size: with "
            "padding='same' it would be even"
        )
        yield from put([*before, *valid], "padding", "same", "same", odd, price("branch"))
    whole = _valid(view, set(range(len(view.steps))))
    enlarges = any(found.enlarges for found in view.steps)
    if enlarges and 1 < len(before) + len(valid) < len(whole):
        lost = (
            f"what {merge.step.title} merges has lost borders of different widths: with "
            "padding='same' none is lost"
        )
        yield from put(whole, "padding", "same", "same", lost)
    yield from put(valid, "padding", "same", "same", why)
    if len(valid) > 1:
        for found in valid:
            yield from put([found], "padding", "same", "same-some", why)


def _valid(view: View, places: set[int]) -> list[Step]:
    """Return the convolutions and the poolings of stride 1 without padding at these places."""
    found = [view.steps[place] for place in sorted(places)]
    usable = [step for step in found if not (step.is_transposed or step.made)]
    return [step for step in usable if padding_of(step) == "valid" and _loses_border(step)]


def _loses_border(step: Step) -> bool:
    """Return whether it looks at neighbours, and is not there to divide the size."""
    if not step.is_pooling:
        return step.is_convolution and wide(step)
    strides = most(value(step.core, "strides") or 2)
    return strides == 1 < most(value(step.core, "pool_size"))


def _paces_of_all(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the window of all poolings as the factor of all that enlarge, or the reverse."""
    steps = [found for found in conflict.view.steps if not found.made]
    up = [found for found in steps if found.is_upsampling]
    down = [found for found in steps if found.is_pooling]
    down = [found for found in down if most(value(found.core, "strides") or 0) <= 1]
    divides = {most(value(one.core, "pool_size")) for one in down}
    multiplies = {most(value(one.core, "size")) for one in up}
    if min(len(down), len(up)) < 2 or not len(divides) == len(multiplies) == 1:
        return
    if divides == multiplies:
        return
    by, times = divides.pop(), multiplies.pop()
    why = f"every pooling divides the size by {by}, and every {up[0].cls} multiplies it by {times}"
    window = like(value(down[0].core, "pool_size"), times)
    yield from conflict.set(down, "pool_size", window, "pool-size", why)
    size = like(value(up[0].core, "size"), by)
    yield from conflict.set(up, "size", size, "upsampling", why, price("branch"))


def _paced(side: Side) -> Iterator[Candidate]:
    """Yield the strides of the branch on the 1×1 convolution of the shortcut, which has none."""
    conflict, other = side.merge.conflict, next(one for one in range(2) if one != side.which)
    convolutions = [one for one in side.own() if one.is_convolution and not one.made]
    strides = strides_between(side.shape, side.wanted, (), ())
    if strides in (None, 1) or len(convolutions) != 1 or convolutions[0].is_transposed:
        return
    [found] = convolutions
    if max(most(value(found.core, name)) for name in ("kernel_size", "strides")) > 1:
        return
    pace = as_written(conflict, Side(side.merge, other, side.which).own(), PACES, strides)
    new = Number(strides, pace) if isinstance(pace, ValueOf) else strides
    why = (
        f"the branch that {side.merge.step.title} adds divides the size by {strides}, "
        "and the convolution on the shortcut does not"
    )
    yield from conflict.set([found], "strides", new, "shortcut-strides", why)


def _rescaled(side: Side, why: str) -> Iterator[Candidate]:
    """Yield turns of the layers of one branch alone that bring it to the size of the other.

    Or one layer more, of the kind that is missing there.
    """
    conflict, space, dims = side.merge.conflict, side.merge.space, len(side.shape) - 2
    branch = [found for found in side.own() if not found.made]
    want = sizes_for(side.shape[space], side.wanted[space], space.start)
    within = {found.place for found in branch}
    more = price("branch"), price("far")
    yield from resized(conflict, Ask(side.source, want, why, *more, "inner-units", within))
    ratio = scale(side.wanted[1:-1], side.shape[1:-1])
    if ratio is None or not 1 <= dims <= 3:
        return
    if 1 / CLOSE <= ratio <= CLOSE:
        yield from varied(more_layers(conflict, ratio, dims, branch, None), price("branch"))
    factor = round(1 / ratio)
    if not branch or len(branch[-1].sources) != 1 or not 2 <= factor <= MOST_POOLED:
        return
    pool = NewLayer(f"MaxPooling{dims}D", ((None, factor),))
    behind = (
        f"the map is {factor} times as large as the one it is merged with: "
        "a pooling where the two part"
    )
    enlarges = any(found.enlarges for found in branch)
    # A shortcut that has a convolution of its own is to be set right, not to be given more.
    own = any(found.is_convolution for found in branch) and not enlarges
    key = "counterpart" if enlarges else "insert-pooling"
    yield from made(conflict.before(branch[-1], pool), key, behind, price("far") * own)


def divided(view: View, step: Step) -> int:
    """Return by how much the deepest way to a merge divides the map."""
    factors: dict[int, int] = {}
    for place in sorted(view.ancestors(step.place)):
        found = view.steps[place]
        deepest = max((factors.get(source, 1) for source in found.sources), default=1)
        factors[place] = deepest * _divides(found)
    return max(factors.values(), default=1)


def _divides(step: Step) -> int:
    """Return by how much a pooling or a strided convolution divides a size."""
    if step.is_pooling:
        return most(value(step.core, "pool_size"))
    if step.is_transposed or not step.is_convolution:
        return 1
    return most(value(step.core, "strides"))
