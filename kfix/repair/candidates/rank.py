"""A layer is given too many or too few dims."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.exchange_name import ExchangeName
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.model.origin import literals
from kfix.model.record import replace
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import heads, misplaced, options
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import INPUT_NAMES, named, value
from kfix.shapes.registry import rule_of
from kfix.shapes.signatures import signature
from kfix.shapes.view import Step, total, whole

CURES = (RankMismatch,)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """More dims or fewer, at the refused layer or where they went astray."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    want = _wanted(conflict, step)
    if want is None:
        return
    if step.wrapped and not step.is_recurrent:
        yield from made(
            conflict.unwrap(step),
            "unwrap",
            f"{step.layer.cls} needs a time axis, and {step.cls} is given none",
        )
    if want > len(shape):
        yield from _more(conflict, step, shape, want)
    elif want < len(shape):
        yield from _fewer(conflict, step, shape, want)


def _wanted(conflict: Conflict, step: Step) -> int | None:
    """The rank that the step takes."""
    rule = rule_of(step.core.cls) if step.names else None
    wanted = (rule.rank or rule.min_rank) if rule is not None else None
    if step.wrapped and step.layer.cls == "TimeDistributed":
        return max(wanted + 1, 3) if wanted is not None else 3
    if wanted is None and conflict.finding is not None:
        expected = conflict.finding.expected
        wanted = expected.least if isinstance(expected, Rank) else None
    return wanted


# --- too few ------------------------------------------------------------------------------


