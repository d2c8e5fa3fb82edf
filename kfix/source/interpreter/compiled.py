"""The calls of `compile` of a program, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Argument
from kfix.model.program import Part
from kfix.model.site import Site


class Compiled(NamedTuple):
    """A call of `compile`: its arguments, its losses and metrics, and the value of `loss`."""

    model: AbstractValue
    arguments: tuple[Argument, ...]
    site: Site
    parts: tuple[Part, ...]
    loss: AbstractValue | None


def last_compile(calls: Sequence[Compiled], model: AbstractValue) -> Compiled | None:
    """Return the last call of `compile` of a model, `None` without any."""
    return next((one for one in reversed(calls) if one.model is model), None)
