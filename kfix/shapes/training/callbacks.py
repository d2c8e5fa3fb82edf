"""The callbacks of a call, as `CallbackList` takes them: their classes and arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kfix.model.graph import Array, Symbol
from kfix.model.history_keys import OLD_KEYS as HISTORY_KEYS
from kfix.model.naming import snake_case
from kfix.model.near import did_you_mean
from kfix.shapes.formatting import show_value
from kfix.shapes.training.classes import options_of
from kfix.shapes.training.invalid import Row, check_values, is_at_least, is_none_of
from kfix.shapes.training.names import is_spread, named, table
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
    check_values("callbacks", name, named(one, names), _INVALID)
    by_place = names[: one.given.count(None)]
    for word in set(known["required"]).difference(by_place, given):
        raise Refused("callbacks", f"the argument `{word}` of {name}", "none")


def check_monitors(given: object, metrics: Sequence[object]) -> None:
    """Raise `Refused` for a name of which Keras does not know whether less of it is better.

    It knows that of the loss, and of the metrics of `compile` that are Keras's own.
    """
    names = ["loss", *map(_name_of_metric, metrics)]
    if None in names:
        return
    for one in as_sequence(given):
        if isinstance(one, Symbol) and one.path in _MONITORING and not is_spread(one):
            _check_monitor(one, [*filter(None, names)])


def _name_of_metric(metric: object) -> str | None:
    """Return the name of a metric of Keras, "" for a function of the program, else `None`."""
    match metric:
        case str():
            return metric
        case Symbol(called=False, path=path) if "." not in path:
            return ""
        case Symbol(called=True, path=path) if path.startswith(_METRICS):
            cls = path.removeprefix(_METRICS)
            name = options_of(metric).get("name") or _NAMES.get(cls, snake_case(cls))
            return name if isinstance(name, str) else None
    return None


def _check_monitor(one: Symbol, names: Sequence[str]) -> None:
    cls = one.path.removeprefix(_MODULE)
    given = named(one, table()["callbacks"][cls]["parameters"])
    monitor, mode = given.get("monitor", "loss"), given.get("mode", "auto")
    if not isinstance(monitor, str) or not isinstance(mode, str) or mode in _DIRECTIONS:
        return
    name = monitor.removeprefix("val_")
    if name.rstrip("0123456789").rstrip("_") in names:  # as Keras numbers names that it makes up
        return
    if name not in (*names, *map(HISTORY_KEYS.get, names)):  # of old names another finding says so
        known = [f"{monitor.removesuffix(name)}{one}" for one in names]
        expected = f"{' or '.join(map(repr, known))} as `monitor` of {cls}, or `mode`"
        raise Refused("callbacks", expected, repr(monitor), did_you_mean(monitor, known))


_METRICS = "keras.metrics."
_NAMES = {"FBetaScore": "fbeta_score", "LogCoshError": "logcosh"}
"""The names of metrics that are not the snake case of their class."""

_DIRECTIONS = ("min", "max")
_MONITORING = tuple(
    f"{_MODULE}{name}" for name in ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau")
)
"""Callbacks that compare a quantity with the best so far."""

_INVALID: dict[str, Row] = {
    "ReduceLROnPlateau.factor": (is_at_least(1), "a number below 1"),
    "ModelCheckpoint.save_freq": (is_none_of("epoch"), '"epoch" or an integer'),
}
"""What is invalid for an argument of a callback, and what is expected."""
