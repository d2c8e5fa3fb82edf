"""Models that a program saves and loads again, as files, texts and dictionaries."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE
from kfix.source.interpreter.values import ObjectV
from kfix.source.keras import asked, saved
from kfix.source.keras.argument_values import argument_value
from kfix.source.library.arguments import Bound
from kfix.source.library.signatures import attribute, function, method, within


@method("model.save", "filepath, **_")
def _save(call: Bound) -> AbstractValue:
    saved.save(call.interpreter, call.receiver, call["filepath"])
    return NONE


@function("keras.models.save_model keras.saving.save_model", "model, filepath, **_")
def _save_model(call: Bound) -> AbstractValue:
    saved.save(call.interpreter, call["model"], call["filepath"])
    return NONE


@method("model.save_weights")
def _save_weights(call: Bound) -> AbstractValue:
    asked.saved(call)
    return NONE


@method("model.load_weights model.set_weights")
def _take_weights(call: Bound) -> AbstractValue:
    asked.taken(call)
    return NONE


@method("model.get_weights")
@attribute("model.weights")
def _weights(call: Call) -> AbstractValue:
    return asked.weights_of(call)


@function("keras.models.load_model keras.saving.load_model")
def _load_model(call: Bound) -> AbstractValue:
    return saved.load(call)


@method("model.to_json model.to_yaml model.get_config")
def _to_text(call: Bound) -> AbstractValue:
    return saved.snapshot(call.receiver) or call.unknown()


@function(within("keras.models", "model_from_json model_from_yaml model_from_config"))
@function("keras.Sequential.from_config keras.Model.from_config")
def _from_text(call: Bound) -> AbstractValue:
    return saved.again(call, call.get(0))


@method("saved.__getitem__", "key")
def _inside_config(call: Bound) -> AbstractValue:
    """Note that a program takes a config apart: it may change it."""
    call.interpreter.journal.set(call.receiver.data, "touched", NONE)
    return call.unknown()


@function("keras.callbacks.ModelCheckpoint", "filepath, *, save_weights_only=False, **_")
def _checkpoint(call: Bound) -> AbstractValue:
    path: AbstractValue = NONE
    if call.flag("save_weights_only") is False:
        path = call["filepath"]
    given = tuple(one.keyword for one in call.given)
    values = tuple(argument_value(call.interpreter, one.value) for one in call.given)
    return ObjectV("checkpoint", path=path, made=Symbol(call.path, True, call.site, given, values))


@function("builtins.open")
def _open(call: Bound) -> AbstractValue:
    return saved.opened(call)


@method("file.write")
def _write(call: Bound) -> AbstractValue:
    saved.write(call)
    return NONE


@method("file.read")
def _read(call: Bound) -> AbstractValue:
    return saved.read(call)
