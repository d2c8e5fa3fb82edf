"""The inputs of a merging layer do not fit each other: a shortcut, a skip connection, two branches."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.model.code import NewLayer, Number, ValueOf
from kfix.model.graph import Argument, Array, Shape
from kfix.model.record import replace
from kfix.repair.adapters import edge
from kfix.repair.axes import Made, made_otherwise, solve
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.exchanged import skips
from kfix.repair.candidates.pace import strides_between
from kfix.repair.candidates.ranks import ranks
from kfix.repair.candidates.scaling import more_layers, scale
from kfix.repair.candidates.seed import seeds
from kfix.repair.candidates.size import input_order, padding_of, wide
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import on
from kfix.repair.numbers import like, most
from kfix.repair.prices import price
from kfix.repair.resize import Ask, resized
from kfix.repair.trail import sizes_for
from kfix.shapes.arguments import named, value
from kfix.shapes.view import Step, View, total

CURES = (InputsDoNotMatch,)

MOST_EDGE = 4
"""By how much maps may differ for that to be a border."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """One input made to fit the other, pair by pair."""
    step = conflict.step
    if step is None or step.inserted:
        return
    yield from _arrays(conflict, step)
    shapes = conflict.view.given(step)
    if len(shapes) != len(step.sources) or not 2 <= len(shapes) <= 8:
        return
    if len({len(shape) for shape in shapes}) > 1:
        yield from ranks(conflict, step, shapes)
        yield from _broadcast(conflict, step, shapes)
        return
    if step.cls == "Dot" or len(shapes[0]) < 2:
        return
    main = _main(conflict, step)
    joined = step.cls.lower().rsplit(".", 1)[-1].startswith("concat")
    if len({shape[1:-1] for shape in shapes}) > 1:
        yield from skips(conflict, step, joined)
    for other, shape in enumerate(shapes):
        wanted = shapes[main]
        if other == main or shape == wanted or (joined and shape[:-1] == wanted[:-1]):
            continue
        if (
            joined
            and len(shape) > 3
            and shape[_space(conflict, step)] == wanted[_space(conflict, step)]
        ):
            continue
        if not joined:
            yield from _shortcut(conflict, step, other, shape, wanted)
        yield from _edges(conflict, step, main, other, shapes)
        yield from _branches(conflict, step, main, other, shapes, joined)
    if len({shape[1:-1] for shape in shapes}) > 1:
        yield from input_order(conflict, step)
    yield from _padded_input(conflict, step)
    if joined:
        yield from _axis(conflict, step, shapes)


def _arrays(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """What the shape of an array is made of, to which a tensor is added: `x + self.table` of another length."""
    given = [
        value
        for _, value in step.node.args
        if isinstance(value, Array) and isinstance(value.shape, tuple)
    ]
    tensors = conflict.view.given(step)
    if not step.layer.is_operation or len(given) != 1 or len(tensors) != 1:
        return
    (array,), (tensor,) = given, tensors
    shape = array.shape if isinstance(array.shape, tuple) else ()
    for back in range(1, min(len(shape), len(tensor)) + 1):
        want = tensor[-back]
        if isinstance(want, int) and want not in (1, shape[-back]) and shape[-back] != 1:
            yield from made_otherwise(conflict, Made(shape, array.origin, -back, want))


def _broadcast(conflict: Conflict, step: Step, shapes: list[Shape]) -> Iterator[Candidate]:
    """What decides an axis of one operand of another rank, counted from the right: the length of a table."""
    if len(shapes) != 2 or not step.layer.is_operation or min(step.sources) < 0:
        return
    for back in range(1, min(map(len, shapes)) + 1):
        sizes = [shape[-back] for shape in shapes]
        if sizes[0] == sizes[1] or 1 in sizes:
            continue
        for which, want in ((0, sizes[1]), (1, sizes[0])):
            if isinstance(want, int):
                yield from solve(conflict, step.sources[which], -back, want, "inner-units")


def _axis(conflict: Conflict, step: Step, shapes: list[Shape]) -> Iterator[Candidate]:
    """The one axis on which the shapes differ is the one to concatenate on."""
    rank = len(shapes[0])
    apart = [axis for axis in range(1, rank) if len({shape[axis] for shape in shapes}) > 1]
    if len(apart) == 1:
        axis = -1 if apart[0] == rank - 1 else apart[0]
        channels = 1 if _space(conflict, step) == slice(2, None) else -1
        why = f"the inputs differ on axis {apart[0]} alone"
        for candidate in conflict.set([step], "axis", axis, "knob", why):
            # Feature maps are joined by their channels, whatever axis they differ on.
            of_channels = rank < 4 or axis == channels
            yield replace(candidate, sure=candidate.sure and of_channels)


def _main(conflict: Conflict, step: Step) -> int:
    """The input with the longest way: the others are shortcuts."""
    ways = []
    for source in step.sources:
        ways.append(sum(1 for _ in conflict.view.back(source)) if source >= 0 else 0)
    return ways.index(max(ways))


def _shortcut(
    conflict: Conflict, step: Step, which: int, shape: Shape, wanted: Shape
) -> Iterator[Candidate]:
    """A 1×1 convolution, or the same pooling, on the shortcut; a Dense where vectors are added."""
    channels = wanted[-1]
    if not isinstance(channels, int):
        return
    dims = len(shape) - 2
    branch = _branch(conflict, step, which)
    # A shortcut that has a convolution or a Dense of its own is to be set right, not to be given another.
    own = _private(conflict, step, which)
    weighs = _weighs(step)  # weights are made for what they weigh, not the other way round
    key = "append-convolution" if weighs or any(one.is_convolution for one in own) else "shortcut"
    # Where steps attend to each other all blocks are of one width: that of the Dense is wrong, not the shortcut's.
    attends = any(
        "Attention" in conflict.view.steps[place].cls
        for place in conflict.view.ancestors(step.place)
    )
    dense_key = (
        "append-dense" if attends or weighs or any(one.is_dense for one in own) else "shortcut"
    )
    width = _as_written(conflict, branch, ("filters", "units"), channels)
    if dims == 0:
        why = f"the shortcut has {shape[-1]} numbers, and {channels} are added to it"
        source = step.sources[which]
        given = weighs and source >= 0 and conflict.view.steps[source].is_input
        for units in dict.fromkeys((width, channels)):
            more = price("runner-up") + (0.0 if units is width else price("spelled-out"))
            more += price("weigh-input") if given else 0.0
            yield from made(
                on(step, which, NewLayer("Dense", ((None, units),))), dense_key, why, more
            )
        return
    if dims > 3:
        return
    strides = strides_between(shape, wanted, own, branch)
    if strides is None:
        return
    last = next((found for found in branch if not found.keeps), None)
    if last is not None and last.is_dense and not last.wrapped and strides == 1:
        why = (
            f"the shortcut is {shape[1:]}, and {wanted[1:]} is added to it: a Dense brings it there"
        )
        yield from made(on(step, which, NewLayer("Dense", ((None, width),))), dense_key, why)
        return
    pace = _as_written(conflict, branch, ("strides", "pool_size"), strides)
    why = f"the shortcut is {shape[1:]}, and {wanted[1:]} is added to it: a 1×1 convolution brings it there"
    for i, (filters, by) in enumerate(dict.fromkeys(((width, pace), (channels, strides)))):
        arguments: tuple[tuple[str | None, object], ...] = ((None, filters), (None, 1))
        if by != 1:
            arguments = (*arguments, ("strides", by))
        yield from made(
            on(step, which, NewLayer(f"Conv{dims}D", arguments)), key, why, price("spelled-out") * i
        )
    if shape[-1] == channels and strides > 1:
        for padding in ((), (("padding", "same"),)):
            pooled = NewLayer(f"MaxPooling{dims}D", ((None, strides), *padding))
            why = f"the shortcut is {strides} times as large: the same pooling on it"
            yield from made(
                on(step, which, pooled), "insert-pooling", why, price("next") * len(padding)
            )


def _weighs(step: Step) -> bool:
    """Is it a product, of what is weighed and its weights?"""
    return step.cls.rpartition(".")[2].lower() in ("multiply", "mul")


def _private(conflict: Conflict, step: Step, which: int) -> list[Step]:
    """The layers that lead to one input of a merge and to none of the others, the last first."""
    view, source = conflict.view, step.sources[which]
    if source < 0:
        return []
    others = set().union(*(view.ancestors(one) for i, one in enumerate(step.sources) if i != which))
    return [found for found in view.spine(source) if found.place not in others]


def _branch(conflict: Conflict, step: Step, which: int) -> list[Step]:
    """The layers of the longest of the other inputs, back to where it parts from this one."""
    view = conflict.view
    main = _main(conflict, step)
    if step.sources[main] < 0 or main == which:
        return []
    shared = (
        {found.place for found in view.back(step.sources[which])}
        if step.sources[which] >= 0
        else set()
    )
    return [found for found in view.back(step.sources[main]) if found.place not in shared]


def _as_written(
    conflict: Conflict, branch: list[Step], names: tuple[str, ...], number: int
) -> object:
    """The number in the words of the one layer of the branch that decides it, if that is written with names.

    The last layer with `filters` decides the channels, the only one with
    strides other than 1 the size; strides that are 1 here may be others where
    the same lines make another block.
    """
    givers: list[tuple[Step, Argument]] = []
    for found in branch:
        given = named(found.core)
        argument = next((given[name] for name in names if name in given), None)
        if argument is None or found.made or found.is_transposed:
            continue
        givers.append((found, argument))
        if "filters" in names:
            break
    telling = [(found, argument) for found, argument in givers if most(argument.value) == number]
    if number == 1:
        telling = telling[-1:]  # a block changes its size where it begins
    elif len([argument for _, argument in givers if most(argument.value) > 1]) > 1:
        return number
    if len(telling) != 1 or not conflict.elsewhere(telling[0][1]):
        return number
    giver, argument = telling[0]
    assert argument.site is not None
    since = [
        other
        for other in branch
        if other.place > giver.place and other.core.site == giver.core.site
    ]
    return ValueOf(argument.site, len(since))


def _space(conflict: Conflict, step: Step) -> slice:
    """Where the sizes stand in the shapes that a step merges: behind the channels, where those are counted first."""
    found = next(filter(None, map(conflict.view.ordering, step.sources)), None)
    return slice(2, None) if found is not None and found.channels_first else slice(1, -1)


def _edges(
    conflict: Conflict, step: Step, main: int, other: int, shapes: list[Shape]
) -> Iterator[Candidate]:
    """Yield a border cut off the larger map, and zeros around the smaller one."""
    space = _space(conflict, step)
    for which, beside in ((main, other), (other, main)):
        sizes = [shapes[at][space] for at in (which, beside)]
        found = edge(*sizes) if len(shapes[main]) > 2 else None
        source = step.sources[which]
        if found is None or found.pixels > MOST_EDGE or source < 0:
            continue
        layer = conflict.told(conflict.view.steps[source], found.layer)
        why = f"the inputs of {step.cls} differ by {found.pixels} at the edge"
        more = price(f"{found.row}-pixel") * (found.pixels - 1)
        yield from made(on(step, which, layer), found.row, why, more)


def _branches(
    conflict: Conflict, step: Step, main: int, other: int, shapes: list[Shape], joined: bool
) -> Iterator[Candidate]:
    """The arguments of the layers of the longer branch, or the channels of its last layer."""
    view = conflict.view
    if not joined and shapes[main][-1] != shapes[other][-1]:
        for source, want in (
            (step.sources[other], shapes[main][-1]),
            (step.sources[main], shapes[other][-1]),
        ):
            if isinstance(want, int) and source >= 0:
                # What is weighed is made before its weights, which are repeated for each of its numbers.
                repeats = any(found.cls == "RepeatVector" for found in view.spine(source))
                more = price("branch") if _weighs(step) and not repeats else 0.0
                for candidate in solve(conflict, source, -1, want, "inner-units"):
                    yield replace(candidate, cost=candidate.cost + more)
    if shapes[main][1:-1] == shapes[other][1:-1]:
        return
    why = f"a branch changes its size, and {step.cls} {'joins' if joined else 'adds'} it to what has kept it"
    one, another = view.ancestors(step.sources[main]), view.ancestors(step.sources[other])
    valid, before = _valid(view, one ^ another), _valid(view, one & another)
    if before:
        odd = f"what {step.cls} merges comes from a map of an odd size: with padding='same' it would be even"
        yield from conflict.set([*before, *valid], "padding", "same", "same", odd, price("branch"))
    whole = _valid(view, set(range(len(view.steps))))
    enlarges = any(found.is_upsampling or found.is_transposed for found in view.steps)
    if enlarges and 1 < len(before) + len(valid) < len(whole):
        all_ = f"what {step.cls} merges has lost borders of different widths: with padding='same' none is lost"
        yield from conflict.set(whole, "padding", "same", "same", all_)
    yield from _paces_of_all(conflict)
    if valid:
        yield from conflict.set(valid, "padding", "same", "same", why)
        if len(valid) > 1:
            for found in valid:
                yield from conflict.set([found], "padding", "same", "same-some", why)
    for which, wanted in ((main, other), (other, main)):
        if step.sources[which] >= 0:
            sizes = (*shapes[wanted][1:-1], shapes[which if joined else wanted][-1])
            start = sizes_for(shapes[which][1:], sizes)
            for candidate in seeds(conflict, step.sources[which], start):
                yield replace(candidate, cost=candidate.cost - price("edge-seed"))
        if not joined:
            yield from _paced(conflict, step, which, shapes[which], shapes[wanted])
        for candidate in _rescaled(conflict, step, which, shapes[which], shapes[wanted], why):
            yield replace(
                candidate, sure=candidate.sure and not joined
            )  # another tensor may be meant: the skip of the next level


def _paces_of_all(conflict: Conflict) -> Iterator[Candidate]:
    """All poolings divide by one number and what enlarges multiplies by another: the one as the other."""
    steps = [found for found in conflict.view.steps if not found.made]
    down = [
        found
        for found in steps
        if found.is_pooling and most(value(found.core, "strides") or 0) <= 1
    ]
    up = [found for found in steps if found.is_upsampling]
    divides, multiplies = (
        {most(value(one.core, key)) for one in all_}
        for all_, key in ((down, "pool_size"), (up, "size"))
    )
    if (
        len(down) < 2
        or len(up) < 2
        or len(divides) != 1
        or len(multiplies) != 1
        or divides == multiplies
    ):
        return
    by, times = divides.pop(), multiplies.pop()
    why = f"every pooling divides the size by {by}, and every {up[0].cls} multiplies it by {times}"
    yield from conflict.set(
        down, "pool_size", like(value(down[0].core, "pool_size"), times), "pool-size", why
    )
    size = like(value(up[0].core, "size"), by)
    yield from conflict.set(up, "size", size, "upsampling", why, price("branch"))


def _paced(
    conflict: Conflict, step: Step, which: int, shape: Shape, wanted: Shape
) -> Iterator[Candidate]:
    """The strides of the branch on the 1×1 convolution of the shortcut, which has none."""
    ratio = scale(wanted[1:-1], shape[1:-1])
    branch = [
        found
        for found in _private(conflict, step, which)
        if found.is_convolution and not found.made
    ]
    strides = strides_between(shape, wanted, (), ())
    if ratio is None or ratio >= 1 or strides is None or len(branch) != 1:
        return
    found = branch[0]
    one = most(value(found.core, "kernel_size")) == 1 and most(value(found.core, "strides")) == 1
    if not one or found.is_transposed:
        return
    other = next(at for at in range(len(step.sources)) if at != which)
    pace = _as_written(conflict, _private(conflict, step, other), ("strides", "pool_size"), strides)
    new = Number(strides, pace) if isinstance(pace, ValueOf) else strides
    why = f"the branch that {step.cls} adds divides the size by {strides}, and the convolution on the shortcut does not"
    yield from conflict.set([found], "strides", new, "shortcut-strides", why)


def _rescaled(
    conflict: Conflict, step: Step, which: int, shape: Shape, wants: Shape, why: str
) -> Iterator[Candidate]:
    """Yield turns of the layers of one branch alone that bring it to the other's size, or one layer more."""
    branch = [found for found in _private(conflict, step, which) if not found.made]
    space = _space(conflict, step)
    want = sizes_for(shape[space], wants[space], space.start)
    within = {found.place for found in branch}
    ask = Ask(step.sources[which], want, why, price("branch"), price("far"), "inner-units", within)
    yield from resized(conflict, ask)
    ratio = scale(wants[1:-1], shape[1:-1])
    if ratio is None or not 1 <= len(shape) - 2 <= 3:
        return
    factor = round(1 / ratio)
    if (
        0.5 <= ratio <= 2
    ):  # beyond that it is no layer that is missing, but another tensor that is meant
        for candidate in more_layers(conflict, ratio, len(shape) - 2, branch, None):
            yield replace(candidate, cost=candidate.cost + price("branch"))
    first = branch[-1] if branch else None
    if first is not None and 2 <= factor <= 8 and len(first.sources) == 1:
        pool = NewLayer(f"MaxPooling{len(shape) - 2}D", ((None, factor),))
        behind = f"the map is {factor} times as large as the one it is merged with: a pooling where the two part"
        enlarges = any(found.is_upsampling or found.is_transposed for found in branch)
        # A shortcut that has a convolution of its own is to be set right, not to be given more.
        own = (
            price("far") if any(found.is_convolution for found in branch) and not enlarges else 0.0
        )
        yield from made(
            conflict.before(first, pool),
            "counterpart" if enlarges else "insert-pooling",
            behind,
            own,
        )


