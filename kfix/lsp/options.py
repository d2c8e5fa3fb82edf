"""What the client has set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    if not isinstance(given, Mapping):
        return options
    inner = given.get("kfix", given)
    values = dict(_values(inner if isinstance(inner, Mapping) else {}, wrong))
    return options._replace(**values)


def _values(given: Mapping[str, Any], wrong: list[str]) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        if name in ("select", "ignore"):
            try:
                yield name, codes([value] if isinstance(value, str) else list(value or ()))
            except (ValueError, TypeError, AttributeError) as error:
                wrong.append(f"kfix.{name}: {error}")
        elif name in ("hints", "lenses") and isinstance(value, bool):
            yield name, value
        elif name == "keras" and str(value) in ("2", "3"):
            yield name, int(value)
        elif name == "delay" and isinstance(value, int) and 0 <= value <= 10_000:
            yield name, value
        elif name in Options._fields and value not in (None, ""):
            wrong.append(f"kfix.{name}: invalid value {value!r}")
