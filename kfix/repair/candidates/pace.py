"""By how much one way makes a map smaller than another: of no conflict of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kfix.model.graph import Shape
from kfix.repair.numbers import most
from kfix.shapes.arguments import value
from kfix.shapes.view import Step

if TYPE_CHECKING:
    from fractions import Fraction


def strides_between(
    shape: Shape, wanted: Shape, own: Iterable[Step], branch: Iterable[Step]
) -> int | None:
    """Return the stride by which a 1×1 convolution comes to a size: `(i - 1) // s + 1`.

    Sizes that are variable or unknown say nothing: what the layers of the two ways, `own` and
    `branch`, divide them by does.
    """
    sizes = list(zip(shape[1:-1], wanted[1:-1], strict=True))
    known = [
        (have, want) for have, want in sizes if isinstance(have, int) and isinstance(want, int)
    ]
    if len(known) < len(sizes):
        if any(
            isinstance(have, int) or isinstance(want, int)
            for have, want in sizes
            if (have, want) not in known
        ):
            return None
        ratio = divides(branch) / divides(own)
        whole = ratio.denominator == 1 and all(_reaches(*two, ratio.numerator) for two in known)
        return ratio.numerator if whole else None
    return next(
        (strides for strides in range(1, 17) if all(_reaches(*two, strides) for two in known)), None
    )


def _reaches(have: int, want: int, strides: int) -> bool:
    return (have - 1) // strides + 1 == want


def divides(steps: Iterable[Step]) -> Fraction:
    """Return what all the steps together divide a size by."""
    from fractions import Fraction  # not every run needs it, and it takes 2 ms

    total = Fraction(1)
    for step in steps:
        strides = most(value(step.core, "strides")) if step.names and "strides" in step.names else 1
        if step.is_pooling and value(step.core, "strides") is None:
            strides = most(value(step.core, "pool_size"))
        if step.is_upsampling:
            total /= most(value(step.core, "size"))
        elif step.is_transposed:
            total /= strides
        else:
            total *= strides
    return total
