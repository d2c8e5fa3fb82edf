"""The losses and metrics of Keras that a program makes itself: their names and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfix.model.graph import Symbol
from kfix.shapes.losses import plain
from kfix.shapes.training.invalid import (
    Row,
    check_values,
    is_below,
    is_none_of,
    is_not_a_float,
    is_outside,
)
from kfix.shapes.training.names import NOUNS, is_spread, named, near, table
from kfix.shapes.training.nested import flatten
from kfix.shapes.training.refusals import Refused

_HOMES = {"keras.losses": "losses", "keras.metrics": "metrics"}


def check_class_objects(argument: str, given: object) -> None:
    """Raise `Refused` for a loss or a metric that Keras does not have, or cannot make."""
    for one in flatten(given):
        if isinstance(one, Symbol):
            _check(argument, one)


def options_of(value: object) -> dict[str, Any]:
    """Return the arguments of a loss or metric by their names, as far as they are known."""
    if not isinstance(value, Symbol):
        return {}
    kind, name = _place(value.path)
    return named(value, _classes(kind).get(name, {}).get("parameters", ()))


def _place(path: str) -> tuple[str, str]:
    """Return the kind and the name of a loss or metric by its path, "" for anything else."""
    home, _, name = path.rpartition(".")
    return _HOMES.get(home, ""), name


def _classes(kind: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = table()["public"].get(kind, {}).get("classes", {})
    return found


def _check(argument: str, one: Symbol) -> None:
    kind, name = _place(one.path)
    if not kind:
        return
    classes = _classes(kind)
    names = (*classes, *table()["public"][kind]["functions"])
    if name not in names:
        raise Refused(argument, NOUNS[kind], f"`{name}`").meaning(near(name, names))
    if name in classes and not is_spread(one):
        _check_arguments(argument, one, name, classes[name])


def _check_arguments(argument: str, one: Symbol, name: str, found: Mapping[str, Any]) -> None:
    """Raise `Refused` for an argument that a class does not have, that it lacks, or refuses."""
    known = found["parameters"]
    for word in filter(None, one.given):
        if word not in known:
            actual = f"`{word}`"
            raise Refused(argument, f"an argument of {name}", actual).meaning(near(word, known))
    options = named(one, known)
    for word in sorted(set(found["required"]).difference(options)) * one.called:
        raise Refused(argument, f"the argument `{word}` of {name}", "none")
    check_values(argument, name, options, _VALUES)


def required_of(metric: str) -> str:
    """Return the first argument that a metric needs which is given by name alone, "" for none."""
    wanted = plain(metric)
    for cls, found in _classes("metrics").items():
        if cls.lower() == wanted and found["required"]:
            return str(found["required"][0])
    return ""


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
    "F1Score.threshold": (is_not_a_float(1), "a float above 0, up to 1"),
    "FBetaScore.threshold": (is_not_a_float(1), "a float above 0, up to 1"),
    "beta": (is_not_a_float(), "a float above 0"),
    "num_regressors": (is_below(0), "a number of at least 0"),
    "reduction": (
        is_none_of("sum", "none", "mean", "sum_over_batch_size", "mean_with_sample_weight"),
        '"sum", "mean", "sum_over_batch_size" or None',
    ),
}
"""What is invalid for an argument, of a class or of any that has it, and what is expected."""
