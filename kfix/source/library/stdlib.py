"""Python's standard library, as far as models use it: math, argparse, functools, itertools …"""

from __future__ import annotations

import itertools
import math
import operator
import posixpath
from functools import partial
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.unknown import UnknownUsed
from kfix.source.interpreter.bound_values import PartialV
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.operators import compute
from kfix.source.interpreter.value_queries import any_of, elements, elements_of_each
from kfix.source.interpreter.values import ClassV, InstanceV, ObjectV
from kfix.source.library import names as _names  # noqa: F401  (registers sys.modules)
from kfix.source.library.arguments import Bound
from kfix.source.library.builtins import dict_of
from kfix.source.library.literals import MAX_ALIKE
from kfix.source.library.lookup import CONSTANTS
from kfix.source.library.pure import pure
from kfix.source.library.signatures import function, function_row, method, method_row, within

function_row(
    "os.makedirs time.sleep warnings.filterwarnings random.seed gc.collect",
    "**_",
    "None",
)
function_row("os.environ.get os.getenv", "key, default=None", "default")


@function("os.environ.setdefault os.putenv", "key, value")
def _set_environment(call: Bound) -> AbstractValue:
    call.interpreter.note_environment(call["key"], call["value"])
    return call["value"]


function_row("argparse.ArgumentParser", "**_", 'object("parser", options={})')
method_row("parser.add_argument_group parser.add_mutually_exclusive_group", "**_", "self")

# --- math ---------------------------------------------------------------------------------


def _pure(path: str, python: Any) -> None:
    @function(path)
    def _called(call: Bound) -> AbstractValue:
        return pure(python, call)


_UNBOUNDED = ("factorial", "comb", "perm")
"""Functions whose time on large integers has no bound."""

for _name in dir(math):
    _thing = getattr(math, _name)
    if callable(_thing) and not _name.startswith("_") and _name not in _UNBOUNDED:
        _pure(f"math.{_name}", _thing)
    elif isinstance(_thing, float):
        CONSTANTS[f"math.{_name}"] = Const(_thing)
for _name in ("mul", "add", "sub", "floordiv", "truediv", "mod"):
    _pure(f"operator.{_name}", getattr(operator, _name))


@function("os.path.join")
def _join(call: Bound) -> AbstractValue:
    values = call.positional
    if not all(map(is_plain, values)):
        return call.unknown()
    return compute(call.context, posixpath.join, values)


# --- argparse -----------------------------------------------------------------------------


@method("parser.add_argument")
def _add_argument(call: Bound) -> AbstractValue:
    flags = [v.value for v in call.positional if isinstance(v, Const) and isinstance(v.value, str)]
    if not flags:
        return NONE
    long = next((flag for flag in flags if flag.startswith("--")), flags[0])
    name = call.text(-1, "dest") or long.lstrip("-").replace("-", "_")
    call.receiver.data["options"].entries[name] = _default_of(call, flags[0])
    return NONE


def _default_of(call: Bound, flag: str) -> AbstractValue:
    """Return the value of an option that the command line does not give."""
    default: AbstractValue | None = call.get(-1, "default")
    if default is not None:
        return default
    action = call.text(-1, "action")
    if action in ("store_true", "store_false"):
        return Const(action == "store_false")
    if flag.startswith("-") and call.get(-1, "required") is None:
        return NONE
    return call.unknown(f"`{flag}` is given on the command line")


@method("parser.set_defaults")
def _set_defaults(call: Bound) -> AbstractValue:
    call.receiver.data["options"].entries.update(_keywords(call))
    return NONE


def _keywords(call: Bound) -> dict[str, AbstractValue]:
    return {g.keyword: g.value for g in call.given if g.keyword not in (None, "*", "**")}


@method("parser.parse_args")
def _parse_args(call: Bound) -> AbstractValue:
    return ObjectV("namespace", **call.receiver.data["options"].entries)


@method("parser.parse_known_args")
def _parse_known_args(call: Bound) -> AbstractValue:
    return ListV([_parse_args(call), ListV([])], "tuple")


@function("argparse.Namespace types.SimpleNamespace")
def _namespace(call: Bound) -> AbstractValue:
    return ObjectV("namespace", **_keywords(call))


# --- functools, collections, itertools, copy, dataclasses ---------------------------------


@function("functools.partial")
def _partial(call: Bound) -> AbstractValue:
    if call.positional:
        return PartialV(call.get(0), call.given[1:])
    return call.unknown()


@function("functools.reduce", "function, iterable, initial=None, /")
def _reduce(call: Bound) -> AbstractValue:
    items = elements(call["iterable"])
    if items is None:
        return call.unknown()
    if call.is_given("initial"):
        items = [call["initial"], *items]
    if not items:
        return call.unknown()
    value = items[0]
    for item in items[1:]:
        pair = [Given(None, value), Given(None, item)]
        value = invoke(call.context, call["function"], pair)
    return value


@function("collections.OrderedDict")
def _ordered(call: Bound) -> AbstractValue:
    return dict_of(call, call.given)


@function("collections.defaultdict")
def _default_dict(call: Bound) -> AbstractValue:
    made = dict_of(call, call.given[1:])
    made.unknown = call.unknown("a key that was not set")
    return made


@function("collections.deque", "iterable=(), maxlen=None")
def _deque(call: Bound) -> AbstractValue:
    items = elements(call["iterable"])
    if items is None:
        return call.unknown()
    return ListV(items)


@function("random.choice", "seq")
def _choice(call: Bound) -> AbstractValue:
    return _alike(call, call["seq"])


