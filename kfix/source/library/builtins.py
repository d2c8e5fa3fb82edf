"""Python's built-in functions."""

from __future__ import annotations

import operator
from typing import Any

from kfix.model.graph import Array
from kfix.model.origin import Fixed, derived
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH, size, too_large
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, RangeV, Value, first
from kfix.source.interpreter.conversion import from_plain, is_plain, origin_of, plain
from kfix.source.interpreter.loops import item_of
from kfix.source.interpreter.operators import compute
from kfix.source.interpreter.partial_values import CountV, IntegerV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import elements, key_of, truth
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import builtin_objects as _builtin_objects  # noqa: F401  (registers the rest)
from kfix.source.library import lookup
from kfix.source.library.lookup import function, method


def pure(python: Any, call: Call) -> Value:
    """One of Python's own functions, on known values."""
    values = call.positional
    if len(values) == len(call.given) and all(map(is_plain, values)):
        return compute(call.context, python, values)
    if all(g.keyword is None or g.keyword.isidentifier() for g in call.given) and all(
        is_plain(g.value) for g in call.given
    ):
        named = {g.keyword: plain(g.value) for g in call.given if g.keyword}
        plainly = list(map(plain, values))
        if too_large(python.__name__, [*plainly, *named.values()]):
            return call.unknown(f"`{call.interpreter.text(call.node, call.frame)}` is too large")
        try:
            return from_plain(python(*plainly, **named))
        except Exception as error:
            return call.unknown(f"{type(error).__name__}: {error}")
    return call.unknown()


def _register(python: Any) -> None:
    @function(f"builtins.{python.__name__}")
    def _native(call: Call) -> Value:
        return pure(python, call)


for _python in (
    int, float, str, bool, abs, round, divmod, ord, chr, hex, bin, repr, bytes, complex, any, all, pow, format
):  # fmt: skip
    _register(_python)


@function("builtins.print", "builtins.input", "builtins.help", "builtins.exit", "builtins.quit")
def _nothing(call: Call) -> Value:
    return NONE


@function("builtins.len")
def _len(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, ListV) and value.unknown is None and value.gap is None:
        return Const(len(value.items), Fixed(len(value.items)))
    if isinstance(value, DictV) and value.unknown is None:
        return Const(len(value.entries))
    if isinstance(value, Array) and isinstance(value.shape, tuple) and value.shape:
        dim = value.shape[0]
        return (
            dim
            if isinstance(dim, Unknown)
            else call.unknown("the number of samples")
            if dim is None
            else Const(dim)
        )
    if isinstance(value, RangeV):
        return Const(size(value.range, 2**62))
    if isinstance(value, Const) and isinstance(value.value, str | bytes):
        return Const(len(value.value))
    return pure(len, call)


@function("builtins.range")
def _range(call: Call) -> Value:
    values = call.positional
    if (
        not all(isinstance(v, Const) and isinstance(v.value, int) for v in values)
        or not 1 <= len(values) <= 3
    ):
        why = call.unknown()
        return CountV(why.why, why.site, why.because)
    for value in values:
        call.interpreter.decide(value)
    try:
        span = range(*[v.value for v in values])
    except ValueError as error:
        return call.unknown(f"ValueError: {error}")
    start = values[0].origin if len(values) > 1 else Fixed(0)
    return RangeV(span, (start, values[2].origin if len(values) > 2 else Fixed(1)))


@function(
    "builtins.list",
    "builtins.tuple",
    "builtins.set",
    "builtins.frozenset",
    "builtins.iter",
    "builtins.reversed",
)
def _container(call: Call) -> Value:
    name = call.name
    kind = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(name, "list")
    if not call.given:
        return ListV([], kind, site=call.site)
    value = call.get(0)
    items = elements(value)
    if items is None:
        if isinstance(value, ListV):
            return ListV(list(value.items), kind, list(value.sites), value.unknown)
        if (
            isinstance(value, Array)
            and isinstance(value.shape, tuple)
            and value.shape
            and kind != "set"
        ):
            why = call.unknown("how many elements an array has", value.shape[0])
            return ListV([Array(value.shape[1:], value.dtype)], kind, unknown=why)
        if isinstance(value, ObjectV) and name == "iter":
            return value
        if isinstance(value, ObjectV) and value.kind == "stream" and kind != "set":
            return ListV(
                [value.data["item"]], kind, unknown=call.unknown("how many elements these are")
            )
        return call.unknown()
    sites: list[Any] = list(value.sites) if isinstance(value, ListV) else [None] * len(items)
    if name == "reversed":
        items, sites = items[::-1], sites[::-1]
    if kind == "set":
        return ListV(_distinct(items), kind)
    return ListV(items, kind, sites)


def _distinct(items: list[Value]) -> list[Value]:
    found: dict[Any, Value] = {}
    for item in items:
        key = key_of(item)
        found.setdefault(id(item) if key is MISSING else key, item)
    return list(found.values())


@function("builtins.dict")
def _dict(call: Call) -> Value:
    made = DictV()
    first = call.get(0)
    if isinstance(first, DictV):
        made.entries.update(first.entries)
        made.sites.update(first.sites)
        made.unknown = first.unknown
    elif first is not None:
        for pair in elements(first) or []:
            both = elements(pair)
            if both is None or len(both) != 2 or (key := key_of(both[0])) is MISSING:
                made.unknown = call.unknown()
            else:
                made.entries[key] = both[1]
        if elements(first) is None:
            return call.unknown()
    for given in call.given:
        if given.keyword == "**":
            made.unknown = given.value
        elif given.keyword is not None:
            made.entries[given.keyword] = given.value
            if given.site is not None:
                made.sites[given.keyword] = given.site
    return made


