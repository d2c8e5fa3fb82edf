"""Models that a program saves, or tells as a text or a config, and makes again from that: the same model once more.

Only what the same program wrote is known; a file from elsewhere holds anything.
"""

from __future__ import annotations

import os.path
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import InnerLayer
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, FileV
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import LayerV, ModelV, ObjectV, SequentialV
from kfix.source.keras import layers


def snapshot(value: AbstractValue) -> ObjectV | None:
    """A model as it stands now; `None` for what is made again by its class alone."""
    value = layers.inner_model(value)
    if not isinstance(value, SequentialV | ModelV) or (
        isinstance(value, ModelV) and not value.model.is_functional
    ):
        return None
    return ObjectV("saved", model=value, state=value.save())


def path_of(value: AbstractValue) -> str | None:
    """A path as the key of what is saved there."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return os.path.normpath(value.value)
    return None


def save(interpreter: Interpreter, model: AbstractValue, path: AbstractValue) -> None:
    """`model.save(path)`."""
    key = path_of(path)
    if key is not None:
        held = snapshot(model)
        interpreter.journal.set(
            interpreter.saved,
            key,
            Unknown(f"`{key}` holds another model") if held is None else held,
        )


def load(call: Call) -> AbstractValue:
    """`load_model(path)`."""
    key = path_of(call.get(0, "filepath"))
    held = at_path(call.interpreter, key)
    return again(call, held) if held is not None else call.unknown(_why(call, key))


def _why(call: Call, key: str | None) -> str:
    if key is None:
        return ""
    return f"`{call.interpreter.text(call.node, call.frame)}` is not known: the program saves no such model before"


def at_path(interpreter: Interpreter, key: str | None) -> AbstractValue | None:
    """What the program saved there."""
    return interpreter.saved.get(key) if key is not None else None


def again(call: Call, held: AbstractValue, own: bool = False) -> AbstractValue:
    """The model of a snapshot, made once more: with layers of its own, as `own` a model to tell of in any case."""
    interpreter = call.interpreter
    if (
        not isinstance(held, ObjectV)
        or held.kind != "saved"
        or held.data.get("touched") is not None
    ):
        return call.unknown(because=held if isinstance(held, Unknown) else None)
    original, state = held.data["model"], held.data["state"]
    made: SequentialV | ModelV
    interpreter.builds += 1
    if isinstance(original, SequentialV):
        made = SequentialV(call.site, interpreter.uid(), call.frame.function)
        made.arguments = original.arguments
        made.load(state)
        made.tail = call.site
        copies: dict[int, AbstractValue] = {}
        for variant in made.variants:
            variant.uid = made.uid if variant is made.variants[0] else interpreter.uid()
            variant.items = [
                (copies.setdefault(id(item), copied(interpreter, item)), site)
                for item, site in variant.items
            ]
    else:
        model = replace(state, uid=interpreter.uid(), site=call.site, function=call.frame.function)
        made = ModelV(model, call.frame.function)
        made.keys = original.keys
    interpreter.models.append(made)
    if not own:
        interpreter.copies[id(made)] = (original, state, made.save())
    return made


def copied(interpreter: Interpreter, item: AbstractValue) -> AbstractValue:
    """A layer like this one, with weights of its own; a model within is not told from the first."""
    if not isinstance(item, LayerV):
        return item
    layer = replace(item.layer, uid=interpreter.uid())
    if layer.is_application:
        interpreter.last_uid += InnerLayer.RESERVED
    if item.uid in interpreter.instances:
        interpreter.instances[layer.uid] = interpreter.instances[item.uid]
    made = interpreter.layers[layer.uid] = LayerV(layer)
    interpreter.twins[layer.uid] = interpreter.twins.get(item.uid, item)
    return made


def first_of(interpreter: Interpreter, value: SequentialV | ModelV) -> SequentialV | ModelV | None:
    """The model that this one was made from, where both are as they were then: it need not be told of again."""
    original, state, own = interpreter.copies.get(id(value), (None, None, None))
    if original is None or not _as_it_was(original, state) or not _as_it_was(value, own):
        return None
    return original  # type: ignore[no-any-return]


def _as_it_was(value: SequentialV | ModelV, state: Any) -> bool:
    if isinstance(value, ModelV):
        return value.model is state
    then = [items for _, items, _ in state[0]]
    return len(then) == len(value.variants) and all(
        len(items) == len(variant.items)
        and all(a[0] is b[0] for a, b in zip(items, variant.items, strict=True))
        for items, variant in zip(then, value.variants, strict=True)
    )


# --- files that the program writes and reads itself -------------------------------------------------


def opened(call: Call) -> AbstractValue:
    """`open(path)`: known for the text of a model alone."""
    key = path_of(call.get(0, "file"))
    why = call.unknown("what `open` gives is not known")
    return why if key is None else FileV(why, key)


def write(call: Call) -> None:
    """`file.write(model.to_json())`."""
    call.interpreter.journal.set(
        call.interpreter.saved, f"text of {call.receiver.key}", call.get(0)
    )


def read(call: Call) -> AbstractValue:
    """`file.read()`."""
    held = call.interpreter.saved.get(f"text of {call.receiver.key}")
    return held if isinstance(held, ObjectV) and held.kind == "saved" else call.receiver
