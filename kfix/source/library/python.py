"""Methods of Python's own objects: lists, dictionaries, strings, numbers."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.origin import derived
from kfix.source.interpreter.assignments import extend
from kfix.source.interpreter.bounds import too_large
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, NotGiven, first, key_value
from kfix.source.interpreter.conversion import from_plain, is_plain, origin_of, plain
from kfix.source.interpreter.imports import look_in_imports
from kfix.source.interpreter.python_functions import applied
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import elements, key_of
from kfix.source.library.arguments import Bound
from kfix.source.library.lookup import METHODS
from kfix.source.library.signatures import method


def _touched(call: Bound) -> ListV:
    made: ListV = call.receiver
    call.interpreter.journal.touch(made)
    call.interpreter.grown += 1
    return made


@method("float.item int.item NumpyInteger.item", "")
def _item(call: Bound) -> AbstractValue:
    """Return the number that an element of an array is, as Python's own."""
    number = call.receiver.value
    return Const(int(number) if isinstance(number, int) else number)


@method("list.append", "object, /")
@method("set.add", "object, /")
def _append(call: Bound) -> AbstractValue:
    made = _touched(call)
    made.items.append(call["object"])
    made.sites.append(call.site_of("object"))
    return NONE


@method("list.extend set.update", "iterable, /")
def _extend(call: Bound) -> AbstractValue:
    extend(call.interpreter, call.receiver, call["iterable"])
    return NONE


@method("list.insert", "index, object, /")
def _insert(call: Bound) -> AbstractValue:
    made, place = _touched(call), call.integer("index")
    if place is None:
        made.unknown = call.unknown()
        return NONE
    place = max(-len(made.items), min(place, len(made.items)))
    made.items.insert(place, call["object"])
    made.sites.insert(place, call.site_of("object"))
    return NONE


@method("list.pop", "index=-1, /")
@method("set.pop", "")
def _pop(call: Bound) -> AbstractValue:
    made, place = _touched(call), None
    if made.kind == "list":
        place = call.integer("index")
    if place is None or made.unknown is not None or not -len(made.items) <= place < len(made.items):
        made.unknown = first(made.unknown, call.unknown())
        return call.unknown()
    made.sites.pop(place)
    return made.items.pop(place)


@method("list.remove set.discard set.remove", "value, /")
def _remove(call: Bound) -> AbstractValue:
    made, wanted = _touched(call), call["value"]
    for place, item in enumerate(made.items):
        if item is wanted or _equal(item, wanted):
            del made.items[place], made.sites[place]
            return NONE
    made.unknown = call.unknown()
    return NONE


def _equal(left: AbstractValue, right: AbstractValue) -> bool:
    return is_plain(left) and is_plain(right) and plain(left) == plain(right)


@method("list.reverse", "")
def _reverse(call: Bound) -> AbstractValue:
    made = _touched(call)
    made.items.reverse()
    made.sites.reverse()
    return NONE


@method("list.clear set.clear", "")
def _clear(call: Bound) -> AbstractValue:
    made = _touched(call)
    made.items, made.sites, made.unknown = [], [], None
    return NONE


@method("list.copy set.copy", "")
def _copy(call: Bound) -> AbstractValue:
    made: ListV = call.receiver
    return ListV(list(made.items), made.kind, list(made.sites), made.unknown)


@method("list.sort")
def _sort(call: Bound) -> AbstractValue:
    made = _touched(call)
    if call.given or not all(map(is_plain, made.items)):
        made.unknown = call.unknown()
        return NONE
    try:
        made.items.sort(key=plain)
    except TypeError as error:
        made.unknown = call.unknown(f"TypeError: {error}")
    made.sites = [None] * len(made.items)
    return NONE


@method("list.count tuple.count", "value, /")
def _count(call: Bound) -> AbstractValue:
    values = _plain_items(call)
    if values is None:
        return call.unknown()
    return Const(values.count(plain(call["value"])))


@method("list.index tuple.index", "value, /")
def _index(call: Bound) -> AbstractValue:
    values = _plain_items(call)
    if values is None or plain(call["value"]) not in values:
        return call.unknown()
    return Const(values.index(plain(call["value"])))


def _plain_items(call: Bound) -> list[Any] | None:
    """Return the elements as Python objects, `None` where they or the value are not known."""
    made: ListV = call.receiver
    if made.unknown is not None or not all(map(is_plain, [*made.items, call["value"]])):
        return None
    return [plain(item) for item in made.items]


# --- dictionaries -------------------------------------------------------------------------


