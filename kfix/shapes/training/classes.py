"""The losses and metrics of Keras that a program makes itself: their names and arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from kfix.model.graph import Symbol
from kfix.shapes.formatting import show_value
from kfix.shapes.training.invalid import (
    Row,
    is_below,
    is_no_factor,
    is_no_share,
    is_none_of,
    is_nothing,
    is_outside,
)
from kfix.shapes.training.names import near, table
from kfix.shapes.training.nested import flatten
from kfix.shapes.training.refusals import Refused

_HOMES = {"keras.losses": "losses", "keras.metrics": "metrics"}
_NOUNS = {"losses": "a loss of Keras", "metrics": "a metric of Keras"}
_SPREADS = ("*", "**")


def check_classes(argument: str, given: object) -> None:
    """Raise `Refused` for a loss or a metric that Keras does not have, or cannot make."""
    for one in flatten(given):
        if isinstance(one, Symbol):
            _check(argument, one)


def options_of(value: object) -> dict[str, Any]:
    """Return the arguments of a loss or metric by their names, as far as they are known."""
    if not isinstance(value, Symbol):
        return {}
    kind, name = _place(value.path)
    return _named(value, _classes(kind).get(name, {}).get("parameters", ()))


def _place(path: str) -> tuple[str, str]:
    """Return the kind and the name of a loss or metric by its path, "" for anything else."""
    home, _, name = path.rpartition(".")
    return _HOMES.get(home, ""), name


def _classes(kind: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = table()["public"].get(kind, {}).get("classes", {})
    return found


def _named(value: Symbol, known: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of a call with their names."""
    places = chain(known, repeat("*"))
    names = (word or place for word, place in zip(value.given, places, strict=False))
    return dict(zip(names, value.values, strict=False))


def _check(argument: str, one: Symbol) -> None:
    kind, name = _place(one.path)
    if not kind:
        return
    classes = _classes(kind)
    names = (*classes, *table()["public"][kind]["functions"])
    if name not in names:
        raise Refused(argument, _NOUNS[kind], f"`{name}`").meaning(near(name, names))
    if name in classes and set(_SPREADS).isdisjoint(one.given):
        _check_arguments(argument, one, name, classes[name])


def _check_arguments(argument: str, one: Symbol, name: str, found: Mapping[str, Any]) -> None:
    """Raise `Refused` for an argument that a class does not have, that it lacks, or refuses."""
    known = found["parameters"]
    for word in filter(None, one.given):
        if word not in known:
            actual = f"`{word}`"
            raise Refused(argument, f"an argument of {name}", actual).meaning(near(word, known))
    options = _named(one, known)
    for word in sorted(set(found["required"]).difference(options)) * one.called:
        raise Refused(argument, f"the argument `{word}` of {name}", "none")
    for word, value in options.items():
        is_invalid, expected = _VALUES.get(f"{name}.{word}", _VALUES.get(word, _ANY))
        if is_invalid(value):
            raise Refused(argument, f"{expected} as `{word}` of {name}", show_value(value))


def required_of(name: str, kind: str) -> str:
    """Return the first argument that a class needs which is given by name alone, "" for none."""
    wanted = name.lower().replace("_", "")
    for cls, found in _classes(kind).items():
        if cls.lower() == wanted and found["required"]:
            return str(found["required"][0])
    return ""


_ANY = (is_nothing, "")
_SHARE = (is_outside, "a number from 0 to 1")
_VALUES: dict[str, Row] = {
    "thresholds": _SHARE,
    "recall": _SHARE,
    "precision": _SHARE,
    "specificity": _SHARE,
    "sensitivity": _SHARE,
    "AUC.thresholds": _SHARE,
    "AUC.num_thresholds": (is_below(2), "an integer above 1"),
    "num_thresholds": (is_below(1), "a positive integer"),
    "AUC.curve": (is_none_of("pr", "roc", "prgain"), '"PR", "ROC" or "PRGAIN"'),
    "AUC.summation_method": (
        is_none_of("interpolation", "majoring", "minoring"),
        '"interpolation", "majoring" or "minoring"',
    ),
    "average": (is_none_of("micro", "macro", "weighted"), '"micro", "macro" or "weighted"'),
    "class_aggregation": (
        is_none_of("uniform_average", "variance_weighted_average"),
        '"uniform_average" or "variance_weighted_average"',
    ),
    "F1Score.threshold": (is_no_share, "a float above 0, up to 1"),
    "FBetaScore.threshold": (is_no_share, "a float above 0, up to 1"),
    "beta": (is_no_factor, "a float above 0"),
    "num_regressors": (is_below(0), "no negative number"),
    "reduction": (
        is_none_of("sum", "none", "mean", "sum_over_batch_size", "mean_with_sample_weight"),
        '"sum", "mean", "sum_over_batch_size" or None',
    ),
}
"""What is invalid for an argument, of a class or of any that has it, and what is expected."""
