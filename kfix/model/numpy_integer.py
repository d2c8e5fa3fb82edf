"""Integers of NumPy whose value is known."""

from __future__ import annotations


class NumpyInteger(int):
    """An integer of NumPy: it counts as one of Python, and some arguments of Keras refuse it.

    What is computed from it is one, too; `int(…)` makes it one of Python.
    """

    __slots__ = ()

    def __add__(self, other: int) -> NumpyInteger:
        """Return the sum."""
        return _as_numpy(int(self).__add__(other))

    def __sub__(self, other: int) -> NumpyInteger:
        """Return the difference."""
        return _as_numpy(int(self).__sub__(other))

    def __mul__(self, other: int) -> NumpyInteger:
        """Return the product."""
        return _as_numpy(int(self).__mul__(other))

    def __floordiv__(self, other: int) -> NumpyInteger:
        """Return the quotient, rounded down."""
        return _as_numpy(int(self).__floordiv__(other))

    __radd__ = __add__
    __rmul__ = __mul__


def _as_numpy(value: int) -> NumpyInteger:
    """Return a result of NumPy; anything but an integer as it is."""
    return NumpyInteger(value) if isinstance(value, int) else value
