"""Layers that only Keras 1 and 2 had, and that are no other name of one that there is."""

from __future__ import annotations

from kfix.model.graph import Shape, Shapes
from kfix.shapes.binding import Bound
from kfix.shapes.layer_call import check_rank
from kfix.shapes.registry import rule


@rule("ThresholdedReLU")
def thresholded_relu(layer: Bound, x: Shape) -> Shapes:
    """The input's shape."""
    return x


@rule("RandomHeight", "RandomWidth")
def random_side(layer: Bound, x: Shape) -> Shapes:
    """The height or the width becomes `None`.

    Refused: another rank than 3 or 4.
    """
    check_rank(layer.cls, x, 4 if len(x) > 3 else 3, None)
    side = len(x) - (3 if layer.cls == "RandomHeight" else 2)
    return (*x[:side], None, *x[side + 1 :])
