"""Names of files that Keras 3 does not take, and of metrics in the history of a training."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.model.history_keys import OLD_KEYS
from kfix.source.migration.changes import OldUse, Written
from kfix.source.migration.text import Text, given, keyword, literal

WEIGHTS, WHOLE = ".weights.h5", ".keras"
"""The ends of a file of weights, and of one of a model."""

OLD_FILES = ("ModelCheckpoint", ".save_weights", ".save", "save_model")
"""Callables that are given such names."""

_OF_WEIGHTS = (WEIGHTS,)
_OF_CHECKPOINTS = (WHOLE, ".h5")
_OF_MODELS = (WHOLE, ".h5", ".hdf5")
"""The ends that Keras 3 takes for weights, for a model as ModelCheckpoint saves it, for a model."""

_ENDS = (".hdf5", ".h5", ".ckpt", ".model", ".tf", ".weights", ".best")
"""Ends of old names."""


def old_file(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a call that writes a file whose name has an end of older Keras."""
    assert isinstance(node, cst.Call)
    path = text.keras(node.func)
    if path is not None and path.rest == "callbacks.ModelCheckpoint":
        weights = given(node, 99, "save_weights_only")
        only = weights is not None and isinstance(weights.value, cst.Name)
        is_weights = only and weights is not None and _is_true(weights.value)
        return _named(text, node, _OF_WEIGHTS if is_weights else _OF_CHECKPOINTS)
    if path is not None and path.rest in ("models.save_model", "saving.save_model"):
        return _named(text, node, _OF_MODELS, 1)
    if not isinstance(node.func, cst.Attribute):
        return None
    method = node.func.attr.value
    if method == "save_weights":
        return _named(text, node, _OF_WEIGHTS)
    if method == "save" and text.is_model(node.func.value):
        return _named(text, node, _OF_MODELS)
    return None


def _is_true(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "True"


def _named(text: Text, node: cst.Call, ends: tuple[str, ...], place: int = 0) -> OldUse | None:
    """Return the name of a file, and every other place that has it."""
    arg = given(node, place, "filepath")
    value = literal(arg and text.value_of(arg.value))
    if not isinstance(value, str) or value.endswith(ends):
        return None
    new = _new_name(value, ends[0])
    changes = tuple(
        Written(text.site(place), repr(new).replace("{", "{{").replace("}", "}}"))
        for place in text.places_of(value)
    )
    return OldUse(text.site(node), "a file name", value, new, changes)


def _new_name(value: str, end: str) -> str:
    stem = value
    while stem.endswith(_ENDS):
        stem = stem.rpartition(".")[0]
    return stem + end


# --- history ------------------------------------------------------------------------------


def old_key(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a key of a history, or the argument of a callback, that names a metric as before."""
    for place in _keys(node):
        value = literal(place)
        assert isinstance(value, str)
        name = value.removeprefix("val_")
        head = value.removesuffix(name)
        new = next(
            (now for now, old in OLD_KEYS.items() if old == name and now in text.metrics), ""
        )
        if new and name not in text.metrics:
            change = Written(text.site(place), repr(f"{head}{new}"))
            return OldUse(text.site(place), "a history", value, f"{head}{new}", (change,))
    return None


def _keys(node: cst.CSTNode) -> Iterator[cst.SimpleString]:
    """Yield the strings of a node that name metrics."""
    if isinstance(node, cst.Arg) and keyword(node) == "monitor":
        yield from _strings(node.value)
    if isinstance(node, cst.Subscript) and _is_history(node.value):
        for element in node.slice:
            if isinstance(element.slice, cst.Index):
                yield from _strings(element.slice.value)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        is_logs = isinstance(node.func.value, cst.Name) and node.func.value.value == "logs"
        if node.func.attr.value == "get" and is_logs:
            yield from (one for arg in node.args[:1] for one in _strings(arg.value))


def _strings(node: cst.BaseExpression) -> Iterator[cst.SimpleString]:
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        yield node


def _is_history(node: cst.BaseExpression) -> bool:
    """Return whether an expression is `….history`, or a variable for one."""
    if isinstance(node, cst.Attribute):
        return node.attr.value == "history"
    return isinstance(node, cst.Name) and node.value in ("history_dict", "hist", "history")