@function("random.sample", "population, k, *, counts=None")
@function("random.choices", "population, weights=None, *, cum_weights=None, k=1")
def _picked(call: Bound) -> AbstractValue:
    """Return so many of the elements."""
    item, count = _alike(call, call["population"]), call.integer("k")
    if count is None or not 0 <= count <= MAX_LENGTH:
        return ListV([item], unknown=call.unknown("the number of elements is not known"))
    return ListV([item] * count)


def _alike(call: Bound, pool: AbstractValue) -> AbstractValue:
    """Return any element of a list; raises `UnknownUsed` where they are not alike."""
    why = call.unknown("one of several is picked")
    if not isinstance(pool, ListV) or not pool.items:
        raise UnknownUsed(call.unknown())
    made = any_of(pool.items[:MAX_ALIKE], why)
    if made is why:
        raise UnknownUsed(call.unknown())
    return made


@function("collections.namedtuple", "typename, field_names=(), **_")
@function("typing.NamedTuple", "typename, field_names=(), /")
def _namedtuple(call: Bound) -> AbstractValue:
    cls = call.string("typename") or "namedtuple"
    made = ClassV(None, None, cls, [Symbol("typing.NamedTuple")], {})
    made.annotated = _field_names(call)
    return made


def _field_names(call: Bound) -> list[str]:
    fields, text = call["field_names"], call.string("field_names")
    if text is not None:
        return text.replace(",", " ").split()
    if not isinstance(fields, ListV) or not is_plain(fields):
        return []
    return [str(item[0]) if isinstance(item, tuple) else str(item) for item in plain(fields)]


@function("threading.Thread", "group=None, target=None, name=None, args=(), kwargs=None, **_")
def _thread(call: Bound) -> AbstractValue:
    """Return a thread with what it is to call."""
    args, named = elements(call["args"]), getattr(call["kwargs"], "entries", {})
    if args is None:
        return call.unknown()
    given = [*map(partial(Given, None), args), *itertools.starmap(Given, named.items())]
    return ObjectV("thread", run=PartialV(call["target"], given))


@method("thread.start thread.run")
def _start(call: Bound) -> AbstractValue:
    invoke(call.context, call.receiver.data["run"], [])
    return NONE


method_row("thread.join", "timeout=None", "None")


@function("dataclasses.field")
def _field(call: Bound) -> AbstractValue:
    factory = call.get(-1, "default_factory")
    if factory is not None:
        made = invoke(call.context, factory, [])
        return ObjectV("field", default=made)
    default = call.get(-1, "default", call.unknown("a field without a default"))
    return ObjectV("field", default=default)


@function("dataclasses.replace", "obj, /, **changes")
def _replace(call: Bound) -> AbstractValue:
    value = call["obj"]
    if not isinstance(value, InstanceV):
        return call.unknown()
    made = InstanceV(value.cls, value.site)
    made.attributes = {**value.attributes, **_keywords(call)}
    return made


@function("copy.copy", "x")
@function("copy.deepcopy", "x, memo=None, **_")
def _copy(call: Bound) -> AbstractValue:
    return _copied(call["x"], 0)


def _copied(value: AbstractValue, depth: int) -> AbstractValue:
    if depth > 8:
        return value
    if isinstance(value, ListV):
        return ListV(
            [_copied(item, depth + 1) for item in value.items],
            value.kind,
            list(value.sites),
            value.unknown,
        )
    if isinstance(value, DictV):
        made = DictV(
            {key: _copied(item, depth + 1) for key, item in value.entries.items()},
            dict(value.sites),
        )
        made.unknown = value.unknown
        return made
    return value


@function("itertools.repeat", "object, times=None")
def _repeat(call: Bound) -> AbstractValue:
    count = call.integer("times")
    if count is None or count > MAX_LENGTH:
        return call.unknown()
    return ListV([call["object"]] * count)


@function("itertools.chain", "*iterables")
def _chain(call: Bound) -> AbstractValue:
    return _chained(call, call["iterables"])


@function("itertools.chain.from_iterable", "iterable")
def _chain_of(call: Bound) -> AbstractValue:
    return _chained(call, call["iterable"])


def _chained(call: Bound, iterables: AbstractValue) -> AbstractValue:
    several = _lists(iterables)
    if several is None or sum(map(len, several)) > MAX_LENGTH:
        return call.unknown()
    return ListV([item for items in several for item in items])


@function("itertools.product", "*iterables, repeat=1")
def _product(call: Bound) -> AbstractValue:
    several = _lists(call["iterables"])
    if several is None or call.is_given("repeat"):
        return call.unknown()
    if math.prod(map(len, several)) > MAX_LENGTH:
        return call.unknown()
    return ListV([ListV(list(row), "tuple") for row in itertools.product(*several)])


function_row(within("itertools", "zip_longest permutations combinations"), "**_", "unknown()")


def _lists(iterables: AbstractValue) -> list[list[AbstractValue]] | None:
    """Return the elements of each of several containers, `None` where they are not known."""
    outer = elements(iterables)
    if outer is None:
        return None
    several = elements_of_each(outer)
    known = [items for items in several if items is not None]
    if len(known) == len(several):
        return known
    return None


# --- TensorFlow Hub -----------------------------------------------------------------------


@function("tensorflow_hub.KerasLayer")
def _hub(call: Bound) -> AbstractValue:
    from kfix.source.library.keras_layers import layer_of_declared_shape

    return layer_of_declared_shape(call, "KerasLayer", call.get(-1, "output_shape"))
