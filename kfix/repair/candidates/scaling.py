"""The layers that make a map larger or smaller, turned the way that is wanted: of no conflict of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2

from kfix.model.code import NewLayer
from kfix.model.graph import Dim
from kfix.model.target import fits
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.size import doubled, most, padding_of
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def gives_back(conflict: Conflict) -> bool:
    """Is the output wanted as large as the input is, as of an autoencoder?"""
    target, entry = conflict.target, conflict.view.entry
    if target is None or entry is None or len(entry) != target.rank:
        return False
    return all(fits(want, given) for want, given in zip(target.dims[:-1], entry[1:-1], strict=True))


def seeded(conflict: Conflict, step: Step) -> bool:
    """Does the layer stand in a decoder that starts from a Reshape of a vector?"""
    enlarges = False
    for before in conflict.view.before(step):
        enlarges = enlarges or before.is_upsampling or before.is_transposed
        if before.cls == "Reshape":
            vector = before.shape_in is not None and len(before.shape_in) == 2
            return vector and (
                enlarges
                or any(one.is_upsampling or one.is_transposed for one in conflict.view.after(step))
            )
    return False


def turned(
    conflict: Conflict, step: Step, up: bool, down: bool, near: float
) -> Iterator[Candidate]:
    """The arguments of one layer."""
    name = step.cls
    if step.is_convolution or step.is_pooling or step.is_film:
        padding = padding_of(step)
        if padding == "valid" and up != step.is_transposed:
            why = f"padding='valid' makes {name} {'add a' if step.is_transposed else 'lose the'} border"
            yield from conflict.set([step], "padding", "same", "same", why, near)
        if padding == "same" and down != step.is_transposed:
            key = (
                "valid-up"
                if step.is_transposed
                else "valid-back"
                if gives_back(conflict)
                else "valid"
            )
            if key == "valid" and seeded(conflict, step):
                key = "valid-seed"
            less = "more" if step.is_transposed else "less"
            yield from conflict.set(
                [step], "padding", "valid", key, f"{name} without padding gives {less}", near
            )
    if step.is_transposed:
        for new in conflict.values(step, "output_padding"):
            if new is not None or down:
                yield from conflict.set(
                    [step],
                    "output_padding",
                    new,
                    "knob",
                    f"output_padding decides {name}'s last pixels",
                    near,
                )
    if step.is_convolution or step.is_film:
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
            # A kernel of 1 looks at no neighbour, and is meant to.
            for new in conflict.values(step, "kernel_size") if most(now) > 1 else ():
                smaller = (most(new) < most(now)) != step.is_transposed
                odd = most(new) % 2 == 1 and most(new) > 1
                if odd and ((smaller and up) or (not smaller and down)):
                    why = f"the kernel of {name} decides how much border is lost"
                    yield from conflict.set([step], "kernel_size", new, "kernel", why, near)
    if step.is_pooling:
        now = value(step.core, "pool_size")
        for new in conflict.values(step, "pool_size"):
            if most(new) > 1 and (
                (most(new) < most(now) and up) or (most(new) > most(now) and down)
            ):
                yield from conflict.set(
                    [step],
                    "pool_size",
                    new,
                    "pool-size",
                    f"the window of {name} divides the size",
                    near,
                )
        if (
            up and most(value(step.core, "strides") or now) > 1
        ):  # with a stride of 1 it divides nothing
            key = "remove-double" if doubled(conflict, step) else "remove-pooling"
            yield from made(
                conflict.remove(step), key, f"{name} divides the size once too often", near
            )
    if step.is_upsampling:
        now = value(step.core, "size")
        for new in conflict.values(step, "size"):
            if most(new) > 1 and (
                (most(new) > most(now) and up) or (most(new) < most(now) and down)
            ):
                yield from conflict.set(
                    [step], "size", new, "upsampling", f"{name} multiplies the size", near
                )
        if down:
            yield from made(
                conflict.remove(step),
                "remove-upsampling",
                f"{name} multiplies the size once too often",
                near,
            )
    if (name.startswith("Cropping") and up) or (name.startswith("ZeroPadding") and down):
        yield from made(
            conflict.remove(step), "remove", f"{name} changes the size where nothing should", near
        )


def scale(wanted: Sequence[Dim], have: Sequence[Dim]) -> float | None:
    """The largest factor by which an axis must grow (above 1) or shrink (below 1); `None` where axes differ in that."""
    ratios = [
        want / dim
        for want, dim in zip(wanted, have, strict=True)
        if isinstance(want, int) and isinstance(dim, int) and want > 0 and dim > 0
    ]
    if not ratios or min(ratios) < 1 < max(ratios):
        return None
    return max(ratios) if max(ratios) > 1 else min(ratios)


def more_layers(
    conflict: Conflict, ratio: float, dims: int, chain: Sequence[Step], end: Step | None
) -> Iterator[Candidate]:
    """A pooling or an upsampling more, where one does for every axis: at the convolutions of a chain, or at its `end`.

    `ratio` is what `scale` gave; the chain begins with the step nearest to the end.
    """
    factor = round(max(ratio, 1 / ratio))
    if not 2 <= factor <= 32:
        return
    far = price("far") * max(0.0, log2(factor / 4))
    places = [
        step
        for step in chain
        if step.is_convolution and step.shape_out is not None and not step.inserted
    ]
    if ratio > 1:
        far += price("far") * 2 if dims == 1 else 0.0  # nobody stretches a sequence
        why = f"the map is {factor} times too small: one upsampling more"
        new = NewLayer(f"UpSampling{dims}D", ((None, factor),))
        for i, step in enumerate(places[:4]):
            yield from made(conflict.before(step, new), "insert-upsampling", why, far + 0.01 * i)
        rows = (
            dims == 1 and end is not None and (end.is_dense or end.is_recurrent)
        )  # steps, each with its answer
        if end is not None and not end.is_convolution and not rows:
            yield from made(conflict.behind(end, new), "insert-upsampling", why, far + 0.02)
    else:
        why = f"the map is {factor} times too large: one pooling more"
        new = NewLayer(f"MaxPooling{dims}D", ((None, factor),))
        for i, step in enumerate(places[:6]):
            behind = step
            for after in conflict.view.after(step):
                if not after.keeps:
                    break
                behind = after
            yield from made(conflict.behind(behind, new), "insert-pooling", why, far + 0.01 * i)
