"""Methods of models that Keras 3 has not: `fit_generator`, `predict_classes`, `reset_states`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

import libcst as cst

from kfix.source.migration.changes import Change, OldUse, Recalled, Written
from kfix.source.migration.text import Text, code, is_plain, keyword, operand
from kfix.source.migration.training_calls import (
    BY_PLACE,
    COUNTED,
    GONE,
    METHODS,
    OF_GENERATORS,
    RENAMED,
)

_OLD_SECOND = "samples_per_epoch"
"""What `fit_generator` took second in Keras 1."""

_DATA = {"nb_val_samples": ("validation_data",)}
"""The argument whose samples an argument counts; the generator otherwise."""

_FLOWS = ("flow", "flow_from_directory", "flow_from_dataframe")
"""Methods that make a generator with a known size of batches."""


def old_method(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a call of a method that is gone."""
    assert isinstance(node, cst.Call)
    function = node.func
    if not isinstance(function, cst.Attribute) or not is_plain(node):
        return None
    name = function.attr.value
    if name in text.defined:
        return None
    if name in METHODS:
        return _generator(text, node, name)
    look = _METHODS.get(name)
    if look is None or (name in _COMMON and not text.is_model(function.value)):
        return None
    return look(text, node, operand(function.value))


def _generator(text: Text, node: cst.Call, name: str) -> OldUse | None:
    """Return a call of `fit_generator` or its like."""
    kept: list[tuple[int, str | None]] = []
    changes: list[Change] = []
    for number, (arg, word) in enumerate(_named(node, name)):
        new = (RENAMED | OF_GENERATORS | COUNTED).get(word, word)
        if word in COUNTED:
            batch = _batch_size(text, node, word)
            if batch is None:
                return OldUse(text.site(node), "", name, METHODS[name], (), (word,))
            changes.append(Written(text.site(arg), f"{operand(arg.value)} // {batch}"))
        if word not in GONE:
            is_first = number == 0 and not keyword(arg)
            kept.append((number, (new, None)[is_first]))
    recalled = Recalled(text.site(node), METHODS[name], tuple(kept))
    return OldUse(text.site(node), "", name, METHODS[name], (recalled, *changes))


def _named(node: cst.Call, name: str) -> Iterator[tuple[cst.Arg, str]]:
    """Yield the arguments with the names that they have, also by position."""
    words = {keyword(arg) for arg in node.args}
    places = list(BY_PLACE[name])
    if not words.isdisjoint((*RENAMED, *COUNTED)):
        places[1] = _OLD_SECOND if name == "fit_generator" else "val_samples"
    for arg, place in zip_longest(node.args, places[: len(node.args)], fillvalue=""):
        assert isinstance(arg, cst.Arg)
        yield arg, keyword(arg) or str(place)


def _batch_size(text: Text, node: cst.Call, word: str) -> str | None:
    """Return the size of the batches of a generator, `None` where it is not known."""
    names = _DATA.get(word, ("generator", "x", ""))
    found = next((arg for arg in node.args if keyword(arg) in names), None)
    if found is None:
        return None
    made = text.value_of(found.value)
    if not isinstance(made, cst.Call) or not isinstance(made.func, cst.Attribute):
        return None
    if made.func.attr.value not in _FLOWS:
        return None
    sizes = [operand(arg.value) for arg in made.args if keyword(arg) == "batch_size"]
    return next(iter(sizes), "32")


def _classes(text: Text, node: cst.Call, model: str) -> OldUse:
    """Return `predict_classes`: the greatest output, or those above one half."""
    given = ", ".join(_rows(node))
    greatest = f"{model}.predict({given}).argmax(axis=-1)"
    above = f'({model}.predict({given}) > 0.5).astype("int32")'
    ends = text.strings & {"softmax", "sigmoid"}
    new = greatest
    if ends == {"sigmoid"}:
        new = above
    elif len(ends) == 2:
        new = f"({greatest} if {model}.output_shape[-1] > 1 else {above})"
    change = Written(text.site(node), _escaped(new))
    return OldUse(text.site(node), "", "predict_classes", "predict", (change,))


def _probabilities(text: Text, node: cst.Call, model: str) -> OldUse:
    change = Written(text.site(node.func), f"{model}.predict")
    return OldUse(text.site(node), "", "predict_proba", "predict", (change,))


def _reset(text: Text, node: cst.Call, model: str) -> OldUse:
    """Return `reset_states` of a model: its layers have it."""
    each = f'for layer in {model}.layers if hasattr(layer, "reset_states")'
    change = Written(text.site(node), f"[layer.reset_states() {each}]")
    return OldUse(text.site(node), "", "reset_states", "that of the layers", (change,))


def _added_loss(text: Text, node: cst.Call, model: str) -> OldUse:
    """Return `add_loss` of a model: a layer adds a loss, in its `call`."""
    return OldUse(text.site(node), "", "add_loss", "that of a layer, in its `call`", ())


def _rows(node: cst.Call) -> list[str]:
    """Return the arguments of a call as code."""
    return [code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in node.args]


def _escaped(text: str) -> str:
    """Return code with its braces escaped, so that none is filled with a name."""
    return text.replace("{", "{{").replace("}", "}}")


_METHODS: dict[str, Callable[[Text, cst.Call, str], OldUse]] = {
    "predict_classes": _classes,
    "predict_proba": _probabilities,
    "reset_states": _reset,
    "add_loss": _added_loss,
}

_COMMON = ("add_loss", "predict_proba", "reset_states")
"""Names that other libraries have for methods, too."""

OLD_METHODS = (*METHODS, *_METHODS)
"""The names of all methods that are gone."""
