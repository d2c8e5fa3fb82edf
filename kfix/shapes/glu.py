"""The activation `glu`, which halves the last dim at run time; the built model does not show it."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.halved_when_run import HalvedWhenRun
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Shapes
from kfix.shapes.binding import Bound


def glu_when_run(layer: Bound, outputs: Shapes) -> Finding | None:
    """Return what happens to a layer with this activation when it runs.

    `None` if the last dim is not known.
    """
    if layer.signature.family == "rnn":  # a state of half the size does not fit the next step
        expected = "an activation that keeps the shape"
        return RefusedWhenRun(layer.cls, expected=expected, actual="glu")
    if not isinstance(outputs, tuple) or not outputs or not isinstance(outputs[-1], int):
        return None
    if outputs[-1] % 2:
        expected = "an even last dim for its activation glu"
        return RefusedWhenRun(layer.cls, expected=expected, actual=outputs)
    return HalvedWhenRun(layer.cls, expected=outputs, actual=(*outputs[:-1], outputs[-1] // 2))
