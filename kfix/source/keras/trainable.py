"""`layer.trainable = False`: which layers and models a program keeps from being trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import InnerLayer, Layer
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import NONE, Const, ListV, Within
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import Choice, InstanceV, LayerV, ModelV, SequentialV
from kfix.source.keras.application_layers import InnerV


def set_trainable(interpreter: Interpreter, holder: AbstractValue, value: AbstractValue) -> None:
    """Do what `holder.trainable = value` does.

    As in Keras, it reaches all that the layer or model holds by then.
    """
    if isinstance(holder, Choice):
        which = Unknown("which layer's `trainable` is set is not known")
        for option in holder.values:
            set_trainable(interpreter, option, which)
    elif isinstance(holder, Unknown):
        _set_of_inside(interpreter, holder, _known(value))
    else:
        for uid in _held(interpreter, holder):
            _put(interpreter, uid, _known(value))
            layer = interpreter.layers.get(uid)
            if type(layer) is LayerV and layer.layer.is_application:
                _put_inside(interpreter, uid, _known(value))


def _known(value: AbstractValue) -> AbstractValue:
    """Return what `trainable` is after it was set to a value."""
    if isinstance(value, Const):
        return Const(bool(value.value))
    return Unknown("what `trainable` is set to is not known")


def _set_of_inside(interpreter: Interpreter, holder: Unknown, value: AbstractValue) -> None:
    """Set `trainable` of what stands inside a model of `keras.applications`."""
    inside = next((link for link in holder.chain() if isinstance(link, Within)), None)
    if inside is None:
        return
    if holder is not inside or not inside.every:
        value = Unknown("some of its layers alone are trained")
    _put_inside(interpreter, inside.base, value)


def set_all(interpreter: Interpreter, holders: list[AbstractValue], value: Const) -> None:
    """Set `trainable` of each layer of a loop."""
    first = holders[0]
    if isinstance(first, InnerV) and holders == first.opened.layers:
        _put_inside(interpreter, first.opened.base.uid, value)
        return
    for holder in holders:
        set_trainable(interpreter, holder, value)


def _put_inside(interpreter: Interpreter, base: int, value: AbstractValue) -> None:
    """Set all that a model of `keras.applications` holds.

    The number of its Input stands for all of its layers.
    """
    _put(interpreter, base + 1, value)
    for uid, was in list(interpreter.switched.items()):
        if base + 1 < uid <= base + InnerLayer.RESERVED and was is not NONE:
            _put(interpreter, uid, NONE)


def _put(interpreter: Interpreter, uid: int, value: AbstractValue) -> None:
    interpreter.builds += 1  # a loop that does this is not idle
    # As made: so that a branch that does not set it is distinguished from one that does.
    interpreter.switched.setdefault(uid, NONE)
    interpreter.journal.set(interpreter.switched, uid, value)


# --- what a layer holds -------------------------------------------------------------------


def _held(interpreter: Interpreter, holder: AbstractValue) -> set[int]:
    """Return the numbers of a layer or model and of all that it holds."""
    found: set[int] = set()
    waiting: list[object] = [holder]
    while waiting:
        thing = waiting.pop()
        uids, held = _HELD.of(thing)(interpreter, thing)
        if uids and found.issuperset(uids):
            continue
        found.update(uids)
        waiting.extend(held)
    return found


Held = tuple[Iterable[int], Iterable[object]]
"""The numbers of a thing itself, and the things in it.

Where all numbers are known, it was walked through before.
"""


def _nothing(interpreter: Interpreter, thing: object) -> Held:
    return (), ()


_HELD: ByClass[Callable[[Interpreter, Any], Held]] = ByClass(_nothing)


@_HELD.register(InnerV)
def _in_inner(interpreter: Interpreter, thing: InnerV) -> Held:
    """Return the numbers of a layer inside a model of `keras.applications`.

    Those of the layers of a Sequential there are among them.
    """
    if thing.number == 0:
        return (), ()  # an Input has nothing to train
    parts = thing.row.arguments.get("layers")
    count = 0
    if isinstance(parts, list | tuple):
        count = len(parts)
    return [thing.uid + InnerLayer.PARTS * part for part in range(count + 1)], ()


@_HELD.register(LayerV)
def _in_layer_value(interpreter: Interpreter, thing: LayerV) -> Held:
    return (), [thing.layer]


@_HELD.register(Layer)
def _in_layer(interpreter: Interpreter, thing: Layer) -> Held:
    held: list[object] = [argument.value for argument in thing.arguments]
    if thing.model is not None:
        held.extend(node.layer for node in thing.model.nodes)
    if thing.uid in interpreter.instances:
        held.extend(interpreter.instances[thing.uid].attributes.values())
    return [thing.uid], held


@_HELD.register(SequentialV)
def _in_sequential(interpreter: Interpreter, thing: SequentialV) -> Held:
    uids = [variant.uid for variant in thing.variants]
    return uids, [item for variant in thing.variants for item, _ in variant.items]


@_HELD.register(ModelV)
def _in_model(interpreter: Interpreter, thing: ModelV) -> Held:
    held: list[object] = [node.layer for node in thing.model.nodes]
    if thing.instance is not None:
        held.extend(thing.instance.attributes.values())
    return [thing.model.uid], held


@_HELD.register(InstanceV)
def _in_instance(interpreter: Interpreter, thing: InstanceV) -> Held:
    return (), filter(None, (thing.layer, thing.model))


@_HELD.register(ListV)
def _in_list_value(interpreter: Interpreter, thing: ListV) -> Held:
    return (), thing.items


@_HELD.register(list, tuple)
def _in_list(interpreter: Interpreter, thing: list[object] | tuple[object, ...]) -> Held:
    return (), thing


# --- at the end ---------------------------------------------------------------------------


def switched(interpreter: Interpreter) -> dict[int, bool | Unknown]:
    """Return what `trainable` was set to in the end, by the numbers of layers and models."""
    found: dict[int, bool | Unknown] = {}
    for uid, value in interpreter.switched.items():
        if isinstance(value, Unknown):
            found[uid] = value
        elif not isinstance(value, Const):
            found[uid] = Unknown("what `trainable` is set to is not known")
        elif value.value is not None:
            found[uid] = bool(value.value)
    return found
