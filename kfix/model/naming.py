"""The names of layers, models and operations: as given, as Keras makes them up, as written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfix.model.graph import Argument

SIGNS = {
    "operator.add": "+",
    "operator.sub": "-",
    "operator.mul": "*",
    "operator.truediv": "/",
    "operator.floordiv": "//",
    "operator.mod": "%",
    "operator.pow": "**",
    "operator.matmul": "@",
}
"""How operations are named that a program writes as a sign."""


def given_name(arguments: Iterable[Argument]) -> str | None:
    """Return what `name=` of a call says, `None` where it is not a string."""
    for argument in arguments:
        match argument:
            case Argument(keyword="name", value=str() as name):
                return name
    return None


def snake_case(cls: str) -> str:
    """Return the beginning of a name that Keras makes up.

    Source: `to_snake_case` in its `utils/naming.py`.
    """
    text = re.sub(r"\W+", "", cls) or "unknown"
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", text)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()
