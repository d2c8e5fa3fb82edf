"""What may be computed on values that are known: neither the work nor its result may grow without
bound.

A function of Python's own is called only on values that are small, and only
where its result is small: `10**10**10`, `'a' * 10**12` and a list that a loop
doubles are unknown, as too large.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

MAX_LENGTH = 10_000
"""Elements of a container that is made, characters of a string, bits of a number."""

MAX_SIZE = 10 * MAX_LENGTH
"""Elements, characters and bits that a function is given, all together."""

_MAX_WORK = 10 * MAX_SIZE
"""Characters that come of a text in which each may become several."""

_WIDTH = re.compile(r"\d{4}|\*|\{[^{}]*\{")
"""In a format: a width that is large, or that is an argument itself."""


def too_large(name: str, values: Sequence[Any]) -> bool:
    """Return whether the function of this name (`pow`, `.join`) would do or make too much.

    A method's receiver is the first value."""
    room = MAX_SIZE
    for value in values:
        room -= size(value, room)
        if room < 0:
            return True
    grows = _GROWS.get(name)
    return grows is not None and grows(*values)


def size(value: Any, most: int = MAX_SIZE) -> int:
    """Return the bits of a number, characters of a text, or elements of a container with those
    within.

    Counted as far as `most`.
    """
    if isinstance(value, int):
        return value.bit_length()
    if isinstance(value, range):
        if not value[most : most + 1]:
            return len(value)
        return most + 1  # `len` of a longer one may fail
    if isinstance(value, str | bytes):
        return len(value)
    if not isinstance(value, list | tuple | set | frozenset | dict):
        return 1
    total = len(value)
    for item in [*value, *value.values()] if isinstance(value, dict) else value:
        if total > most:
            break
        total += size(item, most - total)
    return total


def _power(base: Any = None, exponent: Any = None, modulus: Any = None, *_: Any) -> bool:
    if not (isinstance(base, int) and isinstance(exponent, int)):
        return False
    steps = abs(exponent) if modulus is None else exponent.bit_length() * size(modulus)
    return steps * max(1, base.bit_length()) >= MAX_LENGTH


def _shift(number: Any = 0, places: Any = None, *_: Any) -> bool:
    return isinstance(places, int) and size(number) + places >= MAX_LENGTH


def _product(left: Any = None, right: Any = None, *_: Any) -> bool:
    return any(
        isinstance(many, str | bytes | list | tuple)
        and isinstance(count, int)
        and len(many) * count >= MAX_LENGTH
        for many, count in ((left, right), (right, left))
    )


def _percent(template: Any = None, *_: Any) -> bool:
    if isinstance(template, bytes):
        template = template.decode("latin-1")
    return isinstance(template, str) and wide(template)


def wide(template: str) -> bool:
    """Return whether what this format makes may be long."""
    return _WIDTH.search(template) is not None


def _spec(_: Any = None, spec: Any = "", *__: Any) -> bool:
    return isinstance(spec, str) and wide(spec)


def _digits(*values: Any) -> bool:
    return any(isinstance(value, int) and abs(value) > MAX_LENGTH for value in values[1:])


def _count(*values: Any) -> bool:
    return isinstance(values[0] if values else None, int) and values[0] > MAX_LENGTH


def _spread(text: Any = "", *values: Any) -> bool:
    """Return whether too much may come of a text each of whose characters may become as many as the
    values say.
    """
    each = sum(abs(value) if isinstance(value, int) else size(value) for value in values)
    return (size(text) + 1) * (each + 1) > _MAX_WORK


_GROWS: dict[str, Callable[..., bool]] = {
    "pow": _power,
    "lshift": _shift,
    "mul": _product,
    "mod": _percent,
    "format": _spec,
    "round": _digits,
    "bytes": _count,
    **dict.fromkeys((".format", ".format_map"), _percent),
    **dict.fromkeys((".join", ".replace", ".translate", ".expandtabs"), _spread),
    **dict.fromkeys((".ljust", ".rjust", ".center", ".zfill", ".to_bytes"), _spread),
}
