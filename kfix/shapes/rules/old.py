"""Layers that only Keras 1 and 2 had, and that Keras 3 has under no name."""

from __future__ import annotations

from kfix.model.graph import Shape, Shapes
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rule_call import check_rank
from kfix.shapes.sizes import replace_axis


@rule(
    "ThresholdedReLU",
    effects=fx.same,
)
def thresholded_relu(layer: Bound, x: Shape) -> Shapes:
    """Keep the input's shape."""
    return x


@rule(
    "RandomHeight",
    "RandomWidth",
    effects=fx.same,
)
def random_side(layer: Bound, x: Shape) -> Shapes:
    """Replace the height or the width with `None`.

    Refused: another rank than 3 or 4.
    """
    check_rank(layer.cls, x, min(max(len(x), 3), 4), None)
    places = {"RandomHeight": len(x) - 3, "RandomWidth": len(x) - 2}
    return replace_axis(x, places[layer.cls], None)
