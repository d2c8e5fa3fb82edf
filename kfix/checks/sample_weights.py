"""The weights of the samples that a call gives beside its data, as Keras takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfix.checks.called import Called
from kfix.checks.samples import number_of_samples
from kfix.model.epochs import is_validated
from kfix.model.graph import Array
from kfix.model.program import Batches
from kfix.shapes.training.calls import (
    SOURCES,
    bound,
    check_class_weight,
    check_numbers,
    check_sample_weight,
    check_samples,
)
from kfix.shapes.training.nested import flatten
from kfix.shapes.training.refusals import NotKnown, Refused

ON_BATCH = ("train_on_batch", "test_on_batch")
"""Calls that take weights as they are."""

_GENERATOR = "generator"


def weights_of(called: Called) -> Any:
    """Return the weights of the samples; raise `Refused`."""
    batches = called.batches
    given = bound(called.fit.method, called.fit.arguments)
    if batches.aside:
        if not is_validated(given):
            raise NotKnown
        check_numbers(given, batches.made_by, None, aside=True)
        return _weights_aside(batches)
    if called.fit.method in ON_BATCH:
        check_class_weight(given, batches.y, "", is_batch=True)
        return _weights_of_batch(given)
    if batches.made_by and given.get("y") is not None:
        raise Refused("y", f"labels in the {SOURCES[batches.made_by]}", "the argument y")
    check_numbers(given, batches.made_by, number_of_samples(batches.x))
    check_class_weight(given, batches.y, batches.made_by)
    weights = check_sample_weight(given, batches.y, batches.made_by)
    _check_counts(batches, weights, batches.own or batches.made_by == _GENERATOR)
    return weights


def _weights_aside(batches: Batches) -> Any:
    """Return the weights that `validation_data` holds, `None` where they are not known."""
    weights = check_sample_weight({"sample_weight": batches.weights}, batches.y, "")
    _check_counts(batches, weights, batches.made_by == _GENERATOR and not batches.own)
    return weights


def _check_counts(batches: Batches, weights: Any, wanted: bool) -> None:
    """Raise `Refused` for other numbers of samples; of arrays alone another finding says it."""
    if wanted or weights is not None:
        check_samples(batches.x, batches.y, weights, batches.made_by == _GENERATOR)


def _weights_of_batch(given: Mapping[str, Any]) -> Any:
    """Return the weights of one batch, `None` where they are numbers of Python, or unknown."""
    weights = given.get("sample_weight")
    if not all(isinstance(leaf, Array) for leaf in flatten(weights)):
        return None
    return weights
