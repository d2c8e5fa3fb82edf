"""Call functions of Python itself on the known values of a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kfix.source.interpreter.bounds import too_large
from kfix.source.interpreter.context import Context

_RAISED = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
"""What Python's own functions and operators raise where the values are not right for them."""


def result_of(
    context: Context,
    function: Callable[..., Any],
    values: Sequence[Any],
    named: Mapping[str, Any] | None = None,
) -> Any:
    """Return `function(*values, **named)`.

    It is an `Unknown` where it fails or would be too large.
    """
    named = named or {}
    if too_large(getattr(function, "__name__", ""), [*values, *named.values()]):
        return context.unknown(f"`{context.source}` is too large")
    return applied(context, function, values, named)


def applied(
    context: Context,
    function: Callable[..., Any],
    values: Sequence[Any],
    named: Mapping[str, Any],
) -> Any:
    """Return `function(*values, **named)` of Python's own objects that are not too large.

    It is an `Unknown` where Python raises an error, which the program would raise, too. No function
    of kfix may be called here: its faults would be taken for those of the program.
    """
    try:
        return function(*values, **named)
    except _RAISED as error:
        return context.unknown(f"{type(error).__name__}: {error}")