@function("builtins.zip")
def _zip(call: Call) -> Value:
    several = [elements(value) for value in call.positional]
    if any(items is None for items in several):
        for items in several:
            _let_go(call, items or [])
        if not any(_tells(value) for value in call.positional):
            return call.unknown()
        return ObjectV(
            "stream",
            item=ListV([item_of(value, call.unknown()) for value in call.positional], "tuple"),
        )
    return ListV(
        [ListV(list(row), "tuple") for row in zip(*[s or [] for s in several], strict=False)]
    )


def _let_go(call: Call, items: list[Value]) -> None:
    """Lists and dictionaries that are handed out where nobody can say which one: each may be written to."""
    for item in items:
        if (isinstance(item, ListV) and item.kind != "tuple") or isinstance(item, DictV):
            call.interpreter.journal.touch(item)
            item.unknown = first(item.unknown, call.unknown("what is put into it"))


def _tells(value: Value) -> bool:
    """Is something known of its elements, though not how many there are?"""
    return isinstance(value, Array | ObjectV | CountV)


@method("stream.__iter__")
def _turn(over: ObjectV) -> Value:
    """What `zip`, `enumerate` and their like give of what holds nobody knows how many."""
    return over.data["item"]


@function("builtins.enumerate")
def _enumerate(call: Call) -> Value:
    items = elements(call.get(0))
    start = call.number(1, "start", 0) or 0
    if items is None:
        over, why = call.get(0), call.unknown()
        return ObjectV("stream", item=ListV([IntegerV(why), item_of(over, why)], "tuple"))
    return ListV([ListV([Const(start + i), item], "tuple") for i, item in enumerate(items)])


@function("builtins.map", "builtins.filter")
def _map(call: Call) -> Value:
    several = [elements(value) for value in call.positional[1:]]
    if call.name == "map" and len(several) == 1 and isinstance(rows := call.positional[1], Array):
        why = call.unknown("how many rows there are", rows)
        return ListV([_apply(call, call.get(0), [item_of(rows, why)])], unknown=why)
    if not several or any(items is None for items in several):
        return call.unknown()
    made = ListV([])
    for row in zip(*[s or [] for s in several], strict=False):
        value = _apply(call, call.get(0), list(row))
        if call.name == "filter":
            known = truth(value)
            if known is None:
                made.unknown = call.unknown()
            elif known:
                made.items.append(row[0])
        else:
            made.items.append(value)
    made.sites = [None] * len(made.items)
    return made


def _apply(call: Call, what: Value, values: list[Value]) -> Value:
    return invoke(call.context, what, [Given(None, value) for value in values])


@function("builtins.sum")
def _sum(call: Call) -> Value:
    items = elements(call.get(0))
    if items is None or not items or not all(isinstance(item, Const) for item in items):
        return pure(sum, call)
    total = items[0]
    for item in items[1:]:
        total = compute(call.context, operator.add, [total, item])
        if not isinstance(total, Const):
            return total
    return total


@function("builtins.min", "builtins.max")
def _extreme(call: Call) -> Value:
    python: Any = min if call.name == "min" else max
    values = call.positional
    items = elements(values[0]) if len(values) == 1 else values
    default, by = call.get(-1, "default"), call.get(-1, "key")
    if items == [] and default is not None:
        return default
    if not items or not all(isinstance(i, Const) for i in items):
        return call.unknown()
    if by is not None:
        keys = [_apply(call, by, [item]) for item in items]
        if not all(map(is_plain, keys)):
            return call.unknown()
        try:
            return items[python(range(len(items)), key=lambda index: plain(keys[index]))]
        except TypeError as error:
            return call.unknown(f"TypeError: {error}")
    try:
        several = items if len(items) > 1 else items * 2
        best = python([item.value for item in several])
        return Const(best, derived(best, python, *map(origin_of, several)))
    except TypeError as error:
        return call.unknown(f"TypeError: {error}")


@function("builtins.sorted")
def _sorted(call: Call) -> Value:
    items = elements(call.get(0))
    if items is None or len(items) > MAX_LENGTH:
        return call.unknown()
    by = call.get(-1, "key")
    keys = items if by is None else [_apply(call, by, [item]) for item in items]
    if not all(map(is_plain, keys)):
        return call.unknown()
    backwards = truth(call.get(-1, "reverse", Const(False)))
    if backwards is None:
        return call.unknown()
    try:
        order = sorted(range(len(items)), key=lambda index: plain(keys[index]), reverse=backwards)
    except TypeError as error:
        return call.unknown(f"TypeError: {error}")
    return ListV([items[index] for index in order])


@function("builtins.next")
def _next(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, ListV) and value.items and value.unknown is None:
        return value.items[0]
    batch = lookup.method_of(value, "__next__")
    if batch is not None:
        return batch(Call(call.interpreter, [], call.node, call.frame, value))
    each = lookup.method_of(value, "__iter__")
    return call.unknown() if each is None else each(value)
