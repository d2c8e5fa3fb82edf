"""The callbacks of a call, as `CallbackList` takes them: their classes and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfix.model.graph import Array, Symbol
from kfix.model.near import did_you_mean
from kfix.shapes.formatting import show_value
from kfix.shapes.training.invalid import Row, check_values, is_at_least
from kfix.shapes.training.names import is_spread, table
from kfix.shapes.training.refusals import Refused
from kfix.shapes.values import as_sequence

_MODULE = "keras.callbacks."

OLD = {
    "ModelCheckpoint": ("period",),
    "ReduceLROnPlateau": ("epsilon",),
    "TensorBoard": ("write_grads", "batch_size", "embeddings_layer_names", "embeddings_data"),
}
"""Arguments of Keras 2 that another finding reports."""


def check_callbacks(given: object) -> None:
    """Raise `Refused` for a callback that Keras cannot make or call."""
    for one in as_sequence(given):
        if isinstance(one, str | int | float | Array):
            raise Refused("callbacks", "callbacks", show_value(one))
        if isinstance(one, Symbol) and one.path.startswith(_MODULE):
            _check_class(one, one.path.removeprefix(_MODULE))


def _check_class(one: Symbol, name: str) -> None:
    """Raise `Refused` for a class that there is not, and for arguments that it does not have."""
    known = table()["callbacks"]
    if name not in known:
        raise Refused("callbacks", "a callback of Keras", f"`{name}`", did_you_mean(name, known))
    if not one.called:
        raise Refused("callbacks", "a callback", f"the class `{name}`", f"call it: `{name}()`")
    if not is_spread(one):
        _check_arguments(one, name, known[name])


def _check_arguments(one: Symbol, name: str, known: Mapping[str, Any]) -> None:
    """Raise `Refused` for an argument that a class does not have, and for one that it lacks."""
    names = known["parameters"]
    given = set(filter(None, one.given))
    strange = given.difference(names, OLD.get(name, ()))
    for word in [*strange] * (not known["open"]):
        advice = did_you_mean(word, names)
        raise Refused("callbacks", f"an argument of {name}", f"`{word}`", advice)
    by_name = zip(one.given, one.values, strict=False)
    options = {word: value for word, value in by_name if word is not None}
    check_values("callbacks", name, options, _INVALID)
    by_place = names[: one.given.count(None)]
    for word in set(known["required"]).difference(by_place, given):
        raise Refused("callbacks", f"the argument `{word}` of {name}", "none")


_INVALID: dict[str, Row] = {"ReduceLROnPlateau.factor": (is_at_least(1), "a number below 1")}
"""What is invalid for an argument of a callback, and what is expected."""
