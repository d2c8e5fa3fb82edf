"""Models that a program saves and loads again, as files, texts and dictionaries."""

from __future__ import annotations

from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, Value
from kfix.source.interpreter.values import ObjectV
from kfix.source.keras import saved
from kfix.source.library.lookup import function, method


@method("model.save")
def _save(call: Call) -> Value:
    saved.save(call.interpreter, call.receiver, call.get(0, "filepath"))
    return NONE


@function("keras.models.save_model", "keras.saving.save_model")
def _save_model(call: Call) -> Value:
    saved.save(call.interpreter, call.get(0, "model"), call.get(1, "filepath"))
    return NONE


@function("keras.models.load_model", "keras.saving.load_model")
def _load_model(call: Call) -> Value:
    return saved.load(call)


@method("model.to_json", "model.to_yaml", "model.get_config")
def _to_text(call: Call) -> Value:
    return saved.snapshot(call.receiver) or call.unknown()


@function("keras.models.model_from_json", "keras.models.model_from_yaml", "keras.models.model_from_config",
          "keras.Sequential.from_config", "keras.Model.from_config")  # fmt: skip
def _from_text(call: Call) -> Value:
    return saved.again(call, call.get(0))


@method("saved.__getitem__")
def _inside_config(call: Call) -> Value:
    """A config that a program takes apart may be changed by it."""
    call.interpreter.journal.set(call.receiver.data, "touched", NONE)
    return call.unknown()


@function("keras.callbacks.ModelCheckpoint")
def _checkpoint(call: Call) -> Value:
    alone = call.get(-1, "save_weights_only")
    whole = alone is None or (isinstance(alone, Const) and not alone.value)
    return ObjectV("checkpoint", path=call.get(0, "filepath") if whole else NONE)


@function("builtins.open")
def _open(call: Call) -> Value:
    return saved.opened(call)


@method("file.write")
def _write(call: Call) -> Value:
    saved.write(call)
    return NONE


@method("file.read")
def _read(call: Call) -> Value:
    return saved.read(call)
