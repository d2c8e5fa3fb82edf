"""The epochs that a call of `fit` runs, by its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _epochs(given: Mapping[str, Any]) -> range | None:
    """Return the epochs that `fit` runs, `None` where that is not known."""
    first, last = given.get("initial_epoch", 0), given.get("epochs", 1)
    if isinstance(first, int) and isinstance(last, int):
        return range(first, last)
    return None


def is_never_run(given: Mapping[str, Any]) -> bool:
    """Return whether `fit` runs no epoch at all."""
    epochs = _epochs(given)
    return epochs is not None and not epochs


def is_validated(given: Mapping[str, Any]) -> bool:
    """Return whether `fit` may come to its validation data."""
    epochs, each = _epochs(given), given.get("validation_freq", 1)
    if epochs is None or not isinstance(each, int) or each < 1:
        return True
    return any((epoch + 1) % each == 0 for epoch in epochs)
