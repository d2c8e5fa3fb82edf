"""What the client has set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from kfix.findings.codes import codes


class Options(NamedTuple):
    """What the client has set: `kfix.…` of its settings, or `initializationOptions`.

    `select` and `ignore` are codes or prefixes as on the command line, `keras` 2 or 3, `hints` and
    `lenses` whether those are shown, `delay` the milliseconds without typing before a program is
    checked.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    keras: Literal[2, 3] | None = None
    hints: bool = True
    lenses: bool = True
    delay: int = 150


def options_of(given: object, wrong: list[str]) -> Options:
    """Return the settings of a client; what is wrong in them is left out and said in `wrong`."""
    options = Options()
    if isinstance(given, Mapping):
        given = given.get("kfix", given)
    if not isinstance(given, Mapping):
        return options
    for name, value in given.items():
        reader = _READERS.get(name)
        if reader is None or value in (None, ""):
            continue
        try:
            options = options._replace(**{name: reader(value)})
        except (ValueError, TypeError, AttributeError) as error:
            wrong.append(f"kfix.{name}: {error}")
    return options


def _codes(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    return codes(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"invalid value {value!r}, expected true or false")
    return value


def _keras(value: Any) -> int:
    if str(value) not in ("2", "3"):
        raise ValueError(f"invalid value {value!r}, expected 2 or 3")
    return int(value)


def _delay(value: Any) -> int:
    if value not in range(_MOST_DELAY + 1):
        raise ValueError(
            f"invalid value {value!r}, expected milliseconds from 0 to {_MOST_DELAY:,}"
        )
    return int(value)


_MOST_DELAY = 10_000
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "select": _codes,
    "ignore": _codes,
    "keras": _keras,
    "hints": _flag,
    "lenses": _flag,
    "delay": _delay,
}
