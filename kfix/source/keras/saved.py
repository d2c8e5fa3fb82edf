"""Models that a program saves and makes again: the same model once more.

A text or a config that describes a model is saved as well.

Only what the same program wrote is known; a file from elsewhere holds anything.
"""

from __future__ import annotations

import os.path
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import InnerLayer, Model
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, FileV, first
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import LayerV, ModelV, ObjectV, SequentialState, SequentialV
from kfix.source.keras import layers


def snapshot(value: AbstractValue) -> ObjectV | None:
    """Return a model as it stands now; `None` for what is made again by its class alone."""
    model = layers.inner_model(value)
    match model:
        case SequentialV() | ModelV(model=Model(is_functional=True)):
            return ObjectV("saved", model=model, state=model.save())
    return None


def path_of(value: AbstractValue | None) -> str | None:
    """Return a path as the key of what is saved there, `None` where it is not known."""
    match value:
        case Const(value=str() as path):
            return os.path.normpath(path)
    return None


def save(interpreter: Interpreter, model: AbstractValue, path: AbstractValue) -> None:
    """Do what `model.save(path)` does."""
    key = path_of(path)
    if key is not None:
        held = first(snapshot(model), Unknown(f"`{key}` holds another model"))
        interpreter.journal.set(interpreter.saved, key, held)


def load(call: Call) -> AbstractValue:
    """Return the result of `load_model(path)`."""
    key = path_of(call.get(0, "filepath"))
    held = at_path(call.interpreter, key)
    if held is not None:
        return again(call, held)
    if key is None:
        return call.unknown()
    source = call.context.source
    return call.unknown(f"`{source}` is not known: the program saves no such model before")


def at_path(interpreter: Interpreter, key: str | None) -> AbstractValue | None:
    """Return what the program saved there, `None` for nothing."""
    if key is not None:
        return interpreter.saved.get(key)
    return None


def again(call: Call, held: AbstractValue | None, own: bool = False) -> AbstractValue:
    """Return the model of a snapshot, made once more with layers of its own.

    `own`: it is reported in any case.
    """
    match held:
        case ObjectV(kind="saved", data=data) if data.get("touched") is None:
            return _made_again(call, data["model"], data["state"], own)
        case Unknown():
            return call.unknown(because=held)
    return call.unknown()


def _made_again(call: Call, original: SequentialV | ModelV, state: Any, own: bool) -> AbstractValue:
    interpreter = call.interpreter
    interpreter.builds += 1
    model: SequentialV | ModelV
    if isinstance(original, SequentialV):
        model = _sequential_again(call, original, state)
    else:
        function = call.frame.function
        inner = replace(state, uid=interpreter.uid(), site=call.site, function=function)
        model = ModelV(inner, function)
        model.keys = original.keys
    interpreter.models.append(model)
    if not own:
        interpreter.copies[id(model)] = (original, state, model.save())
    return model


def _sequential_again(call: Call, original: SequentialV, state: SequentialState) -> SequentialV:
    """Return a Sequential of a state with copies of its layers, a shared layer copied once."""
    interpreter = call.interpreter
    model = SequentialV(call.site, interpreter.uid(), call.frame.function)
    model.arguments = original.arguments
    model.load(state)
    model.tail = call.site
    copies: dict[int, AbstractValue] = {}
    for variant in model.variants:
        variant.uid = model.uid if variant is model.variants[0] else interpreter.uid()
        variant.items = [
            (copies.setdefault(id(item), copied(interpreter, item)), site)
            for item, site in variant.items
        ]
    return model


def copied(interpreter: Interpreter, item: AbstractValue) -> AbstractValue:
    """Return a layer like this one, with weights of its own; a model within is the same one."""
    if not isinstance(item, LayerV):
        return item
    layer = replace(item.layer, uid=interpreter.uid())
    if layer.is_application:
        interpreter.last_uid += InnerLayer.RESERVED
    if item.uid in interpreter.instances:
        interpreter.instances[layer.uid] = interpreter.instances[item.uid]
    copy = interpreter.layers[layer.uid] = LayerV(layer)
    interpreter.twins[layer.uid] = interpreter.twins.get(item.uid, item)
    return copy


def first_of(interpreter: Interpreter, value: SequentialV | ModelV) -> SequentialV | ModelV | None:
    """Return the model that this one was made from, where both are as they were then.

    It need not be reported again.
    """
    original, state, own = interpreter.copies.get(id(value), (None, None, None))
    if original is None or not _as_it_was(original, state) or not _as_it_was(value, own):
        return None
    return original  # type: ignore[no-any-return]


def _as_it_was(value: SequentialV | ModelV, state: Any) -> bool:
    """Return whether a model is still in a state."""
    if isinstance(value, ModelV):
        return value.model is state
    then = [[id(item) for item, _ in items] for _, items, _ in state[0]]
    return then == [[id(item) for item, _ in variant.items] for variant in value.variants]


# --- files that the program writes and reads itself ----------------------------------------


def opened(call: Call) -> AbstractValue:
    """Return the result of `open(path)`, which is known for the text of a model alone."""
    key = path_of(call.get(0, "file"))
    why = call.unknown("the result of `open` is not known")
    if key is None:
        return why
    return FileV(why, key)


def write(call: Call) -> None:
    """Do what `file.write(model.to_json())` does."""
    key = f"text of {call.receiver.key}"
    call.interpreter.journal.set(call.interpreter.saved, key, call.get(0))


def read(call: Call) -> AbstractValue:
    """Return the result of `file.read()`."""
    held = call.interpreter.saved.get(f"text of {call.receiver.key}")
    match held:
        case ObjectV(kind="saved"):
            return held
    receiver: FileV = call.receiver
    return receiver
