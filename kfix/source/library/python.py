"""Methods of Python's own objects: lists, dictionaries, strings."""

from __future__ import annotations

from typing import Any

from kfix.model.origin import derived
from kfix.source.interpreter.bounds import too_large
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Value, first, key_value
from kfix.source.interpreter.conversion import from_plain, is_plain, origin_of, plain
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import elements, key_of
from kfix.source.library.lookup import METHODS, method


def _touched(call: Call) -> ListV:
    made: ListV = call.receiver
    call.interpreter.journal.touch(made)
    call.interpreter.grown += 1
    return made


@method("list.append", "set.add")
def _append(call: Call) -> Value:
    given = call.find(0)
    made = _touched(call)
    if given is not None:
        made.items.append(given.value)
        made.sites.append(given.site)
    return NONE


@method("list.extend", "set.update")
def _extend(call: Call) -> Value:
    from kfix.source.interpreter.assignments import extend

    extend(call.interpreter, call.receiver, call.get(0))
    return NONE


@method("list.insert")
def _insert(call: Call) -> Value:
    made = _touched(call)
    place, given = call.number(0), call.find(1)
    if place is None or given is None:
        made.unknown = call.unknown()
    else:
        made.items.insert(place, given.value)
        made.sites.insert(place, given.site)
    return NONE


@method("list.pop")
def _pop(call: Call) -> Value:
    made = _touched(call)
    place = call.number(0, None, -1 if not call.given else None)
    if place is None or made.unknown is not None or not -len(made.items) <= place < len(made.items):
        made.unknown = first(made.unknown, call.unknown())
        return call.unknown()
    made.sites.pop(place)
    return made.items.pop(place)


@method("list.remove", "set.discard", "set.remove")
def _remove(call: Call) -> Value:
    made = _touched(call)
    wanted = call.get(0)
    for place, item in enumerate(made.items):
        if item is wanted or (is_plain(item) and is_plain(wanted) and plain(item) == plain(wanted)):
            del made.items[place], made.sites[place]
            return NONE
    made.unknown = call.unknown()
    return NONE


@method("list.reverse")
def _reverse(call: Call) -> Value:
    made = _touched(call)
    made.items.reverse()
    made.sites.reverse()
    return NONE


@method("list.clear")
def _clear(call: Call) -> Value:
    made = _touched(call)
    made.items, made.sites, made.unknown = [], [], None
    return NONE


@method("list.copy")
def _copy(call: Call) -> Value:
    made: ListV = call.receiver
    return ListV(list(made.items), made.kind, list(made.sites), made.unknown)


@method("list.sort")
def _sort(call: Call) -> Value:
    made = _touched(call)
    if call.given or not all(map(is_plain, made.items)):
        made.unknown = call.unknown()
    else:
        made.items.sort(key=plain)
        made.sites = [None] * len(made.items)
    return NONE


@method("list.index", "tuple.index", "list.count", "tuple.count")
def _index(call: Call) -> Value:
    made: ListV = call.receiver
    wanted = call.get(0)
    if made.unknown is None and is_plain(wanted) and all(map(is_plain, made.items)):
        values = [plain(item) for item in made.items]
        if call.name == "count":
            return Const(values.count(plain(wanted)))
        if plain(wanted) in values:
            return Const(values.index(plain(wanted)))
    return call.unknown()


# --- dictionaries -------------------------------------------------------------------------


@method("dict.get", "dict.pop", "dict.setdefault")
def _get(call: Call) -> Value:
    made: DictV = call.receiver
    key = key_of(call.get(0))
    default = call.get(1, "default", NONE)
    if key is MISSING:
        return call.unknown()
    if key in made.entries:
        value = made.entries[key]
        if call.name == "pop":
            call.interpreter.journal.touch(made)
            del made.entries[key]
        return value
    if made.unknown is not None:
        return call.unknown(because=made.unknown)
    if call.name == "setdefault":
        call.interpreter.journal.touch(made)
        made.entries[key] = default
    return default


@method("dict.items", "dict.keys", "dict.values")
def _items(call: Call) -> Value:
    made: DictV = call.receiver
    keys = [key_value(key) for key in made.entries]
    values = list(made.entries.values())
    pairs: list[Value] = [ListV([k, v], "tuple") for k, v in zip(keys, values, strict=True)]
    sites = [made.sites.get(key) for key in made.entries]
    if call.name == "values":
        return ListV(values, "list", sites, made.unknown)
    return ListV(keys if call.name == "keys" else pairs, unknown=made.unknown)


@method("dict.update")
def _update(call: Call) -> Value:
    made: DictV = call.receiver
    call.interpreter.journal.touch(made)
    other = call.get(0)
    if isinstance(other, DictV):
        made.entries.update(other.entries)
        made.sites.update(other.sites)
        made.unknown = first(made.unknown, other.unknown)
    elif other is not None:
        made.forget(call.unknown())
    for given in call.given:
        if given.keyword is not None:
            made.entries[given.keyword] = given.value
    return NONE


@method("dict.copy")
def _copy_dict(call: Call) -> Value:
    made: DictV = call.receiver
    other = DictV(dict(made.entries), dict(made.sites))
    other.unknown = made.unknown
    return other


# --- strings and numbers ------------------------------------------------------------------


def _register(kind: type, name: str) -> None:
    @method(f"{kind.__name__}.{name}")
    def _native(call: Call) -> Value:
        arguments = [*call.positional]
        if name == "join" and len(arguments) == 1:
            items = elements(arguments[0])
            arguments = [arguments[0] if items is None else ListV(items)]
        if len(arguments) != len(call.given) or not all(map(is_plain, arguments)):
            keywords = {g.keyword: g.value for g in call.given if g.keyword is not None}
            if not all(map(is_plain, [*arguments, *keywords.values()])):
                return call.unknown()
            return _direct(call, arguments, keywords)
        return _direct(call, arguments, {})

    def _direct(call: Call, arguments: list[Value], keywords: dict[str, Any]) -> Value:
        values, named = list(map(plain, arguments)), {k: plain(v) for k, v in keywords.items()}
        if too_large(f".{name}", [call.receiver.value, *values, *named.values()]):
            return call.unknown(f"`{call.interpreter.text(call.node, call.frame)}` is too large")
        try:
            made = from_plain(getattr(call.receiver.value, name)(*values, **named))
        except Exception as error:
            return call.unknown(f"{type(error).__name__}: {error}")
        if (
            isinstance(made, Const)
            and not keywords
            and all(isinstance(a, Const) for a in arguments)
        ):
            origins = map(origin_of, (call.receiver, *arguments))
            made = Const(made.value, derived(made.value, getattr(kind, name), *origins))
        return made


for _kind in (str, bytes, int, float):
    for _method in dir(_kind):
        if not _method.startswith("_") and f"{_kind.__name__}.{_method}" not in METHODS:
            _register(_kind, _method)
