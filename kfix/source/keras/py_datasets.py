"""Objects that give `fit` their batches: a PyDataset, once called Sequence, of the program."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.values import FunctionV, InstanceV
from kfix.source.keras.argument_values import is_layer_like

_CLASSES = {"keras.utils.PyDataset", "keras.utils.Sequence"}


def batches_of(call: Call, given: Given) -> Given:
    """Return an argument of `fit`, with a PyDataset as the generator that it stands for.

    Keras asks `__getitem__` for a batch and takes a list for a tuple; what it finds within, a list
    too, it takes as a generator's. Source: `_standardize_batch` of Keras's `PyDatasetAdapter`.
    What another object yields is unknown.
    """
    value = given.value
    if not isinstance(value, InstanceV) or is_layer_like(value):
        return given
    item = value.cls.find("__getitem__")
    if _CLASSES.isdisjoint(value.cls.natives) or not isinstance(item, FunctionV):
        return given._replace(value=call.unknown("the data of this object"))
    batch = invoke(call.context, item, [Given(None, value), Given(None, Const(0))])
    return given._replace(value=ListV([_as_tuple(batch)], "generator"))


def _as_tuple(batch: AbstractValue) -> AbstractValue:
    if isinstance(batch, Array):
        return ListV([batch], "tuple")
    if isinstance(batch, ListV):
        return ListV(list(batch.items), "tuple", list(batch.sites), batch.unknown)
    return batch
