"""A refusal that an argument of the layer decides: what the layer itself says may be turned."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.repair.candidate import Candidate
from kfix.repair.candidates.dimensions import other_dims
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every value worth trying of every knob of the refused layer."""
    step = conflict.step
    if step is None or step.made:
        return
    if step.shape_in is not None:
        yield from other_dims(conflict, step, step.shape_in)  # Conv1D(32, (3, 3)) is a Conv2D
    for knob in conflict.knobs(step):
        for i, new in enumerate(conflict.values(step, knob.name)):
            why = f"{step.cls} does not take its {knob.name} as it stands"
            border = (
                price("bridge") + price("branch") if new == "valid" else 0.0
            )  # 'same' keeps the size, as causal does
            yield from conflict.set([step], knob.name, new, "knob", why, price("next") * i + border)
