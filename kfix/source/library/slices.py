"""What `tf.data.Dataset.from_tensor_slices` refuses."""

from __future__ import annotations

from typing import TypeGuard

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Shape
from kfix.model.unknown import Impossible, Unknown, all_integers
from kfix.source.interpreter.containers import DictV, ListV
from kfix.source.library.arguments import Bound


def unequal_lists(value: AbstractValue, call: Bound) -> Impossible | None:
    """Return why a list of arrays of different shapes makes no tensor, `None` where none is so."""
    if not isinstance(value, ListV):
        return None
    if value.kind == "tuple":
        found = (unequal_lists(item, call) for item in value.items)
        return next((one for one in found if one is not None), None)
    shapes = [item.shape for item in value.items if isinstance(item, Array)]
    known = list(dict.fromkeys(shape for shape in shapes if _is_known(shape)))
    if len(known) < 2 or value.unknown is not None:
        return None
    actual = f"a list of {known[0]} and {known[1]}"
    expected = "a tuple of arrays, or a list of arrays of one shape"
    return Impossible("from_tensor_slices", expected, actual, call.site)


def unequal_counts(value: AbstractValue, call: Bound) -> Impossible | None:
    """Return why arrays of different numbers of samples make no data set."""
    shapes = [array.shape for array in _leaves(value)]
    known = [shape for shape in shapes if _is_known(shape)]
    counts = list(dict.fromkeys(shape[0] for shape in known if shape))
    if len(counts) < 2:
        return None
    actual = f"arrays of {counts[0]} and {counts[1]} samples"
    return Impossible("from_tensor_slices", "one number of samples", actual, call.site)


def _leaves(value: AbstractValue) -> list[Array]:
    if isinstance(value, ListV | DictV):
        return [leaf for item in value.held() for leaf in _leaves(item)]
    if isinstance(value, Array):
        return [value]
    return []


def _is_known(shape: Shape | Unknown) -> TypeGuard[Shape]:
    return isinstance(shape, tuple) and all_integers(shape)
