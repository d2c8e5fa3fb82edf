"""The data that findings carry, and how one of them is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from kfix.model.record import Value
from kfix.model.unknown import Unknown


class Rank(Value):
    """The ranks that a layer or an operation takes: from `least` to `most`, the batch included.

    `Rank(4)` is rank 4 alone, `Rank(3, 4)` is rank 3 or 4, `Rank(2, None)` is rank 2 or more.
    """

    least: int
    most: int | None = 0
    """0 stands for the same as `least`."""

    @property
    def only(self) -> int | None:
        """The rank, where there is only one."""
        return self.least if self.most in (0, self.least) else None

    def __str__(self) -> str:
        if self.most is None:
            return f"rank {self.least} or more"
        if self.only is not None:
            return f"rank {self.least}"
        return f"rank {self.least} or {self.most}"


Datum: TypeAlias = (
    "str | int | float | Unknown | Rank | Sequence[Datum] | Mapping[str, Datum] | None"
)
"""A shape, several shapes, a rank, a number, a name, or a noun phrase ("a positive integer")."""


def written(datum: object) -> str:
    """Return a datum as a person reads it: shapes as Keras prints them, `?` for what is unknown."""
    if isinstance(datum, Unknown):
        return "?"
    if isinstance(datum, Rank):
        return str(datum)
    if isinstance(datum, tuple):
        inner = ", ".join(map(written, datum))
        return f"({inner},)" if len(datum) == 1 else f"({inner})"
    if isinstance(datum, list):
        return _several([written(one) for one in datum])
    if isinstance(datum, dict):
        return "{" + ", ".join(f"{name!r}: {written(one)}" for name, one in datum.items()) + "}"
    return str(datum)


def _several(words: list[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words) or "none"
    return f"{', '.join(words[:-1])} and {words[-1]}"
