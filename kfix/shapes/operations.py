"""Operations on tensors and arrays: `keras.ops`, `tf.*`, numpy and Python's operators alike."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model import Shapes, Unknown


def is_operation(path: str) -> bool:
    """Is there a rule for the function with this dotted name?"""
    return False


def operation(path: str, args: Sequence[tuple[str | None, object]]) -> Shapes:
    """The shape of what the function gives; raises the finding that stands for a refusal."""
    return Unknown(f"no rule for `{path}`")
