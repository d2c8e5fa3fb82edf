"""The losses, metrics and optimizers that Keras knows by name, and the parameters of its calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.model.graph import Symbol
from kfix.model.near import did_you_mean
from kfix.model.unknown import Unknown
from kfix.shapes import tables
from kfix.shapes.formatting import show_value
from kfix.shapes.identifiers import PACKAGE
from kfix.shapes.training.invalid import is_no_rate, is_nothing, is_outside
from kfix.shapes.training.refusals import Meant, NotKnown, Refused

_BY_SHAPE = {"losses": ("crossentropy", "ce"), "metrics": ("accuracy", "acc")}
"""Names that stand for one of several, by the shapes of labels and output."""


def table() -> dict[str, Any]:
    """Return what `scripts/dump_training.py` wrote."""
    return tables.table("training")


def check_optimizer(value: object) -> None:
    """Raise `Refused` for an optimizer that Keras does not take; `lr=` is reported elsewhere."""
    if isinstance(value, str):
        known = table()["optimizers"]
        if value.lower() not in known and PACKAGE not in value:
            refused = Refused("optimizer", "an optimizer of Keras", repr(value))
            raise refused.meaning(near(value, known))
    elif isinstance(value, bool | int | float):
        raise Refused("optimizer", "an optimizer", repr(value))
    elif isinstance(value, Symbol) and value.path.startswith("keras.optimizers."):
        _check_class(value, value.path.rpartition(".")[2])


def _check_class(value: Symbol, name: str) -> None:
    """Raise `Refused` for a class of optimizers that is not called, or has an argument too many."""
    parameters = table()["constructors"].get(name)
    if parameters is None:
        return
    if not value.called:
        raise Refused("optimizer", "an optimizer", f"the class `{name}`", f"call it: `{name}()`")
    for one in value.given:
        if one is not None and one not in (*parameters, *_OLD_OF_OPTIMIZERS):
            advice = did_you_mean(one, parameters)
            raise Refused("optimizer", f"an argument of {name}", f"`{one}`", advice)
    for word, setting in zip(_names(value, parameters), value.values, strict=False):
        is_invalid, expected = _INVALID.get(word, (is_nothing, ""))
        if is_invalid(setting):
            raise Refused("optimizer", f"{expected} as `{word}` of {name}", show_value(setting))


def _names(value: Symbol, parameters: Sequence[str]) -> list[str]:
    """Return the names of the arguments of a call."""
    places = iter(parameters)
    return [word or next(places, "") for word in value.given]


_INVALID = {
    "learning_rate": (is_no_rate, "a float or a schedule"),
    "momentum": (is_outside, "a number from 0 to 1"),
}
"""What is invalid for an argument of an optimizer, and what is expected."""

_OLD_OF_OPTIMIZERS = ("lr", "decay")
"""Arguments of optimizers of Keras 2: the first is reported elsewhere, the other is ignored."""


def name_of(value: object, kind: str, argument: str) -> str:
    """Return the name of a loss or a metric, "" of one that is not Keras's.

    `kind` is "losses" or "metrics". Raises `Refused` for what Keras cannot interpret, `NotKnown`
    for what is not known.
    """
    if isinstance(value, str):
        if value not in table()[kind] and value.lower() not in _BY_SHAPE[kind]:
            what = "a loss of Keras" if kind == "losses" else "a metric of Keras"
            raise Refused(argument, what, repr(value)).meaning(near(value, table()[kind]))
        return value
    if isinstance(value, Symbol):
        if value.path.startswith(("keras.losses.", "keras.metrics.")):
            return value.path.rpartition(".")[2]
        return ""
    if isinstance(value, bool | int | float):
        what = "a loss" if kind == "losses" else "a metric"
        raise Refused(argument, what, repr(value))
    if isinstance(value, Unknown):
        raise NotKnown
    return ""


def near(name: str, known: Sequence[str]) -> Meant | None:
    """Return the nearest known name: of another case or other underscores, else a similar one."""
    plain = _plain(name)
    alike = [one for one in known if _plain(one) == plain]
    if alike:
        return Meant(name, alike[-1], is_sure=True)
    from difflib import SequenceMatcher, get_close_matches

    similar = get_close_matches(name.strip(), list(known), n=1, cutoff=0.6)
    if not similar:
        return None
    ratio = SequenceMatcher(None, name.strip(), similar[0]).ratio()
    return Meant(name, similar[0], is_sure=ratio >= _SURE)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").strip()


_SURE = 0.85
"""How much alike two names are of which one is a slip of the other."""
