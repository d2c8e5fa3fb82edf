"""The batches that `fit`, `evaluate` and `predict` give a model: x and y as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil
from operator import attrgetter

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.program import Batches, Part, Role
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.values import ObjectV
from kfix.source.keras.argument_values import argument_value
from kfix.source.keras.compile_arguments import keyed
from kfix.source.keras.fit_arguments import NOTHING, data_of, made_by, samples, sources
from kfix.source.library.literals import array_of


def batches_of_fit(
    call: Call,
    element: Callable[[AbstractValue], tuple[AbstractValue, AbstractValue | None] | None],
) -> tuple[Batches, ...]:
    """Return what `fit` and its like are given: the data, and that of `validation_data`."""
    found = []
    for data in data_of(call):
        yields = made_by(data.x.value) in ("generator", "dataset")
        if data.x is not NOTHING and not yields:
            site = data.x.site or call.site
            made = _batches(call, (data.x.value, data.y.value), site, data.aside)
            weights = argument_value(call.interpreter, data.weights.value)
            found.append(replace(made, weights=weights))
    for given, aside in sources(call):
        parts = element(given.value)
        if aside and isinstance(given.value, Unknown):
            parts = given.value, None
        if parts is None:
            continue
        made = _batches(call, parts, given.site or call.site, aside)
        size = _size_of_set(given.value, made.x)
        first = _yielded(given.value)
        lists = list(_array_lists(first))
        made = replace(made, made_by=made_by(given.value), size=size)
        sites = tuple(filter(None, map(_SITE, lists)))
        is_list = bool(lists) or isinstance(first, Array | DictV)
        made = replace(made, parts=tuple(_parts_of(first, call, aside)))
        found.append(replace(made, as_list=is_list, lists=sites))
    return tuple(found)


def _size_of_set(value: AbstractValue, x: object) -> int | None:
    """Return how many samples a batch of a data set or generator has, `None` if not known."""
    match x, value:
        case Array(shape=(int() as count, *_)), _:
            return count
        case _, ObjectV(data={"batch": int() as count}):
            return count
    return None


_SITE = attrgetter("site")


def _yielded(value: AbstractValue) -> AbstractValue | None:
    """Return the first element that a generator yields."""
    match value:
        case ListV(items=[first, *_]):
            return first
    return None


_ROLES: tuple[Role, ...] = ("x", "y")


def _parts_of(element: AbstractValue | None, call: Call, aside: bool) -> Iterator[Part]:
    """Yield the arrays of what a generator yields, each where the program writes it."""
    match element:
        case ListV(items=[_, *_] as items, sites=sites, unknown=None):
            for role, item, site in zip(_ROLES, items, sites, strict=False):
                for key, value, place in keyed(Given(None, item, site)):
                    yield Part(role, key, array_of(value, call), place, "generator", aside)


def _array_lists(value: AbstractValue | None) -> Iterator[ListV]:
    """Yield the lists that hold arrays in a value."""
    if not isinstance(value, ListV):
        return
    if value.kind == "list" and _holds_array(value):
        yield value
    for item in value.items:
        yield from _array_lists(item)


def _holds_array(value: AbstractValue) -> bool:
    if isinstance(value, ListV | DictV):
        return any(map(_holds_array, value.held()))
    return isinstance(value, Array)


def _batches(
    call: Call,
    parts: tuple[AbstractValue, AbstractValue | None],
    site: Site,
    aside: bool,
) -> Batches:
    x, y = parts
    known = argument_value(call.interpreter, x)
    labels = None
    if y is not None:
        labels = argument_value(call.interpreter, y)
    if labels is None and isinstance(known, Symbol):  # an object yields what it likes
        labels = call.unknown("the labels that an object yields")
    count = samples(x)
    size = _batch_size(call, count, aside)
    return Batches(known, labels, site, aside, size=size, last=_last_batch(call, count, size))


_IN_PART = ("validation_split", "steps_per_epoch", "steps", "validation_steps")
"""Arguments with which a call does not take all samples that it is given."""


def _last_batch(call: Call, count: int | None, size: int | None) -> int | None:
    """Return how many samples are left for the last batch, `None` for none or not known."""
    if count is None or not size or any(call.find(-1, name) for name in _IN_PART):
        return None
    return count % size or None


_BATCH_PLACES = {"fit": 2, "evaluate": 2, "predict": 1}
_STEPS = {
    "fit": "steps_per_epoch",
    "evaluate": "steps",
    "predict": "steps",
    "validation": "validation_steps",
}
"""Which argument says into how many batches arrays are cut that have no `batch_size`."""

_DEFAULT = 32
"""The `batch_size` where nothing is said."""


def _batch_size(call: Call, count: int | None, aside: bool) -> int | None:
    """Return how many samples a batch of arrays has, `None` where that is not known.

    That is `batch_size`, else what the number of steps asks for, else 32.
    """
    place = _BATCH_PLACES.get(call.name)
    if place is None or count is None:
        return count  # `train_on_batch` and its like take all of them at once
    given = call.find(place, "batch_size") or NOTHING
    if aside:
        given = call.find(-1, "validation_batch_size") or given
    steps = call.find(-1, _STEPS["validation" if aside else call.name]) or NOTHING
    match given.value, steps.value:
        case Const(value=int() as size), _ if size:
            pass
        case Const(value=0 | None), Const(value=int() as number) if number:
            size = ceil(count / number)
        case Const(value=0 | None), Const(value=0 | None):
            size = _DEFAULT
        case _:
            return None
    return min(size, count)
