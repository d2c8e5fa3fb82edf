"""Python's standard library, as far as it has a say in models: math, argparse, functools, collections and so on."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Value
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.operators import compute
from kfix.source.interpreter.value_queries import any_of, elements
from kfix.source.interpreter.values import ClassV, InstanceV, ObjectV, PartialV
from kfix.source.library.builtins import pure
from kfix.source.library.lookup import CONSTANTS, FUNCTIONS, function, method

# --- math ---------------------------------------------------------------------------------


def _register(path: str, python: Any) -> None:
    @function(path)
    def _native(call: Call) -> Value:
        return pure(python, call)


for _name in dir(math):
    if not _name.startswith("_"):
        _thing = getattr(math, _name)
        if callable(_thing):
            # A factorial or a number of combinations of large numbers takes no bounded time.
            if _name not in ("factorial", "comb", "perm"):
                _register(f"math.{_name}", _thing)
        else:
            CONSTANTS[f"math.{_name}"] = Const(_thing)
for _name in ("mul", "add", "sub", "floordiv", "truediv", "mod"):
    _register(f"operator.{_name}", getattr(operator, _name))


# --- os -----------------------------------------------------------------------------------


@function("os.environ.get", "os.getenv")
def _environ(call: Call) -> Value:
    default: Value = call.get(1, "default", NONE)
    return default


@function("os.path.join")
def _join(call: Call) -> Value:
    import posixpath

    values = call.positional
    return (
        compute(call.context, posixpath.join, values)
        if all(map(is_plain, values))
        else call.unknown()
    )


@function(
    "os.makedirs",
    "os.environ.setdefault",
    "time.sleep",
    "warnings.filterwarnings",
    "random.seed",
    "gc.collect",
)
def _nothing(call: Call) -> Value:
    return NONE


# --- argparse -----------------------------------------------------------------------------


@function("argparse.ArgumentParser")
def _parser(call: Call) -> Value:
    return ObjectV("parser", options=DictV())


@method("parser.add_argument_group", "parser.add_mutually_exclusive_group")
def _group(call: Call) -> Value:
    return call.receiver


@method("parser.add_argument")
def _add_argument(call: Call) -> Value:
    flags = [v.value for v in call.positional if isinstance(v, Const) and isinstance(v.value, str)]
    if not flags:
        return NONE
    long = next((flag for flag in flags if flag.startswith("--")), flags[0])
    name = call.text(-1, "dest") or long.lstrip("-").replace("-", "_")
    default = call.get(-1, "default")
    action = call.text(-1, "action")
    if default is None and action in ("store_true", "store_false"):
        default = Const(action == "store_false")
    if default is None:
        default = NONE if flags[0].startswith("-") and call.get(-1, "required") is None else None
    options = call.receiver.data["options"].entries
    options[name] = (
        call.unknown(f"`{flags[0]}` is given on the command line") if default is None else default
    )
    return NONE


@method("parser.set_defaults")
def _set_defaults(call: Call) -> Value:
    for given in call.given:
        if given.keyword is not None:
            call.receiver.data["options"].entries[given.keyword] = given.value
    return NONE


@method("parser.parse_args")
def _parse_args(call: Call) -> Value:
    return ObjectV("namespace", **call.receiver.data["options"].entries)


@method("parser.parse_known_args")
def _parse_known_args(call: Call) -> Value:
    return ListV(
        [ObjectV("namespace", **call.receiver.data["options"].entries), ListV([])], "tuple"
    )


@function("argparse.Namespace", "types.SimpleNamespace")
def _namespace(call: Call) -> Value:
    return ObjectV(
        "namespace",
        **{g.keyword: g.value for g in call.given if g.keyword not in (None, "*", "**")},
    )


# --- functools, collections, itertools, copy, dataclasses ---------------------------------


@function("functools.partial")
def _partial(call: Call) -> Value:
    return PartialV(call.get(0), call.given[1:]) if call.given else call.unknown()


@function("functools.reduce")
def _reduce(call: Call) -> Value:
    items = elements(call.get(1))
    if items is None:
        return call.unknown()
    if len(call.positional) > 2:
        items = [call.positional[2], *items]
    if not items:
        return call.unknown()
    value = items[0]
    for item in items[1:]:
        value = invoke(call.context, call.get(0), [Given(None, value), Given(None, item)])
    return value


@function("collections.OrderedDict", "collections.defaultdict")
def _ordered(call: Call) -> Value:
    given = call.given[1:] if call.name == "defaultdict" else call.given
    made = FUNCTIONS["builtins.dict"](Call(call.interpreter, given, call.node, call.frame))
    if call.name == "defaultdict" and isinstance(made, DictV):
        made.unknown = call.unknown("a key that was not set")
    return made


@function("collections.deque")
def _deque(call: Call) -> Value:
    items = elements(call.get(0, default=ListV([])))
    return ListV(items) if items is not None else call.unknown()


@function("random.sample", "random.choices", "random.choice")
def _picked(call: Call) -> Value:
    """So many of the elements: of those that are alike each is as good as another."""
    pool = call.get(0, "population", call.get(0, "seq"))
    if not isinstance(pool, ListV) or not pool.items:
        return call.unknown()
    why = call.unknown("which of several it is")
    made = any_of(pool.items[:MAX_ALIKE], why)
    if made is why:
        return call.unknown()
    if call.name == "choice":
        return made
    count = call.number(
        -1 if call.name == "choices" else 1, "k", 1 if call.name == "choices" else None
    )
    if count is None or not 0 <= count <= MAX_LENGTH:
        return ListV([made], unknown=call.unknown("how many are picked"))
    return ListV([made] * count)


MAX_ALIKE = 64
"""How many elements of a list are looked at to see whether all are alike."""


@function("collections.namedtuple", "typing.NamedTuple")
def _namedtuple(call: Call) -> Value:
    fields = call.get(1, "field_names")
    names: list[str] = []
    if isinstance(fields, Const) and isinstance(fields.value, str):
        names = fields.value.replace(",", " ").split()
    elif isinstance(fields, ListV) and is_plain(fields):
        names = [str(item[0] if isinstance(item, tuple) else item) for item in plain(fields)]
    made = ClassV(None, None, call.text(0) or "namedtuple", [Symbol("typing.NamedTuple")], {})
    made.annotated = names
    return made


@function("dataclasses.field")
def _field(call: Call) -> Value:
    factory = call.get(-1, "default_factory")
    if factory is not None:
        return ObjectV("field", default=invoke(call.context, factory, []))
    return ObjectV(
        "field", default=call.get(-1, "default", call.unknown("a field without a default"))
    )


@function("dataclasses.replace")
def _replace(call: Call) -> Value:
    value = call.get(0)
    if not isinstance(value, InstanceV):
        return call.unknown()
    made = InstanceV(value.cls, value.site)
    made.attributes = {
        **value.attributes,
        **{g.keyword: g.value for g in call.given if g.keyword is not None},
    }
    return made


@function("copy.copy", "copy.deepcopy")
def _copy(call: Call) -> Value:
    return _copied(call.get(0), 0) if call.given else call.unknown()


def _copied(value: Value, depth: int) -> Value:
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


@function("itertools.product", "itertools.chain", "itertools.repeat", "itertools.chain.from_iterable",
          "itertools.zip_longest", "itertools.permutations", "itertools.combinations")  # fmt: skip
def _itertools(call: Call) -> Value:
    if call.name == "repeat":
        count = call.number(1, "times")
        return (
            call.unknown() if count is None or count > MAX_LENGTH else ListV([call.get(0)] * count)
        )
    values = call.positional
    if call.name == "from_iterable":
        values = elements(values[0]) or [Unknown("what it holds")] if values else []
    several = [elements(value) for value in values]
    if any(items is None for items in several) or any(g.keyword is not None for g in call.given):
        return call.unknown()
    lists = [items or [] for items in several]
    if call.name in ("chain", "from_iterable"):
        return ListV([item for items in lists for item in items])
    if call.name == "product" and math.prod(map(len, lists)) <= MAX_LENGTH:
        return ListV([ListV(list(row), "tuple") for row in itertools.product(*lists)])
    return call.unknown()


# --- TensorFlow Hub -----------------------------------------------------------------------


@function("tensorflow_hub.KerasLayer")
def _hub(call: Call) -> Value:
    from kfix.source.library.keras_layers import layer_of_declared_shape

    return layer_of_declared_shape(call, "KerasLayer", call.get(-1, "output_shape"))
