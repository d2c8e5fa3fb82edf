"""What is known of the numbers that labels are."""

from __future__ import annotations

from kfix.model.attributes import FRACTIONS
from kfix.model.graph import Array


def are_fractions(labels: Array) -> bool:
    """Return whether the labels are real numbers, and so no class indices."""
    return labels.dtype == FRACTIONS
