"""Arguments of layers that take integers of Python alone: Keras 3 refuses those of NumPy."""

from __future__ import annotations

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Array
from kfix.model.numpy_integer import NumpyInteger
from kfix.shapes.binding import Bound

_OF_ANY = ("units", "input_dim", "output_dim", "num_heads", "key_dim")
"""Arguments of every layer that has them."""

_OF_SOME = {"RepeatVector": ("n",), "GroupNormalization": ("groups",), "UpSampling1D": ("size",)}
"""Arguments of some layers."""

EXPECTED = "a Python integer, int(…)"


def check_integers(layer: Bound) -> None:
    """Raise `BadArgument` for an integer of NumPy, or an array, where Keras takes none."""
    for name in layer.given.keys() & {*_OF_ANY, *_OF_SOME.get(layer.cls, ())}:
        if is_of_numpy(layer.given[name].value):
            raise BadArgument(layer.cls, argument=name, expected=EXPECTED, actual="a NumPy integer")


def is_of_numpy(value: object) -> bool:
    """Return whether a value is an integer of NumPy, or an array of one."""
    if isinstance(value, Array):
        return value.shape == () and str(value.dtype).startswith(("int", "uint"))
    return isinstance(value, NumpyInteger)
