"""The activation `glu`, which halves the last dim when it runs, though Keras does not say so while it builds."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.halved_when_run import HalvedWhenRun
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Shapes
from kfix.shapes.binding import Bound


def halved(layer: Bound, outputs: Shapes) -> Finding | None:
    """What becomes of a layer with this activation when it runs; `None` where the last dim is not known."""
    if layer.signature.family == "rnn":  # a state of half the size does not fit the next step
        return RefusedWhenRun(
            layer.cls, expected="an activation that keeps the shape", actual="glu"
        )
    if not isinstance(outputs, tuple) or not outputs or not isinstance(outputs[-1], int):
        return None
    if outputs[-1] % 2:
        return RefusedWhenRun(
            layer.cls, expected="an even last dim for its activation glu", actual=outputs
        )
    return HalvedWhenRun(layer.cls, expected=outputs, actual=(*outputs[:-1], outputs[-1] // 2))