def _more(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    before = conflict.view.previous(step)
    if (
        before is not None
        and before.is_recurrent
        and value(before.core, "return_sequences") is False
    ):
        yield from _sequences(conflict, before, step)
    if before is not None and before.collapses and not before.inserted:
        yield from misplaced(conflict, before, step)
    if before is not None and not before.made:
        yield from _from_base(conflict, before, step)
        laid = value(before.core, "target_shape") if before.cls == "Reshape" else None
        if want == len(shape) + 1 and isinstance(laid, tuple | list):
            why = f"{step.cls} needs {_rank_of(want)}: the Reshape before it leaves the channel axis out"
            yield from conflict.set([before], "target_shape", (*laid, 1), "input-channel", why)
    if (
        before is not None
        and before.is_flatten
        and step.is_recurrent
        and len(before.shape_in or ()) > 4
    ):
        why = f"{step.cls} reads a sequence, and Flatten mixes its steps into one vector"
        yield from made(conflict.wrap(before), "wrap", why, -price("bridge"))
    if step.collapses or step.is_pooling:
        why = f"{step.cls} is given {_rank(shape)}: there is nothing to pool"
        yield from made(conflict.remove(step), "remove", why)
        dense = next((later for later in conflict.view.after(step) if later.is_dense), None)
        if dense is not None and (before is None or not before.collapses):
            yield from made(
                conflict.move(step, dense, "before"), "move", f"{why} before {dense.cls}"
            )
    for later in conflict.view.after(step):
        shaped = value(later.core, "target_shape")
        if later.cls == "Reshape" and isinstance(shaped, tuple | list) and len(shaped) == want - 1:
            why = f"{step.cls} needs {_rank_of(want)}, and the Reshape that makes it stands behind"
            moved = conflict.move(later, step, "before")
            yield from made(moved, "move", why)
            size = total((None, *shaped))
            if (
                moved is not None
                and before is not None
                and before.is_dense
                and size not in (None, total(shape))
            ):
                why += f", and takes {size} numbers"
                for candidate in conflict.set(
                    [before], "units", size, "inner-units", why, price("move")
                ):
                    yield Candidate((*candidate.edits, *moved), candidate.cost, why)
    if before is None or before.is_input:
        yield from _input_axes(conflict, step, shape, want)
    if before is None or not before.collapses:
        yield from _reshapes(conflict, step, shape, want)
    count = total(shape)
    if (
        before is not None
        and before.is_dense
        and count is not None
        and len(shape) == 2
        and want in (4, 5)
    ):
        yield from _seed(conflict, step, before, count, want)
    if want == 3 and len(shape) == 2 and step.is_recurrent:
        target = conflict.target
        steps = target.dims[0] if target is not None and target.rank == 3 else None
        if isinstance(steps, int):
            why = (
                f"{step.cls} needs a sequence: the vector is repeated for each of the {steps} steps"
            )
            yield from made(
                conflict.before(step, NewLayer("RepeatVector", ((None, steps),))), "repeat", why
            )
    yield from other_dims(conflict, step, shape)


def _from_base(conflict: Conflict, base: Step, step: Step) -> Iterator[Candidate]:
    """A model of `keras.applications` gives classes, or a vector, where the map before them is wanted."""
    if not base.layer.is_application or any(
        argument.keyword is None for argument in base.layer.arguments
    ):
        return
    given = named(base.layer)
    top, pooling = given.get("include_top"), given.get("pooling")
    if top is None or top.value is not False:
        why = f"{step.cls} needs a map, and {base.layer.cls} with its top gives classes"
        yield from conflict.set([base], "include_top", False, "without-top", why)
    elif pooling is not None and isinstance(pooling.value, str):
        why = f"{step.cls} needs a map, and {base.layer.cls} pools it"
        yield from conflict.set([base], "pooling", None, "without-top", why)


def _sequences(conflict: Conflict, before: Step, step: Step) -> Iterator[Candidate]:
    """return_sequences on every recurrent layer that feeds a layer which needs a sequence."""
    group = [before]
    last = step
    for after in conflict.view.after(before):
        if after.keeps:
            continue
        if after.is_recurrent and last.is_recurrent and after is not step and _off(last):
            group.append(last)
        elif not after.is_recurrent and not (
            after.wrapped or after.is_convolution or after.is_pooling
        ):
            break
        last = after
    why = f"{step.layer.cls} needs all the steps of {before.cls}, which gives only its last one"
    calls = {one.core.site for one in group}
    # The last layer that a loop makes would give all its steps, too.
    more = any(
        one.core.site in calls and one not in group and _off(one) for one in conflict.view.steps
    )
    for candidate in conflict.set(group, "return_sequences", True, "sequences-on", why):
        yield replace(candidate, sure=candidate.sure and not more)
    if len(group) > 1:
        yield from conflict.set(
            [before], "return_sequences", True, "sequences-on", why, price("runner-up")
        )


def _off(step: Step) -> bool:
    return value(step.core, "return_sequences") is False


def _input_axes(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """The input lacks its channel or feature axis."""
    dims = shape[1:]
    if want == len(shape) + 1 and step.layer.cls == "TimeDistributed":
        yield from conflict.set_input(
            step,
            (None, *dims),
            "input-channel",
            f"{step.layer.cls} needs a time axis",
            price("doubtful"),
        )
    elif want == len(shape) + 1:
        if want == 3 and "input_dim" in named(step.layer):
            told = (
                f"input_dim of {step.cls} was the number of features, whatever the number of steps"
            )
            yield from conflict.set_input(step, (None, *dims), "input-tuple", told)
        axis = "feature" if want == 3 else "channel"
        why = f"{step.cls} needs {_rank_of(want)}: the input lacks its {axis} axis"
        yield from conflict.set_input(step, (*dims, 1), "input-channel", why)
        if step.is_recurrent and len(dims) == 1:
            one = f"{step.cls} needs {_rank_of(want)}: the input is one step of {dims[0]} features"
            yield from conflict.set_input(step, (1, *dims), "input-channel", one, price("bridge"))
        if whole(shape):
            new = NewLayer("Reshape", ((None, (*dims, 1)),))
            yield from made(
                conflict.before(step, new),
                "reshape",
                f"{why}, which a Reshape can add",
                price("runner-up"),
            )


def _reshapes(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    """A vector laid out as a map or a sequence."""
    count = total(shape)
    if len(shape) != 2 or count is None or want not in (3, 4, 5):
        return
    why = f"{step.cls} needs {_rank_of(want)}, and gets a vector of {count}"
    factors = _factors(conflict, step)
    # Many layouts have that many numbers: one of them is meant where the program writes its factors.
    found = sorted(layouts(count, want - 1), key=lambda dims: not set(dims) <= (factors or set()))
    for i, dims in enumerate(found):
        new = NewLayer("Reshape", ((None, dims),))
        for candidate in made(
            conflict.before(step, new),
            "reshape",
            f"{why}: laid out as {dims}",
            price("shared") + price("next") * i,
        ):
            yield replace(
                candidate, sure=candidate.sure and (factors is None or set(dims) <= factors)
            )


def _factors(conflict: Conflict, step: Step) -> set[object] | None:
    """The numbers that the length of the vector before a step is made of in the source; `None` for a declared input."""
    for before in conflict.view.back(step.place):
        if before is step or before.keeps or before.is_flatten:
            continue
        units = named(before.core).get("units") if before.is_dense else None
        if units is not None and units.origin is not None:
            return {1, *(literal.value for literal in literals(units.origin))}
        return None if before.is_input else set()
    return None


def _seed(
    conflict: Conflict, step: Step, dense: Step, count: int, want: int
) -> Iterator[Candidate]:
    """A square map that nearly has the Dense's number of units, and the units that it has exactly."""
    near: list[tuple[float, tuple[int, ...]]] = []
    for side in range(2, 33):
        space = side ** (want - 2)
        channels = round(count / space)
        off = abs(space * channels - count) / count
        if channels > 0 and 0 < off < 0.05:
            near.append((off, (*(side,) * (want - 2), channels)))
    near.sort()
    for i, (_, dims) in enumerate(near[:8]):
        units = total((None, *dims))
        why = f"{step.cls} needs {_rank_of(want)}: {dense.cls} gives {count} numbers, {units} could be laid out as {dims}"
        reshape = conflict.before(step, NewLayer("Reshape", ((None, dims),)))
        for candidate in conflict.set(
            [dense], "units", units, "inner-units", why, price("reshape") + price("next") * i
        ):
            yield from (
                [Candidate((*candidate.edits, *reshape), candidate.cost, why)]
                if reshape is not None
                else []
            )


def layouts(count: int, dims: int, most: int = 10) -> list[tuple[int, ...]]:
    """Shapes of `count` elements that a map or sequence is likely to have: square ones with the channels last."""
    found: list[tuple[int, ...]] = []
    if dims == 2:
        found = [(count, 1), (1, count)]
        found += [(side, count // side) for side in range(2, min(count, 129)) if count % side == 0]
        return found[:most]
    space = dims - 1
    for side in range(2, 129):
        if side**space > count:
            break
        if count % side**space == 0:
            found.append((*(side,) * space, count // side**space))
    # Few channels on a large map is a picture, many on a small one a seed: both ends before the middle.
    found.sort(key=lambda shape: (shape[-1] not in (1, 3), shape[0] not in (4, 7, 8), shape[0]))
    return found[:most]


# --- too many -----------------------------------------------------------------------------


def _fewer(conflict: Conflict, step: Step, shape: Shape, want: int) -> Iterator[Candidate]:
    before = conflict.view.previous(step)
    if before is not None and before.is_recurrent and want == len(shape) - 1 and not _off(before):
        why = f"{step.cls} takes {_rank_of(want)}, and {before.cls} gives all its steps"
        yield from conflict.set([before], "return_sequences", False, "sequences-off", why)
    if want == len(shape) - 1:
        yield from _tokens(conflict, step)
    if want == 3 and len(shape) == 4:
        height, width, channels = shape[1:]
        if isinstance(width, int) and isinstance(channels, int):
            rows = height if isinstance(height, int) else -1
            new = NewLayer("Reshape", ((None, (rows, width * channels)),))
            why = f"{step.cls} reads a sequence: each row of the map becomes one step of {width * channels} features"
            for candidate in made(conflict.before(step, new), "reshape", why):
                yield replace(candidate, sure=False)  # columns are as good steps as rows
        if None not in (width, channels):
            flat = NewLayer("TimeDistributed", ((None, NewLayer("Flatten")),))
            why = f"{step.cls} reads a sequence: each row of the map is flattened to one step"
            if before is not None and before.wrapped and before.layer.cls == "TimeDistributed":
                yield from made(
                    conflict.before(step, flat), "wrap", f"{why}, as before", -price("bridge")
                )
            else:
                for candidate in made(conflict.before(step, flat), "time-distributed", why):
                    yield replace(candidate, sure=False)
    if want == 3 and len(shape) in (5, 6):
        yield from _steps(conflict, step, before, shape)
    if want == 2:
        yield from heads(conflict, step, None)
    if want == len(shape) - 1 and (step.is_convolution or step.is_pooling or step.collapses):
        yield from _film(conflict, step)
    if (before is None or before.is_input) and want == len(shape) - 1:
        dims = shape[1:]
        why = f"{step.cls} takes {_rank_of(want)}: the number of samples is no part of the input shape"
        if len(dims) > 1:
            large = isinstance(dims[0], int) and dims[0] >= max(
                d for d in (*dims[1:], 0) if isinstance(d, int)
            )
            yield from conflict.set_input(
                step,
                dims[1:],
                "input-samples",
                why,
                0 if large or dims[0] is None else price("samples-few"),
            )
        if dims[-1] == 1 and len(dims) > 1:
            why = f"{step.cls} takes {_rank_of(want)}: the last axis of the input is one too many"
            yield from conflict.set_input(step, dims[:-1], "input-channel", why, price("doubtful"))
    if step.collapses or step.is_pooling:
        yield from made(
            conflict.remove(step),
            "remove",
            f"{step.cls} takes {_rank_of(want)}, and is given {_rank(shape)}",
            price("doubtful"),
        )
    yield from other_dims(conflict, step, shape)


def _tokens(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """An Embedding behind an input of two axes a sample, where it takes one row of word numbers."""
    words = conflict.view.previous(step)
    while words is not None and words.keeps:
        words = conflict.view.previous(words)
    shape = words.shape_in if words is not None and words.cls == "Embedding" else None
    if words is None or shape is None or len(shape) != 3:
        return
    first, second = shape[1:]
    why = f"Embedding takes a row of word numbers a sample, and {step.cls} a row of word vectors"
    if second == 1 or second == value(words.core, "input_dim"):
        yield from conflict.set_input(words, (first,), "input-words", why)
    elif first is None or first == 1:
        yield from conflict.set_input(words, (second,), "input-words", why)
    else:
        yield from conflict.set_input(words, (second,), "input-words", why, price("doubtful"))


def _steps(
    conflict: Conflict, step: Step, before: Step | None, shape: Shape
) -> Iterator[Candidate]:
    """A sequence of maps to a layer that reads a sequence of vectors: each map becomes one."""
    source = before if before is not None else step
    for cls, key in options(conflict, (shape[0], *shape[2:]), source, step):
        new = NewLayer("TimeDistributed", ((None, NewLayer(cls)),))
        why = f"{step.cls} reads a sequence of vectors: {cls} makes one of the map of each step"
        yield from made(conflict.before(step, new), key, why)


def _film(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """A layer for one picture on a sequence of pictures: it and those that follow work on each step."""
    group = [step]
    recurrent = False
    for after in conflict.view.after(step):
        if after.is_convolution or after.is_pooling or after.collapses:
            group.append(after)
        elif not after.keeps:
            recurrent = after.is_recurrent
            break
    if not recurrent:
        group = [one for one in group if not one.collapses]
    before = conflict.view.previous(step)
    # The layers before it give a sequence on purpose, unless they are those of a map.
    films = before is not None and not before.is_input and not _map_before(conflict, step)
    why = f"{step.cls} works on one picture, and is given a sequence of them"
    more = 0.0 if recurrent or films else price("doubtful")
    yield from made(conflict.wrap_all(group) or None, "wrap", why, more)


def other_dims(conflict: Conflict, step: Step, shape: Shape) -> Iterator[Candidate]:
    """The same layer for another number of dims: MaxPooling1D for MaxPooling2D."""
    name = step.cls
    if (
        step.wrapped
        or step.made
        or not name.endswith("D")
        or not name[-2].isdecimal()
        or not 3 <= len(shape) <= 5
    ):
        return
    dims = len(shape) - 2
    new = f"{name[:-2]}{dims}D"
    if (
        new == name
        or signature(new) is None
        or any(
            isinstance(argument.value, tuple)
            and argument.keyword not in INPUT_NAMES
            and len(argument.value) != dims
            for argument in step.core.arguments
        )
    ):
        return
    why = f"{name} is for {_rank_of(int(name[-2]) + 2)}, and is given {_rank(shape)}"
    edits = (ExchangeName(step.core.site, new),)
    if _map_before(conflict, step) or _kin_behind(conflict, step, shape):
        yield from made(edits, "replace-siblings", f"{why}, as its neighbours")
    else:
        yield from made(
            edits, "replace", why, price("replace-alone") + price("bridge") * step.is_convolution
        )


def _kin_behind(conflict: Conflict, step: Step, shape: Shape) -> bool:
    """Is the next layer that cares for the number of dims one for what this one is given?

    A global pooling in the middle of a model cares itself: there is a map or a sequence to make a vector of.
    """
    before = conflict.view.previous(step)
    if step.is_global_pooling and before is not None and not before.is_input:
        return True
    for after in conflict.view.after(step):
        if after.is_recurrent:
            return len(shape) == 3 and not after.is_convolution and "kernel_size" not in after.names
        if after.is_convolution or after.is_pooling or after.is_global_pooling:
            return not after.wrapped and after.cls.endswith(f"{len(shape) - 2}D")
        if not after.keeps:
            return False
    return False


def _map_before(conflict: Conflict, step: Step) -> bool:
    """Do convolutions and poolings for what it is given stand before it? Then it is not for a sequence of that."""
    shape = step.shape_in
    kind = f"{len(shape) - 2}D" if shape is not None else ""
    return bool(kind) and any(
        (before.is_convolution or before.is_pooling)
        and not before.wrapped
        and before.cls.endswith(kind)
        for before in map(
            conflict.view.steps.__getitem__, conflict.view.ancestors(step.place) - {step.place}
        )
    )


def _rank(shape: Shape) -> str:
    return _rank_of(len(shape))


def _rank_of(rank: int) -> str:
    words = {
        2: "a vector per sample",
        3: "a sequence (rank 3)",
        4: "a map (rank 4)",
        5: "a volume (rank 5)",
    }
    return words.get(rank, f"rank {rank}")