@method("dict.get", "key, default=None, /")
def _get(call: Bound) -> AbstractValue:
    key = key_of(call["key"])
    if key not in call.receiver.entries:
        look_in_imports(call.interpreter, call.receiver, key)
    return _entry(call, call["default"])


@method("dict.pop", "key, default=None, /")
def _pop_entry(call: Bound) -> AbstractValue:
    made, found = call.receiver, _entry(call, call["default"])
    if key_of(call["key"]) in made.entries:
        call.interpreter.journal.touch(made)
        del made.entries[key_of(call["key"])]
    return found


@method("dict.setdefault", "key, default=None, /")
def _set_default(call: Bound) -> AbstractValue:
    made, key = call.receiver, key_of(call["key"])
    if key not in made.entries and key is not MISSING and made.unknown is None:
        call.interpreter.journal.touch(made)
        made.entries[key] = call["default"]
    return _entry(call, call["default"])


def _entry(call: Bound, default: AbstractValue) -> AbstractValue:
    """Return the entry of a key; the default where it is known that there is none."""
    made: DictV = call.receiver
    key = key_of(call["key"])
    if key is MISSING:
        return call.unknown()
    if key in made.entries:
        return made.entries[key]
    if made.unknown is None or (isinstance(made.unknown, NotGiven) and call.is_given("default")):
        return default
    return call.unknown(because=made.unknown)


@method("dict.items", "")
def _items(call: Bound) -> AbstractValue:
    made: DictV = call.receiver
    pairs = [ListV([key_value(key), value], "tuple") for key, value in made.entries.items()]
    return ListV(list(pairs), unknown=made.unknown)


@method("dict.keys", "")
def _dict_keys(call: Bound) -> AbstractValue:
    made: DictV = call.receiver
    return ListV([key_value(key) for key in made.entries], unknown=made.unknown)


@method("dict.values", "")
def _values(call: Bound) -> AbstractValue:
    made: DictV = call.receiver
    sites = [made.sites.get(key) for key in made.entries]
    return ListV(list(made.entries.values()), "list", sites, made.unknown)


@method("dict.update")
def _update(call: Bound) -> AbstractValue:
    made: DictV = call.receiver
    call.interpreter.journal.touch(made)
    for given in call.given:
        if given.keyword not in (None, "*", "**"):
            made.entries[given.keyword] = given.value
        elif isinstance(given.value, DictV):
            made.entries.update(given.value.entries)
            made.sites.update(given.value.sites)
            made.unknown = first(made.unknown, given.value.unknown)
        else:
            made.forget(call.unknown())
    return NONE


@method("dict.copy", "")
def _copy_dict(call: Bound) -> AbstractValue:
    made: DictV = call.receiver
    other = DictV(dict(made.entries), dict(made.sites))
    other.unknown = made.unknown
    return other


# --- strings and numbers ------------------------------------------------------------------


def _scalar_method(kind: type, name: str) -> None:
    @method(f"{kind.__name__}.{name}")
    def _called(call: Bound) -> AbstractValue:
        """Call the method of Python on known arguments."""
        positional = call.positional
        if name == "join" and len(positional) == 1:
            items = elements(positional[0])
            positional = positional if items is None else [ListV(items)]
        keywords = {one.keyword: one.value for one in call.given if one.keyword is not None}
        if {"*", "**"} & keywords.keys():
            return call.unknown()
        if not all(map(is_plain, [*positional, *keywords.values()])):
            return call.unknown()
        return _computed(call, name, positional, keywords)


def _computed(
    call: Bound, name: str, positional: list[AbstractValue], keywords: dict[str, Any]
) -> AbstractValue:
    receiver, values = call.receiver.value, [plain(value) for value in positional]
    named = {name: plain(value) for name, value in keywords.items()}
    if too_large(f".{name}", [receiver, *values, *named.values()]):
        return call.unknown(f"`{call.context.source}` is too large")
    made = from_plain(applied(call.context, getattr(receiver, name), values, named))
    scalars = [call.receiver, *positional]
    if keywords or not isinstance(made, Const):
        return made
    if not all(isinstance(value, Const) for value in scalars):
        return made
    python = getattr(type(receiver), name)
    return Const(made.value, derived(made.value, python, *map(origin_of, scalars)))


for _kind in (str, bytes, int, float):
    for _name in dir(_kind):
        if not _name.startswith("_") and f"{_kind.__name__}.{_name}" not in METHODS:
            _scalar_method(_kind, _name)