def _valid(view: View, places: set[int]) -> list[Step]:
    """The convolutions and the poolings of stride 1 without padding at these places."""
    found = (view.steps[place] for place in sorted(places))
    return [
        step
        for step in found
        if not (step.is_transposed or step.made)
        and padding_of(step) == "valid"
        and _loses_border(step)
    ]


def _loses_border(step: Step) -> bool:
    """Does it look at neighbours, and is not there to divide the size?"""
    if step.is_pooling:
        return (
            most(value(step.core, "pool_size")) > 1 and most(value(step.core, "strides") or 2) == 1
        )
    return step.is_convolution and wide(step)


def _divided(view: View, step: Step) -> int:
    """By how much poolings and strides divide the map on the way to a merge that goes deepest."""
    factors: dict[int, int] = {}
    for place in sorted(view.ancestors(step.place)):
        found = view.steps[place]
        divides = most(value(found.core, "pool_size")) if found.is_pooling else 1
        if found.is_convolution and not found.is_transposed:
            divides = most(value(found.core, "strides"))
        factors[place] = divides * max(
            (factors.get(source, 1) for source in found.sources), default=1
        )
    return max(factors.values(), default=1)


def _padded_input(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Zeros around the input so that every pooling halves it evenly, and the same border cut off at the end."""
    view = conflict.view
    entry = view.entry
    first = view.steps[0] if view.steps else None
    if (
        entry is None
        or first is None
        or not first.is_input
        or not 3 <= len(entry) <= 5
        or total(entry) is None
    ):
        return
    factor = _divided(view, step)
    if not 1 < factor <= 64:
        return
    border = []
    sizes = entry[_space(conflict, step)]
    for dim in sizes:
        assert isinstance(dim, int)
        short = -dim % factor
        border.append((short // 2, short - short // 2))
    if not any(sum(pair) for pair in border):
        return
    dims = len(entry) - 2
    given: object = border[0] if dims == 1 else tuple(border)
    pad = conflict.behind(first, NewLayer(f"ZeroPadding{dims}D", ((None, given),)))
    end = view.steps[view.last] if view.last >= 0 else None
    crop = (
        conflict.behind(end, NewLayer(f"Cropping{dims}D", ((None, given),)))
        if end is not None
        else None
    )
    why = f"{sizes} cannot be halved evenly: with zeros around the input it can be divided by {factor}"
    yield from made(pad, "pad-input", why, price("bridge"))
    if (
        pad is not None
        and crop is not None
        and not (end is not None and (end.is_dense or end.collapses))
    ):
        yield from made((*pad, *crop), "pad-input", f"{why}, and the border is cut off at the end")
