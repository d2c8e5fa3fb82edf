"""Calls: arguments, functions and classes of the program, and the way to the library."""

from __future__ import annotations

from typing import Any, NamedTuple

import libcst as cst

from kfix.model.graph import Array, Symbol
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source import building
from kfix.source.facts import elements
from kfix.source.interpreter import MAX_DEPTH, MAX_RECURSION, Frame, Interpreter, choice
from kfix.source.library import lookup
from kfix.source.state import Scope
from kfix.source.values import (
    NONE,
    BoundV,
    Choice,
    ClassV,
    Const,
    DictV,
    FunctionV,
    InstanceV,
    LayerV,
    ListV,
    MethodV,
    ModelV,
    PartialV,
    SequentialV,
    Value,
)


class Given(NamedTuple):
    """One argument of a call: `keyword` is None for a positional one, "*" and "**" for those that are not known."""

    keyword: str | None
    value: Value
    site: Site | None = None


class Call:
    """A call of something of a library, as its function sees it; `path` is the dotted name of what is called."""

    __slots__ = ("at", "frame", "given", "node", "path", "receiver")

    def __init__(
        self,
        at: Interpreter,
        given: list[Given],
        node: cst.CSTNode,
        frame: Frame,
        receiver: Value = None,
        path: str = "",
    ) -> None:
        self.at = at
        self.given = given
        self.node = node
        self.frame = frame
        self.receiver = receiver
        self.path = path

    @property
    def name(self) -> str:
        """The last part of the dotted name."""
        return self.path.rpartition(".")[2]

    @property
    def site(self) -> Site:
        """The place of the call."""
        return self.frame.unit.site(self.node)

    @property
    def positional(self) -> list[Value]:
        """The positional arguments' values."""
        return [given.value for given in self.given if given.keyword is None]

    def find(self, index: int, keyword: str | None = None) -> Given | None:
        """The argument at this position (-1: by keyword only) or with this keyword."""
        place = 0
        for given in self.given:
            if given.keyword is None:
                if place == index:
                    return given
                place += 1
            elif given.keyword == keyword:
                return given
        return None

    def get(self, index: int, keyword: str | None = None, default: Value = None) -> Value:
        """The value of that argument."""
        given = self.find(index, keyword)
        return default if given is None else given.value

    def text(self, index: int, keyword: str | None = None, default: str = "") -> str:
        """The argument if it is a known string."""
        value = self.get(index, keyword)
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else default

    def number(self, index: int, keyword: str | None = None, default: int | None = None) -> int | None:
        """The argument if it is a known whole number."""
        value = self.get(index, keyword)
        return value.value if isinstance(value, Const) and isinstance(value.value, int) else default

    def unknown(self, why: str = "", because: Value = None) -> Unknown:
        """An `Unknown` at the place of the call."""
        at = self.at
        if not why:
            why = f"`{at.text(self.node, self.frame)}` is not known"
        if because is None:
            because = next((given.value for given in self.given if isinstance(given.value, Unknown)), None)
        return at.unknown(why, self.node, self.frame, because)


def call(at: Interpreter, node: cst.Call, frame: Frame) -> Value:
    """What a call expression gives."""
    callee = at.eval(node.func, frame)
    return invoke(at, callee, arguments(at, node.args, frame), node, frame)


def arguments(at: Interpreter, args: Any, frame: Frame) -> list[Given]:
    """The arguments of a call, `*` and `**` spread out."""
    given: list[Given] = []
    for arg in args:
        value = at.eval(arg.value, frame)
        if arg.star == "*":
            items = elements(value)
            if items is None:
                given.append(Given("*", at.unknown(f"`{at.text(arg, frame)}` is not known", arg, frame, value)))
            else:
                sites = value.sites if isinstance(value, ListV) else [None] * len(items)
                given.extend(Given(None, item, site) for item, site in zip(items, sites, strict=True))
        elif arg.star == "**":
            if isinstance(value, DictV):
                for key, item in value.entries.items():
                    if isinstance(key, str):
                        given.append(Given(key, item, value.sites.get(key)))
            if not isinstance(value, DictV) or value.unknown is not None:
                given.append(Given("**", at.unknown(f"`{at.text(arg, frame)}` is not known", arg, frame, value)))
        else:
            keyword = arg.keyword.value if arg.keyword is not None else None
            given.append(Given(keyword, value, frame.unit.site(arg)))
    return given


