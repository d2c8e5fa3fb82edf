"""The losses, metrics and optimizers that Keras knows by name, and the parameters of its calls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from kfix.model.graph import Symbol
from kfix.model.near import did_you_mean
from kfix.model.unknown import Unknown
from kfix.shapes import tables
from kfix.shapes.identifiers import PACKAGE
from kfix.shapes.losses import plain
from kfix.shapes.training.invalid import Row, check_values, is_not_a_rate, is_outside
from kfix.shapes.training.refusals import Meant, NotKnown, Refused

NOUNS = {"losses": "a loss of Keras", "metrics": "a metric of Keras"}
"""What the names of a kind stand for."""

SPREADS = ("*", "**")
"""The keywords of arguments that are spread."""

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
    if is_spread(value):
        return
    for one in value.given:
        if one is not None and one not in (*parameters, *_OLD_OF_OPTIMIZERS):
            advice = did_you_mean(one, parameters)
            raise Refused("optimizer", f"an argument of {name}", f"`{one}`", advice)
    check_values("optimizer", name, named(value, parameters), _INVALID)


def is_spread(value: Symbol) -> bool:
    """Return whether a class is called with arguments that are not known one by one."""
    return not set(SPREADS).isdisjoint(value.given)


def named(value: Symbol, parameters: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of a call by their names; "*" stands for one too many."""
    places = chain(parameters, repeat("*"))
    names = (word or place for word, place in zip(value.given, places, strict=False))
    return dict(zip(names, value.values, strict=False))


_INVALID: dict[str, Row] = {
    "learning_rate": (is_not_a_rate, "a float or a schedule"),
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
            meant = near(value, table()[kind])
            raise Refused(argument, NOUNS[kind], repr(value)).meaning(meant)
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
    wanted = plain(name.strip())
    alike = [one for one in known if plain(one) == wanted]
    if alike:
        return Meant(name, alike[-1], is_sure=True)
    from difflib import SequenceMatcher, get_close_matches

    similar = get_close_matches(name.strip(), list(known), n=1, cutoff=0.6)
    if not similar:
        return None
    ratio = SequenceMatcher(None, name.strip(), similar[0]).ratio()
    return Meant(name, similar[0], is_sure=ratio >= _SURE)


_SURE = 0.85
"""How much alike two names are of which one is a slip of the other."""
