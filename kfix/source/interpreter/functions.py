"""Functions of the program: called ones are interpreted at the call, the others with their defaults."""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.origin import LEFT_OUT
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given, called, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV
from kfix.source.interpreter.interpreter import MAX_DEPTH, MAX_RECURSION, Frame, Interpreter, choice
from kfix.source.interpreter.state import Scope
from kfix.source.interpreter.values import BoundV, Choice, FunctionV, PartialV
from kfix.source.keras import layers


@called(BoundV)
def _bound(
    interpreter: Interpreter, callee: BoundV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    return invoke(interpreter, callee.function, [Given(None, callee.receiver), *given], node, frame)


@called(PartialV)
def _partial(
    interpreter: Interpreter, callee: PartialV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    names = {g.keyword for g in given if g.keyword is not None}
    held = [g for g in callee.arguments if g.keyword not in names or g.keyword is None]
    return invoke(interpreter, callee.function, [*held, *given], node, frame)


def defaults(
    interpreter: Interpreter, params: cst.Parameters, frame: Frame
) -> dict[str, AbstractValue]:
    """The values of the parameters' defaults, as of the definition."""
    return {
        param.name.value: interpreter.eval(param.default, frame)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if param.default is not None
    }


@called(FunctionV)
def call_function(
    interpreter: Interpreter,
    function: FunctionV,
    given: list[Given],
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """Interpret a function of the program at a call."""
    interpreter.called.add(id(function.node))
    if interpreter.depth >= MAX_DEPTH:
        interpreter.limit(f"calls are nested more than {MAX_DEPTH} deep", frame.unit.site(node))
        return interpreter.unknown(f"calls are nested more than {MAX_DEPTH} deep", node, frame)
    # What is made anew within each function that makes it (`lambda x: g(f(x))`) is another function each time.
    key = id(function.node), id(function.scope)
    active = interpreter.active.get(key, 0)
    if active >= (1 if key[0] in interpreter.endless else MAX_RECURSION):
        # Its end is not known: once that is seen, it is not followed so deep again, or a few calls take all the steps.
        interpreter.endless.add(key[0])
        interpreter.limit(
            f"`{function.name}` calls itself more than {MAX_RECURSION} deep", frame.unit.site(node)
        )
        return interpreter.unknown(
            f"`{function.name}` calls itself more than {MAX_RECURSION} deep", node, frame
        )
    inner = Frame(function.unit, Scope(function.scope), function.name)
    inner.cls = function.cls
    inner.yields = []
    bind(interpreter, function, given, inner)
    interpreter.active[key] = active + 1
    interpreter.depth += 1
    try:
        if isinstance(function.node, cst.Lambda):
            return interpreter.eval(function.node.body, inner)
        body = function.node.body
        if isinstance(body, cst.SimpleStatementSuite):
            ended = interpreter.run(body.body, inner)
        else:
            ended = interpreter.run(body.body, inner)
    finally:
        interpreter.active[key] = active
        interpreter.depth -= 1
    if inner.yields:
        return ListV(list(inner.yields), "generator")
    if ended is None:
        inner.returns.append((inner.condition, NONE))
    elif not inner.returns:
        return interpreter.unknown(f"`{function.name}` raises", node, frame)
    return returned(interpreter, inner, function, node, frame)


def returned(
    interpreter: Interpreter, inner: Frame, function: FunctionV, node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    """What a function gave, where several `return`s may have been reached."""
    made = choice(inner.returns)
    if not isinstance(made, Choice):
        return made
    if all(layers.is_built(value) for _, value in made.options):
        built = [(c, v) for c, v in made.options if not (isinstance(v, Const) and v.value is None)]
        return choice(built) if built else made
    tuples = [v for _, v in made.options if isinstance(v, ListV) and v.unknown is None]
    if len(tuples) == len(made.options) and len({(len(v.items), v.kind) for v in tuples}) == 1:
        first = tuples[0]
        items = []
        for index in range(len(first.items)):
            item = choice(
                [(c, v.items[index]) for (c, _), v in zip(made.options, tuples, strict=True)]
            )
            if isinstance(item, Choice) and not all(layers.is_built(v) for _, v in item.options):
                item = interpreter.unknown(
                    f"`{function.name}` may return several values", node, frame
                )
            items.append(item)
        return ListV(items, first.kind)
    return interpreter.unknown(f"`{function.name}` may return several values", node, frame)


def bind(interpreter: Interpreter, function: FunctionV, given: list[Given], inner: Frame) -> None:
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
            passed_on = argument.why_unknown
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
        entries = DictV(
            {k: g.value for k, g in more.items()}, {k: g.site for k, g in more.items() if g.site}
        )
        entries.unknown = passed_on
        names[params.star_kwarg.name.value] = entries
    if function.cls is not None and first is not None and "staticmethod" not in function.decorators:
        inner.instance = names.get(first)


def read_uncalled(
    interpreter: Interpreter, function: FunctionV, instance: AbstractValue | None = None
) -> None:
    """Interpret a function that nothing calls: with its defaults, its other parameters unknown by name.

    With defaults that its own guard raises on it is not called: then they are unknown as well.
    """
    interpreter.called.add(id(function.node))
    builds = interpreter.builds
    ended = _run_uncalled(interpreter, function, instance, function.defaults)
    if ended == "raise" and function.defaults and interpreter.builds == builds:
        _run_uncalled(interpreter, function, instance, {})


def _run_uncalled(
    interpreter: Interpreter,
    function: FunctionV,
    instance: AbstractValue | None,
    defaults: dict[str, AbstractValue],
) -> str | None:
    """Run the body once; return how it ended."""
    inner = Frame(function.unit, Scope(function.scope), function.name)
    inner.cls = function.cls
    inner.yields = []
    given: list[Given] = [] if instance is None else [Given(None, instance)]
    bind(interpreter, function, given, inner)
    for name in function.defaults.keys() - defaults.keys():
        inner.scope.names[name] = Unknown(f"`{name}` is a parameter of `{function.name}`")
    for name, value in defaults.items():
        if (
            isinstance(value, Const)
            and value.value is None
            and inner.scope.names.get(name) is value
        ):
            inner.scope.names[name] = Const(None, LEFT_OUT)
    for name, param in _star_names(function):
        held = inner.scope.names[name]
        assert isinstance(held, ListV | DictV)
        held.unknown = Unknown(
            f"`{name}` is a parameter of `{function.name}`", inner.unit.site(param)
        )
    if isinstance(function.node, cst.Lambda):
        return None
    interpreter.depth += 1
    try:
        return interpreter.run(function.node.body.body, inner)
    finally:
        interpreter.depth -= 1


def _star_names(function: FunctionV) -> list[tuple[str, cst.CSTNode]]:
    params = function.node.params
    found: list[tuple[str, cst.CSTNode]] = []
    if isinstance(params.star_arg, cst.Param):
        found.append((params.star_arg.name.value, params.star_arg))
    if params.star_kwarg is not None:
        found.append((params.star_kwarg.name.value, params.star_kwarg))
    return found