def invoke(at: Interpreter, callee: Value, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    """Call a value."""
    if isinstance(callee, Symbol):
        return _library(at, callee, given, node, frame)
    if isinstance(callee, FunctionV):
        return call_function(at, callee, given, node, frame)
    if isinstance(callee, BoundV):
        return invoke(at, callee.function, [Given(None, callee.receiver), *given], node, frame)
    if isinstance(callee, MethodV):
        if callee.table == "super":
            from kfix.source.classes import native_init

            return native_init(at, callee.receiver, given, node, frame)
        native = lookup.method_of(callee.receiver, callee.name)
        made = Call(at, given, node, frame, callee.receiver, callee.name)
        if native is None and isinstance(callee.receiver, Array):
            args = [(None, callee.receiver), *((g.keyword, g.value) for g in given)]
            return building.array_operation(at, f"numpy.{callee.name}", args)
        return native(made) if native is not None else made.unknown()
    if isinstance(callee, LayerV | SequentialV | ModelV):
        return building.apply(at, callee, given, node, frame)
    if isinstance(callee, ClassV):
        from kfix.source.classes import instantiate

        return instantiate(at, callee, given, node, frame)
    if isinstance(callee, InstanceV):
        return _call_instance(at, callee, given, node, frame)
    if isinstance(callee, PartialV):
        names = {g.keyword for g in given if g.keyword is not None}
        held = [g for g in callee.arguments if g.keyword not in names or g.keyword is None]
        return invoke(at, callee.function, [*held, *given], node, frame)
    if isinstance(callee, Choice):
        return at.spread(lambda one: invoke(at, one[0], given, node, frame), [callee])
    if isinstance(callee, Unknown):
        return callee
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame)


