"""An argument that Keras 3 asks for, and Keras 2 had a value for."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.set_argument import SetArgument
from kfix.model.code import Slot
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price

DEFAULTS: dict[str, tuple[str, object]] = {
    "AveragePooling1D": ("pool_size", 2),
    "AveragePooling2D": ("pool_size", (2, 2)),
    "AveragePooling3D": ("pool_size", (2, 2, 2)),
}
"""By class: the argument and its default in Keras 2, where Keras 3 has none."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the value that Keras 2 took, at every layer that lacks it."""
    found: dict[object, tuple[str, SetArgument]] = {}
    for step in conflict.view.steps:
        name, value = DEFAULTS.get(step.core.cls, ("", None))
        given = any(argument.keyword in (None, name) for argument in step.core.arguments)
        if name and not given and not step.made and step.core.is_keras_layer:
            found[step.core.site] = step.core.cls, SetArgument((Slot(step.core.site),), name, value)
    if found:
        classes = ", ".join(dict.fromkeys(cls for cls, _ in found.values()))
        why = f"{classes} had this as its default in Keras 2, and has none now"
        yield Candidate(tuple(edit for _, edit in found.values()), price("rename"), why)
