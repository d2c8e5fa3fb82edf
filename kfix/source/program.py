"""What an interpreter knows at the end of a program, as a Program for the rest of kfix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Model, Shape, Shapes
from kfix.model.program import Asked, Compile, Directive, Fit, Program
from kfix.model.record import replace
from kfix.model.site import Place, Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import classes
from kfix.source.interpreter.choices import options_of
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import ModelV, SequentialV
from kfix.source.keras import data_calls, layers, saved
from kfix.source.keras.data_feeds import feeds
from kfix.source.keras.integer_names import arrays_at_hand, at_hand, tensors_at_hand
from kfix.source.syntax.directives import directives, input_shape
from kfix.source.syntax.document import Document, Unit
from kfix.source.syntax.remarks import remarks

T = TypeVar("T")

Units = Mapping[tuple[str, int | None], Unit]
"""Units by their path and cell."""


def program_of(interpreter: Interpreter, document: Document, given: Shapes | None) -> Program:
    """Return the Program of a document that was read.

    `given` is the input shape of models that state none.
    """
    models, uids = _models(interpreter)
    units = dict(interpreter.units)
    place = partial(_place, units)
    stated = tuple(one for unit in document.units for one in directives(unit, models, place))
    remarked = tuple(one for unit in document.units for one in remarks(unit, models, place))
    inputs = _stated_inputs(stated)
    models = [_with_given(model, inputs, given) for model in models]
    calls = data_calls.called(interpreter, models)
    return Program(
        path=document.path,
        models=(*models, *calls, *data_calls.refused(interpreter, [*models, *calls])),
        nested=_nested(models),
        compiles=tuple(_compiles(interpreter, uids)),
        fits=tuple(_fits(interpreter, uids)),
        optimizers=tuple(interpreter.optimizers),
        feeds=feeds(interpreter.arena),
        asserts=tuple(interpreter.asserts),
        directives=stated,
        remarks=remarked,
        control=frozenset(interpreter.control),
        limits=tuple(interpreter.limits.values()),
        unread=tuple(interpreter.unread),
        keras=interpreter.version,
        policy=interpreter.policy,
        switched=_switched(interpreter),
        shown=_shown(interpreter, uids),
        known_as=_known_as(interpreter, uids),
        place=place,
        within=partial(_within, units),
        at_hand=partial(at_hand, interpreter),
        tensors_at=partial(tensors_at_hand, interpreter),
        discarded=tuple(interpreter.discarded),
        unpackings=tuple(interpreter.unpackings),
        arrays_at=partial(arrays_at_hand, interpreter),
        asked=tuple(_asked(interpreter, uids)),
        close=interpreter.close,
        expressions_of=interpreter.expressions_of,
    )


# --- places -------------------------------------------------------------------------------


def _place(units: Units, site: Site) -> Place:
    """Return where a person finds a Site."""
    unit = units.get((site.path, site.cell))
    if unit is None:
        return Place(site.path, site.cell, 1, 1, 1)
    return unit.place(site)


def _within(units: Units, inner: Site, outer: Site) -> bool:
    """Return whether one Site is written inside another."""
    unit = units.get((outer.path, outer.cell))
    if unit is None or not unit.holds(inner):
        return False
    start, end = unit.span(outer)
    return start <= unit.span(inner)[0] < end


# --- models -------------------------------------------------------------------------------

Uids = dict[int, list[int]]
"""By the identity of a value the numbers of the models that it is."""


def _models(interpreter: Interpreter) -> tuple[list[Model], Uids]:
    """Return the models as they are in the end.

    One that is a copy of another, and nothing more, is that one.
    """
    models: list[Model] = []
    uids: Uids = {}
    for value in interpreter.models:
        original = saved.first_of(interpreter, value)
        if original is not None:
            uids[id(value)] = uids.get(id(original), [])
            continue
        finished = _finished(interpreter, value)
        uids[id(value)] = [model.uid for model in finished]
        models.extend(finished)
    return models, uids


def _finished(interpreter: Interpreter, value: SequentialV | ModelV) -> list[Model]:
    """Return the models that a value is in the end: one for each variant of a Sequential."""
    if isinstance(value, SequentialV):
        return [layers.freeze_sequential(interpreter, value, variant) for variant in value.variants]
    model = classes.finished(value)
    return [replace(model, name=value.name) if value.name else model]


def _uids(value: AbstractValue, uids: Uids) -> list[int]:
    """Return the numbers of the models that a value may be."""
    return [uid for _, option in options_of(value) for uid in uids.get(id(option), [])]


def _nested(models: list[Model]) -> frozenset[int]:
    """Return the models that are layers of another, wrapped ones (`TimeDistributed(encoder)`) too.

    A model that is only called on data (`generator(noise)`) is not a part of another.
    """
    found: set[int] = set()
    waiting = [node.layer for model in models for node in model.nodes]
    while waiting:
        layer = waiting.pop()
        found.add(layer.uid)
        waiting.extend(_wrapped(layer))
    return frozenset(found.intersection(model.uid for model in models))


def _wrapped(layer: Layer) -> list[Layer]:
    """Return the layers among the arguments of a layer: those that it wraps."""
    if layer.unknown is not None:  # a class without a `call`, which only trains them
        return []
    return [one.value for one in layer.arguments if isinstance(one.value, Layer)]


Inputs = dict[int | None, tuple[Shape, Site]]
"""The input shapes that directives state, by the numbers of their models, and where they do."""


def _stated_inputs(stated: tuple[Directive, ...]) -> Inputs:
    """Return the input shapes that directives state; of several for one model the first counts."""
    inputs: Inputs = {}
    for directive in stated:
        if directive.key != "input":
            continue
        shape = input_shape(directive.value)
        if shape is not None:
            inputs.setdefault(directive.model, (shape, directive.site))
    return inputs


def _with_given(model: Model, inputs: Inputs, given: Shapes | None) -> Model:
    """Return a model with the input shape of a directive, else of the command line.

    The shape that the program itself built it on stays.
    """
    if model.given is not None:
        return model
    shape, site = inputs.get(model.uid, (given, model.given_site))
    if shape is None:
        return model
    return replace(model, given=shape, given_site=site)


# --- facts by the number of a model -------------------------------------------------------


def _compiles(interpreter: Interpreter, uids: Uids) -> Iterator[Compile]:
    """Yield the calls of `compile`, once for each model that the receiver may be."""
    noted = ((one.model, one) for one in interpreter.compiles)
    for uid, one in _of_models(noted, uids):
        yield Compile(uid, one.arguments, one.site, one.parts)


def _fits(interpreter: Interpreter, uids: Uids) -> Iterator[Fit]:
    """Yield the calls of `fit` and its like, once for each model that the receiver may be."""
    for uid, facts in _of_models(interpreter.fits, uids):
        yield Fit(model=uid, **facts)


def _asked(interpreter: Interpreter, uids: Uids) -> Iterator[Asked]:
    """Yield what is asked of models, without the attributes that the program itself gives them."""
    from kfix.source.migration.old_methods import OLD_METHODS  # of which other findings say so

    own = interpreter.own_names.union(OLD_METHODS)
    for uid, facts in _of_models(interpreter.asked, uids):
        kind, key = facts["kind"], facts["key"]
        if kind == "weights":
            for other in _uids(key, uids):
                yield Asked(uid, **{**facts, "key": other})
        elif kind != "attribute" or own.isdisjoint((key, "*")):
            yield Asked(uid, **facts)


def _of_models(noted: Iterable[tuple[AbstractValue, T]], uids: Uids) -> Iterator[tuple[int, T]]:
    """Yield what was noted of each value with the number of each model that the value may be."""
    for value, fact in noted:
        for uid in _uids(value, uids):
            yield uid, fact


def _switched(interpreter: Interpreter) -> dict[int, bool | Unknown]:
    if not interpreter.switched:
        return {}
    from kfix.source.keras.trainable import switched

    return switched(interpreter)


def _shown(interpreter: Interpreter, uids: Uids) -> dict[int, Site]:
    """Return where `summary` was first asked for of each model."""
    return dict(_of_models(reversed(interpreter.shown), uids))


def _known_as(interpreter: Interpreter, uids: Uids) -> dict[int, tuple[str, ...]]:
    """Return the other variables that hold each model."""
    named = ((value, tuple(value.also)) for value in interpreter.models if value.also)
    return dict(_of_models(named, uids))
