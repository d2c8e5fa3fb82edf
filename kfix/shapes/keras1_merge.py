"""`merge([a, b], mode="concat")`, the one function of Keras 1 for what is several now, and `Merge` of models."""

from __future__ import annotations

from typing import NamedTuple

from kfix.findings.old_layer import OldLayer
from kfix.model.graph import Layer, Model

PATH = "keras.layers.merge"

MODES = {
    "sum": "add",
    "mul": "multiply",
    "ave": "average",
    "max": "maximum",
    "concat": "concatenate",
    "dot": "dot",
}
"""By mode the function that it is now; from the release notes of Keras 2."""

_PARAMETERS = (
    "inputs",
    "mode",
    "concat_axis",
    "dot_axes",
    "output_shape",
    "output_mask",
    "arguments",
    "name",
)
_NOW = {"concatenate": {"concat_axis": "axis"}, "dot": {"dot_axes": "axes"}}

Args = tuple[tuple[str | None, object], ...]


class Replacement(NamedTuple):
    """The function that the call is now, and which of its arguments it takes: their numbers and keywords."""

    name: str
    kept: tuple[tuple[int, str | None], ...]
    args: Args


def replacement(args: Args) -> Replacement | None:
    """What a call of `merge` is now; `None` for a mode that is none of these (a function, the cosine)."""
    given: dict[str, tuple[int, object]] = {}
    place = 0
    for number, (keyword, value) in enumerate(args):
        if keyword in ("*", "**"):
            return None
        if keyword is None:
            if place == len(_PARAMETERS):
                return None
            keyword, place = _PARAMETERS[place], place + 1
        given[keyword] = (number, value)
    mode = given["mode"][1] if "mode" in given else "sum"
    if "inputs" not in given or not isinstance(mode, str) or mode not in MODES:
        return None
    name = MODES[mode]
    renamed = {"inputs": None, "name": "name", **_NOW.get(name, {})}
    kept = tuple((given[old][0], new) for old, new in renamed.items() if old in given)
    made: list[tuple[str | None, object]] = [(new, args[number][1]) for number, new in kept]
    return Replacement(name, kept, tuple(made))


def finding(args: Args) -> OldLayer:
    """What Keras 3 has against it."""
    new = replacement(args)
    return OldLayer(
        "merge",
        expected="its kinds are functions of their own" if new is None else f"it is now {new.name}",
    )


def joined(layer: Layer) -> tuple[list[Model], Args] | None:
    """The models that a `Merge([left, right], mode="sum")` joins, and its other arguments; `None` for anything else."""
    found: list[Model] = []
    more: list[tuple[str | None, object]] = []
    for number, argument in enumerate(layer.arguments):
        value = argument.value
        if argument.keyword == "layers" or (argument.keyword is None and number == 0):
            parts = value if isinstance(value, list | tuple) else ()
            found = [
                part.model for part in parts if isinstance(part, Layer) and part.model is not None
            ]
            if len(found) != len(parts):
                return None
        else:
            more.append((argument.keyword, value))
    return (found, tuple(more)) if len(found) > 1 else None


def join_finding(args: Args) -> OldLayer:
    """What Keras 3 has against a `Merge` of models."""
    new = replacement(args)
    name = "concatenate" if new is None else new.name
    return OldLayer(
        "Merge",
        expected=f"models are joined by {name}([left.output, right.output]) and Model(inputs, outputs)",
    )
