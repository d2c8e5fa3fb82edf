"""The layers that make a map larger or smaller, turned the way that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2

from kfix.model.code import NewLayer
from kfix.model.graph import Dim
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.view import Step


def scale(wanted: Sequence[Dim], have: Sequence[Dim]) -> float | None:
    """Return the largest factor by which axes must grow (above 1) or shrink (below 1).

    `None` where they differ in that.
    """
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
    """Yield a pooling or an upsampling more, at the convolutions of a chain or at its `end`.

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
        why = f"the feature map is {factor} times too small: one more upsampling"
        new = NewLayer(f"UpSampling{dims}D", ((None, factor),))
        for i, step in enumerate(places[:4]):
            yield from made(
                conflict.before(step, new), "insert-upsampling", why, far + price("near") * i
            )
        rows = (
            dims == 1 and end is not None and (end.is_dense or end.is_recurrent)
        )  # steps, each with its answer
        if end is not None and not end.is_convolution and not rows:
            yield from made(
                conflict.behind(end, new), "insert-upsampling", why, far + price("next")
            )
    else:
        why = f"the feature map is {factor} times too large: one more pooling"
        new = NewLayer(f"MaxPooling{dims}D", ((None, factor),))
        for i, step in enumerate(places[:6]):
            behind = step
            for after in conflict.view.after(step):
                if not after.keeps:
                    break
                behind = after
            yield from made(
                conflict.behind(behind, new), "insert-pooling", why, far + price("near") * i
            )