def _library(at: Interpreter, callee: Symbol, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    path = callee.path
    if callee.called:
        if building.has_tensor(g.value for g in given):
            return building.apply_unknown(at, Unknown(f"no rule for `{path}`"), given, node, frame)
        return at.unknown(f"what `{path}` gives when called is not known", node, frame)
    native = lookup.function_of(path)
    if native is not None:
        result = native(Call(at, given, node, frame, None, path))
        return NONE if result is None else result
    return building.library_call(at, path, given, node, frame)


def _call_instance(at: Interpreter, callee: InstanceV, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    if callee.model is not None:
        return building.apply(at, callee.model, given, node, frame)
    if callee.layer is not None:
        return building.apply(at, callee.layer, given, node, frame)
    found = callee.cls.find("__call__")
    if found is not None:
        return invoke(at, found[1], [Given(None, callee), *given], node, frame)
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame)


# --- functions of the program -------------------------------------------------------------


def defaults(at: Interpreter, params: cst.Parameters, frame: Frame) -> dict[str, Value]:
    """The values of the parameters' defaults, as of the definition."""
    return {
        param.name.value: at.eval(param.default, frame)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if param.default is not None
    }


def call_function(at: Interpreter, function: Value, given: list[Given], node: cst.CSTNode, frame: Frame) -> Value:
    """Interpret a function of the program at a call."""
    if not isinstance(function, FunctionV):
        return invoke(at, function, given, node, frame)
    at.called.add(id(function.node))
    if at.depth >= MAX_DEPTH:
        at.limit(f"calls are nested more than {MAX_DEPTH} deep", frame.unit.site(node))
        return at.unknown(f"calls are nested more than {MAX_DEPTH} deep", node, frame)
    key = id(function.node)
    active = at.active.get(key, 0)
    if active >= (1 if key in at.endless else MAX_RECURSION):
        # Its end is not known: once that is seen, it is not followed so deep again, or a few calls take all the steps.
        at.endless.add(key)
        at.limit(f"`{function.name}` calls itself more than {MAX_RECURSION} deep", frame.unit.site(node))
        return at.unknown(f"`{function.name}` calls itself more than {MAX_RECURSION} deep", node, frame)
    inner = Frame(function.unit, Scope(function.scope), function.name)
    inner.cls = function.cls
    inner.yields = []
    bind(at, function, given, inner)
    at.active[key] = active + 1
    at.depth += 1
    try:
        if isinstance(function.node, cst.Lambda):
            return at.eval(function.node.body, inner)
        body = function.node.body
        if isinstance(body, cst.SimpleStatementSuite):
            ended = at.run(body.body, inner)
        else:
            ended = at.run(body.body, inner)
    finally:
        at.active[key] = active
        at.depth -= 1
    if inner.yields:
        return ListV(list(inner.yields))
    if ended is None:
        inner.returns.append((inner.condition, NONE))
    elif not inner.returns:
        return at.unknown(f"`{function.name}` raises", node, frame)
    return returned(at, inner, function, node, frame)


def returned(at: Interpreter, inner: Frame, function: FunctionV, node: cst.CSTNode, frame: Frame) -> Value:
    """What a function gave, where several `return`s may have been reached."""
    made = choice(inner.returns)
    if not isinstance(made, Choice):
        return made
    if all(building.is_built(value) for _, value in made.options):
        built = [(c, v) for c, v in made.options if not (isinstance(v, Const) and v.value is None)]
        return choice(built) if built else made
    tuples = [v for _, v in made.options if isinstance(v, ListV) and v.unknown is None]
    if len(tuples) == len(made.options) and len({(len(v.items), v.kind) for v in tuples}) == 1:
        first = tuples[0]
        items = []
        for index in range(len(first.items)):
            item = choice([(c, v.items[index]) for c, v in made.options])
            if isinstance(item, Choice) and not all(building.is_built(v) for _, v in item.options):
                item = at.unknown(f"`{function.name}` may return several values", node, frame)
            items.append(item)
        return ListV(items, first.kind)
    return at.unknown(f"`{function.name}` may return several values", node, frame)


def bind(at: Interpreter, function: FunctionV, given: list[Given], inner: Frame) -> None:
    """Bind arguments to the parameters, as names of the function's own scope."""
    params = function.node.params
    names = inner.scope.names
    names.update(function.defaults)
    free = [param.name.value for param in (*params.posonly_params, *params.params)]
    first = free[0] if free else None
    keyed = set(free) | {param.name.value for param in params.kwonly_params}
    rest: list[Given] = []
    more: dict[str, Given] = {}
    bound: set[str] = set()
    passed_on: Unknown | None = None
    place = 0
    for argument in given:
        if argument.keyword is None:
            if place < len(free):
                names[free[place]] = argument.value
                bound.add(free[place])
            else:
                rest.append(argument)
            place += 1
        elif argument.keyword in ("*", "**"):
            passed_on = argument.value
        elif argument.keyword in keyed:
            names[argument.keyword] = argument.value
            bound.add(argument.keyword)
        else:
            more[argument.keyword] = argument
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        name = param.name.value
        if name not in bound and (passed_on is not None or param.default is None):
            why = f"`{name}` is a parameter of `{function.name}`"
            names[name] = Unknown(why, inner.unit.site(param.name), passed_on)
    star = params.star_arg
    if isinstance(star, cst.Param):
        made = ListV([g.value for g in rest], "tuple", [g.site for g in rest])
        made.unknown = passed_on
        names[star.name.value] = made
    if params.star_kwarg is not None:
        entries = DictV({k: g.value for k, g in more.items()}, {k: g.site for k, g in more.items() if g.site})
        entries.unknown = passed_on
        names[params.star_kwarg.name.value] = entries
    if function.cls is not None and first is not None and "staticmethod" not in function.decorators:
        inner.instance = names.get(first)


def read_uncalled(at: Interpreter, function: FunctionV, instance: Value = None) -> None:
    """Interpret a function that nothing calls: with its defaults, its other parameters unknown by name."""
    inner = Frame(function.unit, Scope(function.scope), function.name)
    inner.cls = function.cls
    inner.yields = []
    at.called.add(id(function.node))
    given: list[Given] = [] if instance is None else [Given(None, instance)]
    bind(at, function, given, inner)
    for name, param in _star_names(function):
        names = inner.scope.names
        held = names[name]
        held.unknown = Unknown(f"`{name}` is a parameter of `{function.name}`", inner.unit.site(param))
    if isinstance(function.node, cst.Lambda):
        return
    at.depth += 1
    try:
        at.run(function.node.body.body, inner)
    finally:
        at.depth -= 1


def _star_names(function: FunctionV) -> list[tuple[str, cst.CSTNode]]:
    params = function.node.params
    found: list[tuple[str, cst.CSTNode]] = []
    if isinstance(params.star_arg, cst.Param):
        found.append((params.star_arg.name.value, params.star_arg))
    if params.star_kwarg is not None:
        found.append((params.star_kwarg.name.value, params.star_kwarg))
    return found
