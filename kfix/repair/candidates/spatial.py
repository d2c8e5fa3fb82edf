"""The output has the target's rank, but other sizes: padding, strides, poolings, upsampling, the seed, the edge."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from kfix.findings import Finding
from kfix.model import NewLayer, Shape
from kfix.repair.arguments import value
from kfix.repair.candidates.seed import seeds
from kfix.repair.candidates.size import doubled, input_order, like, most, old_kernels, padding_of
from kfix.repair.conflict import Candidate, Conflict, made
from kfix.repair.prices import price
from kfix.repair.target import Target, fits
from kfix.repair.view import Step

CURES: tuple[type[Finding], ...] = ()


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Every layer on the way that could make the output larger or smaller, as it is wanted."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or len(shape) != target.rank:
        return
    if target.rank >= 3 and view.last < 0:
        yield from _input(conflict, target, shape)
        return
    pairs = [
        (want, have)
        for want, have in zip(target.dims[:-1], shape[1:-1], strict=True)
        if isinstance(want, int) and isinstance(have, int)
    ]
    up = any(want > have for want, have in pairs)
    down = any(want < have for want, have in pairs)
    if target.rank >= 3 and (up or down):
        end = view.steps[view.last]
        chain = [step for step in view.back(end.place) if not step.made]
        if up:
            yield from old_kernels(conflict, view.steps)
        yield from _groups(conflict, chain, up)
        for distance, step in enumerate(chain):
            yield from _turned(conflict, step, up, down, 0.005 * distance)
        yield from _more_layers(conflict, target, shape, chain, end, up, down)
        yield from _edge(conflict, target, shape, end)
    if target.rank >= 3:
        yield from seeds(conflict, target, shape)
        yield from _input(conflict, target, shape)
        yield from input_order(conflict, None)


def _groups(conflict: Conflict, chain: list[Step], up: bool) -> Iterator[Candidate]:
    """One setting on all convolutions at once."""
    plain = [step for step in chain if step.is_convolution and not step.is_transposed]
    strided = [step for step in plain if most(value(step.core, "strides")) > 1]
    valid = [step for step in plain if padding_of(step) == "valid"]
    if not up:
        return
    if len(strided) > 1:
        why = "strides above 1 make the map smaller at every convolution"
        new = like(value(strided[0].core, "strides"), 1)
        yield from conflict.set(strided, "strides", new, "strides-one", why)
    if len(valid) > 1:
        why = "padding='valid' takes the border off at every convolution"
        yield from conflict.set(valid, "padding", "same", "same", why)
    pools = [step for step in chain if step.is_pooling]
    cut = [step for step in pools if padding_of(step) == "valid"]
    if len(cut) > 1:
        why = "padding='valid' drops what is left of an odd size"
        yield from conflict.set(cut, "padding", "same", "same-some", why)
    gone = [conflict.remove(step) for step in pools]
    if len(pools) > 1:
        edits = tuple(edit for one in gone if one is not None for edit in one)
        why = "every pooling divides the size, and it is wanted whole"
        yield from made(edits or None, "remove-pooling", why, price("remove-more") * (len(pools) - 1))


def _turned(conflict: Conflict, step: Step, up: bool, down: bool, near: float) -> Iterator[Candidate]:
    """The arguments of one layer."""
    name = step.cls
    if step.is_convolution or step.is_pooling:
        padding = padding_of(step)
        if padding == "valid" and up != step.is_transposed:
            why = f"padding='valid' makes {name} lose the border"
            yield from conflict.set([step], "padding", "same", "same", why, near)
        if padding == "same" and down != step.is_transposed:
            yield from conflict.set([step], "padding", "valid", "valid", f"{name} without padding gives less", near)
    if step.is_transposed:
        for new in conflict.values(step, "output_padding"):
            if new is not None or down:
                yield from conflict.set(
                    [step], "output_padding", new, "knob", f"output_padding decides {name}'s last pixels", near
                )
    if step.is_convolution:
        now = value(step.core, "strides")
        for new in conflict.values(step, "strides"):
            larger = (most(new) < most(now)) != step.is_transposed
            if (larger and up) or (not larger and down):
                key = "strides-one" if most(new) == 1 and not step.is_transposed else "strides"
                effect = "multiply" if step.is_transposed else "divide"
                why = f"the strides of {name} {effect} the size"
                more = near + (0.05 if most(new) > 2 else 0.0)
                yield from conflict.set([step], "strides", new, key, why, more)
        if padding_of(step) == "valid":
            now = value(step.core, "kernel_size")
            for new in conflict.values(step, "kernel_size"):
                smaller = (most(new) < most(now)) != step.is_transposed
                odd = most(new) % 2 == 1 and most(new) > 1
                if odd and ((smaller and up) or (not smaller and down)):
                    why = f"the kernel of {name} decides how much border is lost"
                    yield from conflict.set([step], "kernel_size", new, "kernel", why, near)
    if step.is_pooling:
        now = value(step.core, "pool_size")
        for new in conflict.values(step, "pool_size"):
            if most(new) > 1 and ((most(new) < most(now) and up) or (most(new) > most(now) and down)):
                yield from conflict.set(
                    [step], "pool_size", new, "pool-size", f"the window of {name} divides the size", near
                )
        if up:
            key = "remove-double" if doubled(conflict, step) else "remove-pooling"
            yield from made(conflict.remove(step), key, f"{name} divides the size once too often", near)
    if step.is_upsampling:
        now = value(step.core, "size")
        for new in conflict.values(step, "size"):
            if most(new) > 1 and ((most(new) > most(now) and up) or (most(new) < most(now) and down)):
                yield from conflict.set([step], "size", new, "upsampling", f"{name} multiplies the size", near)
        if down:
            yield from made(
                conflict.remove(step), "remove-upsampling", f"{name} multiplies the size once too often", near
            )
    if (name.startswith("Cropping") and up) or (name.startswith("ZeroPadding") and down):
        yield from made(conflict.remove(step), "remove", f"{name} changes the size where nothing should", near)
    if name == "RepeatVector" and conflict.target is not None and isinstance(conflict.target.dims[0], int):
        why = f"{conflict.target.dims[0]} steps are wanted"
        yield from conflict.set([step], "n", conflict.target.dims[0], "units", why, near)


def _more_layers(
    conflict: Conflict, target: Target, shape: Shape, chain: list[Step], end: Step, up: bool, down: bool
) -> Iterator[Candidate]:
    """A pooling or an upsampling more, where one does for every axis."""
    dims = len(shape) - 2
    ratios = set()
    for want, have in zip(target.dims[:-1], shape[1:-1], strict=True):
        if isinstance(want, int) and isinstance(have, int) and want > 0 and have > 0:
            ratios.add(want / have if up else have / want)
    factor = round(max(ratios, default=1))
    if not 2 <= factor <= 32:
        return
    far = price("far") * max(0.0, log2(factor / 4))
    places = [step for step in chain if step.is_convolution and step.shape_out is not None and not step.inserted]
    if up and not down:
        far += price("far") * 2 if dims == 1 else 0.0  # nobody stretches a sequence
        why = f"the output is {factor} times too small: one upsampling more"
        new = NewLayer(f"UpSampling{dims}D", ((None, factor),))
        for i, step in enumerate(places[:4]):
            yield from made(conflict.before(step, new), "insert-upsampling", why, far + 0.01 * i)
        if not end.is_convolution:
            yield from made(conflict.behind(end, new), "insert-upsampling", why, far + 0.02)
    elif down and not up:
        why = f"the output is {factor} times too large: one pooling more"
        new = NewLayer(f"MaxPooling{dims}D", ((None, factor),))
        for i, step in enumerate(places[:6]):
            behind = step
            for after in conflict.view.after(step):
                if not after.keeps:
                    break
                behind = after
            yield from made(conflict.behind(behind, new), "insert-pooling", why, far + 0.01 * i)


def _edge(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    """Cropping what is too much at the end, padding what is too little."""
    dims = len(shape) - 2
    more: list[tuple[int, int]] = []
    less: list[tuple[int, int]] = []
    for want, have in zip(target.dims[:-1], shape[1:-1], strict=True):
        if fits(want, have):
            more.append((0, 0))
            less.append((0, 0))
            continue
        if not isinstance(want, int) or not isinstance(have, int):
            return
        over = have - want
        more.append(_halves(max(0, over)))
        less.append(_halves(max(0, -over)))
    if end.is_recurrent or (end.is_dense and dims == 1):
        return
    for cls, amounts, key in (("Cropping", more, "crop"), ("ZeroPadding", less, "pad")):
        most_ = max(sum(pair) for pair in amounts)
        if most_ == 0:
            continue
        other = less if amounts is more else more
        if any(sum(pair) for pair in other):
            continue
        given: object = amounts[0] if dims == 1 else tuple(amounts)
        new = NewLayer(f"{cls}{dims}D", ((None, given),))
        what = "are left over" if key == "crop" else "are missing"
        why = (
            f"{most_} pixels {what} at the edge" if most_ > 1 else f"one pixel {what.replace('are', 'is')} at the edge"
        )
        yield from made(conflict.behind(end, new), key, why, price(f"{key}-pixel") * (most_ - 1))


def _halves(number: int) -> tuple[int, int]:
    """An amount on both sides of an axis, the odd one behind."""
    return number // 2, number - number // 2


def _input(conflict: Conflict, target: Target, shape: Shape) -> Iterator[Candidate]:
    """The input as much larger or smaller as the output is wanted to be."""
    entry = conflict.view.entry
    if entry is None or len(entry) != len(shape) or len(entry) < 3:
        return
    if all(fits(want, given) for want, given in zip(target.dims[:-1], entry[1:-1], strict=True)):
        return  # what comes in is as large as what is to come out: the size is kept on purpose
    found: list[tuple[object, ...]] = []
    for way in range(3):
        dims: list[object] = []
        for want, have, given in zip(target.dims[:-1], shape[1:-1], entry[1:-1], strict=True):
            if isinstance(want, int) and isinstance(have, int) and isinstance(given, int) and have > 0:
                dims.append((given * want // have, given + want - have, -(-given * want // have))[way])
            else:
                dims.append(given)
        if tuple(dims) not in found and all(not isinstance(dim, int) or dim > 0 for dim in dims):
            found.append(tuple(dims))
    for i, new in enumerate(found):
        if new != entry[1:-1]:
            why = "another size of the input gives the output that is wanted"
            yield from conflict.set_input(None, (*new, entry[-1]), "input-size", why, 0.05 * i)
