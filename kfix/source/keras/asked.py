"""What a program asks of a model that the model may not have, noted for the checks."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.program import AskedKind
from kfix.model.site import Site
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import ModelV, ObjectV, SequentialV
from kfix.source.keras import layers
from kfix.source.keras.saved import at_path, path_of

Models = SequentialV | ModelV


def note(  # noqa: PLR0913 - the fields of what is noted
    interpreter: Interpreter,
    model: AbstractValue,
    kind: AskedKind,
    site: Site,
    key: object,
    call: Site | None = None,
    method: str = "",
) -> None:
    """Note that something is asked of a model, where nothing catches the error."""
    if not (interpreter.trying or interpreter.is_past_end(site.cell)):
        facts = {"kind": kind, "key": key, "site": site, "call": call, "method": method}
        interpreter.asked.append((model, facts))


def says(interpreter: Interpreter, *words: str) -> bool:
    """Return whether one of the words stands anywhere in the program."""
    return any(word in unit.text for unit in interpreter.units.values() for word in words)


def absent(context: Context, model: Models, name: str) -> None:
    """Note that a model of Keras, not of a class of the program, has no attribute of a name.

    With the PyTorch backend a model is a `torch.nn.Module`, and has its attributes, too.
    """
    if says(context.interpreter, "torch"):
        return
    match model, context.node:
        case ModelV(instance=None) | SequentialV(), cst.Attribute(attr=cst.Name(value=written)):
            if written == name.lstrip("_"):
                note(context.interpreter, model, "attribute", context.site, name)


def result_of(call: Call, model: AbstractValue) -> AbstractValue:
    """Return what `fit`, `evaluate` or their like give, to be asked for its parts."""
    kind = _KINDS.get(call.name)
    if kind is None or not isinstance(model, Models) or _is_dict(call):
        return call.unknown(f"the result of `{call.name}` is not known")
    data: dict[str, Any] = {"model": model, "call": call.site, "method": call.name, "asks": kind}
    if kind == "history":
        logs = ObjectV("logs", **data)
        return ObjectV("history", history=logs, **{**data, "asks": "results"})
    return ObjectV("results", **data)


_KINDS: dict[str, AskedKind] = {
    "fit": "history",
    "evaluate": "results",
    "train_on_batch": "results",
    "test_on_batch": "results",
}


def _is_dict(call: Call) -> bool:
    """Return whether results come in a dictionary, or may do so."""
    words = {given.keyword for given in call.given}
    return not words.isdisjoint(("return_dict", "*", "**"))


def key(call: Call) -> None:
    """Note that a result is asked for a key."""
    match call.receiver, call.get(0, "key"):
        case ObjectV() as receiver, Const(value=str() | int() as word):
            _of_result(call.interpreter, receiver, call.site, word)


def taken_apart(interpreter: Interpreter, value: AbstractValue, count: int, site: Site) -> None:
    """Note that the results of a call are taken apart into so many."""
    match value:
        case ObjectV(kind="results" | "history"):
            _of_result(interpreter, value, site, range(count))


def _of_result(interpreter: Interpreter, value: ObjectV, site: Site, asked: object) -> None:
    data = value.data
    note(interpreter, data["model"], data["asks"], site, asked, data["call"], data["method"])


# --- weights --------------------------------------------------------------------------------------


def weights_of(call: Call) -> AbstractValue:
    """Return the weights of a model, to be given to another."""
    return ObjectV("weights", model=layers.inner_model(call.receiver))


def saved(call: Call) -> None:
    """Note in which file the weights of a model are."""
    key = _key(call)
    if key is not None:
        call.interpreter.journal.set(call.interpreter.saved, key, weights_of(call))


def taken(call: Call) -> None:
    """Note that a model takes the weights of another, from a file or as they are."""
    given, model = call.get(0, "weights"), layers.inner_model(call.receiver)
    if call.name == "load_weights":
        given = at_path(call.interpreter, _key(call))
    match given, [one.keyword for one in call.given]:
        case ObjectV(kind="weights", data=data), [_]:
            note(call.interpreter, model, "weights", call.site, data["model"], method=call.name)
        case ObjectV(kind="weights"), [_, "by_name"]:
            note(call.interpreter, model, "by_name", call.site, "by_name", method=call.name)


def _key(call: Call) -> str | None:
    """Return the key of the weights that are saved at a path, `None` where it is not known."""
    path = path_of(call.get(0, "filepath"))
    return None if path is None else f"weights {path}"
