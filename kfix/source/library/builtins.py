"""Python's built-in functions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.origin import Fixed, Origin, derived
from kfix.model.unknown import Unknown, UnknownUsed, all_integers
from kfix.source.interpreter.bounds import MAX_LENGTH, size
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, RangeV, first
from kfix.source.interpreter.conversion import is_plain, origin_of, plain
from kfix.source.interpreter.loops import item_of
from kfix.source.interpreter.operators import compute
from kfix.source.interpreter.partial_values import CountV, IntegerV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import elements, elements_of_each, key_of, truth
from kfix.source.interpreter.values import Choice, ObjectV
from kfix.source.library import builtin_objects as _builtin_objects  # noqa: F401  (registers the rest)
from kfix.source.library import lookup
from kfix.source.library import names as _names  # noqa: F401  (registers globals, eval)
from kfix.source.library.arguments import Bound, is_none
from kfix.source.library.literals import greatest_of
from kfix.source.library.pure import pure
from kfix.source.library.signatures import function, function_row, iteration, within

function_row(within("builtins", "print input help exit quit"), "**_", "None")


def _pure(python: Any) -> None:
    @function(f"builtins.{python.__name__}")
    def _called(call: Bound) -> AbstractValue:
        match call.get(0):
            case Array(shape=(), numbers=[number, *_]):  # `int(keras.ops.ceil(x))`
                return compute(call.context, python, [Const(number)])
        return pure(python, call)


for _python in (
    int, float, str, bool, abs, round, divmod, ord, chr, hex, bin, repr, bytes, complex, any, all,
    pow, format
):  # fmt: skip
    _pure(_python)


@function("builtins.len", "obj, /")
def _len(call: Bound) -> AbstractValue:
    value = call["obj"]
    if isinstance(value, Choice):
        return call.interpreter.spread(lambda one: _length(call, one[0]), [value])
    return _length(call, value)


def _length(call: Bound, value: AbstractValue) -> AbstractValue:
    match value:
        case ListV(items=items, unknown=None, gap=None):
            return Const(len(items), Fixed(len(items)))
        case DictV(entries=entries, unknown=None):
            return Const(len(entries))
        case Array(shape=(rows, *_)):
            return _rows(call, rows)
        case RangeV(range=numbers):
            return Const(size(numbers, 2**62))
        case Const(value=str() | bytes() as text):
            return Const(len(text))
    return pure(len, call)


def _rows(call: Bound, dim: int | Unknown | None) -> AbstractValue:
    if dim is None:
        return call.unknown("the number of samples is not known")
    if isinstance(dim, Unknown):
        return dim
    return Const(dim)


@function("builtins.range")
def _range(call: Bound) -> AbstractValue:
    values = call.positional
    ends: list[Any] = [getattr(value, "value", None) for value in values]
    known = all_integers(ends) and len(ends) == len(call.given)
    if not known or not 1 <= len(ends) <= 3:
        why = call.unknown()
        return CountV(why.why, why.site, why.because)
    for value in values:
        call.interpreter.decide(value)
    try:
        span = range(*ends)
    except ValueError as error:
        return call.unknown(f"ValueError: {error}")
    start: Origin = Fixed(0)
    step: Origin = Fixed(1)
    if len(values) > 1:
        start = origin_of(values[0])
    if len(values) > 2:
        step = origin_of(values[2])
    return RangeV(span, (start, step))


@function(within("builtins", "list tuple set frozenset iter reversed"))
def _container(call: Bound) -> AbstractValue:
    kind = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(call.name, "list")
    if not call.given:
        return ListV([], kind, site=call.site)
    value = call.get(0)
    items = elements(value)
    if items is None:
        return _open_container(call, value, kind)
    sites: list[Any] = [None] * len(items)
    if isinstance(value, ListV):
        sites = list(value.sites)
    if call.name == "reversed":
        items, sites = items[::-1], sites[::-1]
    if kind == "set":
        return ListV(_distinct(items), kind)
    return ListV(items, kind, sites)


def _open_container(call: Bound, value: AbstractValue, kind: str) -> AbstractValue:
    """Return a container of the elements of a value of unknown length."""
    match value:
        case ListV():
            return ListV(list(value.items), kind, list(value.sites), value.unknown)
        case ObjectV() if call.name == "iter":
            return value
        case _ if kind == "set":
            return call.unknown()
        case Array(shape=(rows, *row)):
            why = call.unknown("the length of an array is not known", rows)
            return ListV([Array(tuple(row), value.dtype)], kind, unknown=why)
        case ObjectV(kind="stream"):
            why = call.unknown("the number of elements is not known")
            return ListV([value.data["item"]], kind, unknown=why)
    return call.unknown()


def _distinct(items: list[AbstractValue]) -> list[AbstractValue]:
    found: dict[Any, AbstractValue] = {}
    for item in items:
        key = key_of(item)
        if key is MISSING:
            key = id(item)
        found.setdefault(key, item)
    return list(found.values())


@function("builtins.dict")
def _dict(call: Bound) -> AbstractValue:
    return dict_of(call, call.given)


def dict_of(call: Bound, given: list[Given]) -> DictV:
    """Return the dictionary that `dict` makes of arguments; raises `UnknownUsed`."""
    made = DictV()
    for one in given:
        if one.keyword is None:
            _add_entries(call, made, one.value)
        elif one.keyword in ("*", "**"):
            made.unknown = one.why_unknown
        else:
            made.entries[one.keyword] = one.value
            if one.site is not None:
                made.sites[one.keyword] = one.site
    return made


def _add_entries(call: Bound, made: DictV, value: AbstractValue) -> None:
    if isinstance(value, DictV):
        made.entries.update(value.entries)
        made.sites.update(value.sites)
        made.unknown = value.unknown
        return
    pairs = elements(value)
    if pairs is None:
        raise UnknownUsed(call.unknown())
    for pair in pairs:
        match elements(pair):
            case [key, item] if key_of(key) is not MISSING:
                made.entries[key_of(key)] = item
            case _:
                made.unknown = call.unknown()


@function("builtins.zip", "*iterables, strict=False")
def _zip(call: Bound) -> AbstractValue:
    several = elements_of_each(call.positional)
    known = [items for items in several if items is not None]
    if len(known) == len(several):
        rows = zip(*known, strict=False)
        return ListV([ListV(list(row), "tuple") for row in rows])
    for items in known:
        _let_go(call, items)
    if not any(isinstance(value, Array | ObjectV | CountV) for value in call.positional):
        return call.unknown()
    parts = [item_of(value, call.unknown()) for value in call.positional]
    return ObjectV("stream", item=ListV(parts, "tuple"))


def _let_go(call: Bound, items: list[AbstractValue]) -> None:
    """Forget what is in containers that are handed out in an unknown order: each may be changed."""
    for item in items:
        match item:
            case ListV(kind="tuple"):
                continue
            case ListV() | DictV():
                call.interpreter.journal.touch(item)
                why = call.unknown("what is put into it is not known")
                item.unknown = first(item.unknown, why)


@iteration("stream")
def _turn(over: ObjectV) -> AbstractValue:
    """Return an element of `zip`, `enumerate` and their like, whose length is not known."""
    item: AbstractValue = over.data["item"]
    return item


@function("builtins.enumerate", "iterable, start=0")
def _enumerate(call: Bound) -> AbstractValue:
    over, start = call["iterable"], call.integer("start")
    items = elements(over)
    if items is None or start is None:
        why = call.unknown()
        return ObjectV("stream", item=ListV([IntegerV(why), item_of(over, why)], "tuple"))
    return ListV([ListV([Const(start + i), item], "tuple") for i, item in enumerate(items)])


@function("builtins.map")
def _map(call: Bound) -> AbstractValue:
    function, *rows = call.positional or [NONE]
    if len(rows) == 1 and isinstance(rows[0], Array):
        why = call.unknown("the number of rows is not known", rows[0])
        return ListV([_apply(call, function, [item_of(rows[0], why)])], unknown=why)
    several = elements_of_each(rows)
    known = [items for items in several if items is not None]
    if not several or len(known) < len(several):
        return call.unknown()
    return ListV([_apply(call, function, list(row)) for row in zip(*known, strict=False)])


@function("builtins.filter", "function, iterable")
def _filter(call: Bound) -> AbstractValue:
    items = elements(call["iterable"])
    if items is None:
        return call.unknown()
    made = ListV([])
    for item in items:
        kept = truth(_apply(call, call["function"], [item]))
        if kept is None:
            made.unknown = call.unknown()
        elif kept:
            made.items.append(item)
    made.sites = [None] * len(made.items)
    return made


def _apply(call: Bound, what: AbstractValue, values: list[AbstractValue]) -> AbstractValue:
    return invoke(call.context, what, [Given(None, value) for value in values])


@function("builtins.sum", "iterable, start=0")
def _sum(call: Bound) -> AbstractValue:
    items = elements(call["iterable"])
    if not items or call.is_given("start") or not all(isinstance(i, Const) for i in items):
        return pure(sum, call)
    total = items[0]
    for item in items[1:]:
        total = compute(call.context, operator.add, [total, item])
        if not isinstance(total, Const):
            return total
    return total


def _extreme(python: Callable[..., Any]) -> None:
    @function(f"builtins.{python.__name__}")
    def _called(call: Bound) -> AbstractValue:
        """Return the least or greatest of known scalars."""
        values: list[AbstractValue] | None = call.positional
        if len(call.positional) == 1:
            values = elements(call.positional[0])
            greatest = greatest_of(call.positional[0])
            if greatest is not None and python is max and len(call.given) == 1:
                return greatest
        by: AbstractValue | None = call.get(-1, "key")
        default: AbstractValue | None = call.get(-1, "default")
        if values == [] and default is not None:
            return default
        if not values or (by is None and not all(isinstance(value, Const) for value in values)):
            return call.unknown()
        try:
            return _best(call, python, values, by)
        except TypeError as error:
            return call.unknown(f"TypeError: {error}")


_extreme(min)
_extreme(max)


def _best(
    call: Bound, python: Callable[..., Any], values: list[Any], by: AbstractValue | None
) -> AbstractValue:
    """Return the best value, by a key where there is one; raises TypeError as Python does."""
    if by is None:
        several = values
        if len(values) == 1:  # Python would take the elements of the only one
            several = values * 2
        best = python([value.value for value in several])
        return Const(best, derived(best, python, *map(origin_of, several)))
    keys = _keys(call, values, by)
    best_value: AbstractValue = values[python(range(len(values)), key=keys.__getitem__)]
    return best_value


def _keys(call: Bound, values: list[AbstractValue], by: AbstractValue) -> list[Any]:
    """Return what a key function makes of each value; raises `UnknownUsed` for an unknown."""
    keys = [_apply(call, by, [value]) for value in values]
    if not all(map(is_plain, keys)):
        raise UnknownUsed(call.unknown())
    return [plain(key) for key in keys]


@function("builtins.sorted", "iterable, /, *, key=None, reverse=False")
def _sorted(call: Bound) -> AbstractValue:
    items, backwards = elements(call["iterable"]), call.flag("reverse")
    if items is None or len(items) > MAX_LENGTH or backwards is None:
        return call.unknown()
    if is_none(call["key"]):
        keys = [_plain(call, item) for item in items]
    else:
        keys = _keys(call, items, call["key"])
    try:
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=backwards)
    except TypeError as error:
        return call.unknown(f"TypeError: {error}")
    return ListV([items[index] for index in order])


def _plain(call: Bound, value: AbstractValue) -> Any:
    if not is_plain(value):
        raise UnknownUsed(call.unknown())
    return plain(value)


@function("builtins.next", "iterator, default=None, /")
def _next(call: Bound) -> AbstractValue:
    value = call["iterator"]
    match value:
        case ListV(items=[item, *_], unknown=None):
            return item
    batch = lookup.method_of(value, "__next__")
    if batch is not None:
        return batch(Call(call.context, [], value, "__next__"))
    element = lookup.iteration_of(value)
    if element is None:
        return call.unknown()
    return element(value)
