"""`layer.trainable = False`: which layers and models a program keeps from being trained."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import InnerLayer, Layer
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import NONE, Const, ListV, Within
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import Choice, InstanceV, LayerV, ModelV, SequentialV
from kfix.source.keras.application_layers import InnerV


def set_trainable(interpreter: Interpreter, holder: AbstractValue, value: AbstractValue) -> None:
    """What `holder.trainable = value` sets: as in Keras, all that the layer or model holds by then as well."""
    known = (
        Const(bool(value.value))
        if isinstance(value, Const)
        else Unknown("what `trainable` is set to is not known")
    )
    if isinstance(holder, Choice):
        for _, option in holder.options:
            set_trainable(
                interpreter, option, Unknown("which layer's `trainable` is set is not known")
            )
        return
    if isinstance(holder, Unknown):
        inside = next((link for link in holder.chain() if isinstance(link, Within)), None)
        if inside is not None:
            whole = holder is inside and inside.every
            _put_inside(
                interpreter,
                inside.base,
                known if whole else Unknown("some of its layers alone are trained"),
            )
        return
    for uid in _held(interpreter, holder):
        _put(interpreter, uid, known)
        made = interpreter.layers.get(uid)
        if type(made) is LayerV and made.layer.is_application:
            _put_inside(interpreter, uid, known)


def set_all(interpreter: Interpreter, holders: list[AbstractValue], value: Const) -> None:
    """What a loop over layers sets of each of them."""
    first = holders[0]
    if isinstance(first, InnerV) and holders == first.opened.layers:
        _put_inside(interpreter, first.opened.base.uid, value)
        return
    for holder in holders:
        set_trainable(interpreter, holder, value)


def _put_inside(interpreter: Interpreter, base: int, value: AbstractValue) -> None:
    """Set all that a model of `keras.applications` holds: the number of its Input stands for all of its layers."""
    _put(interpreter, base + 1, value)
    for uid, was in list(interpreter.switched.items()):
        if base + 1 < uid <= base + InnerLayer.RESERVED and was is not NONE:
            _put(interpreter, uid, NONE)


def _put(interpreter: Interpreter, uid: int, value: AbstractValue) -> None:
    interpreter.builds += 1  # a loop that does this is not idle
    interpreter.switched.setdefault(
        uid, NONE
    )  # as made: so that a branch that does not set it is told from one that does
    interpreter.journal.set(interpreter.switched, uid, value)


def _held(interpreter: Interpreter, holder: AbstractValue) -> set[int]:
    """The numbers of a layer or model and of all that it holds."""
    found: set[int] = set()
    waiting: list[object] = [holder]
    while waiting:
        value = waiting.pop()
        if isinstance(value, InnerV):
            if value.number == 0:
                continue  # an Input has nothing to train
            parts = value.row.arguments.get("layers")
            count = len(parts) if isinstance(parts, list | tuple) else 0
            found.update(value.uid + InnerLayer.PARTS * part for part in range(count + 1))
        elif isinstance(value, LayerV):
            waiting.append(value.layer)
        elif isinstance(value, Layer):
            if value.uid in found:
                continue
            found.add(value.uid)
            waiting.extend(argument.value for argument in value.arguments)
            waiting.extend(
                node.layer for node in (value.model.nodes if value.model is not None else ())
            )
            if value.uid in interpreter.instances:
                waiting.extend(interpreter.instances[value.uid].attributes.values())
        elif isinstance(value, SequentialV):
            found.update(variant.uid for variant in value.variants)
            waiting.extend(item for variant in value.variants for item, _ in variant.items)
        elif isinstance(value, ModelV):
            if value.model.uid not in found:
                found.add(value.model.uid)
                waiting.extend(node.layer for node in value.model.nodes)
                waiting.extend(
                    value.instance.attributes.values() if value.instance is not None else ()
                )
        elif isinstance(value, InstanceV):
            waiting.extend(part for part in (value.layer, value.model) if part is not None)
        elif isinstance(value, ListV):
            waiting.extend(value.items)
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return found


def switched(interpreter: Interpreter) -> dict[int, bool | Unknown]:
    """What `trainable` was set to in the end, by the numbers of layers and models."""
    found: dict[int, bool | Unknown] = {}
    for uid, value in interpreter.switched.items():
        if isinstance(value, Const):
            if value.value is not None:
                found[uid] = bool(value.value)
        else:
            found[uid] = (
                value
                if isinstance(value, Unknown)
                else Unknown("what `trainable` is set to is not known")
            )
    return found
