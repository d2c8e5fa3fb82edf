"""Nested structures of tensors, flattened as `tf.nest` and `keras.tree` do."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.abstract_value import AbstractValue
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import DictV, ListV
from kfix.source.library.arguments import Bound
from kfix.source.library.signatures import function


@function("tf.nest.flatten keras.tree.flatten", "structure, **_")
def _flatten(call: Bound) -> AbstractValue:
    """Return the leaves of nested lists and dictionaries, in the order of Keras."""
    found = list(_leaves(call["structure"]))
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    if unknown is not None:
        return call.unknown(because=unknown)
    return ListV(found)


def _leaves(value: AbstractValue) -> Iterator[AbstractValue]:
    """Yield what a structure holds, in it an `Unknown` for what of it is not known."""
    if not isinstance(value, ListV | DictV):
        yield value
        return
    if value.unknown is not None:
        yield value.unknown
    for one in value.leaves():
        yield from _leaves(one)
