"""Functions of the program: called ones are interpreted at the call, the others with their
defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.origin import LEFT_OUT
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bound_values import BoundV, PartialV
from kfix.source.interpreter.calls import Given, called, invoke
from kfix.source.interpreter.choices import choice
from kfix.source.interpreter.containers import (
    NONE,
    Const,
    Container,
    DictV,
    ListV,
    NotGiven,
    is_none,
)
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.interpreter import MAX_DEPTH, MAX_RECURSION, Ending, Frame, Interpreter
from kfix.source.interpreter.state import Scope
from kfix.source.interpreter.values import Choice, FunctionV, InstanceV, SequentialV
from kfix.source.keras.argument_values import is_built


@called(BoundV)
def _bound(context: Context, callee: BoundV, given: list[Given]) -> AbstractValue:
    """Call a method; the weights that a layer makes when another builds it are made at its call."""
    receiver, function = callee.receiver, callee.function
    builds = isinstance(function, FunctionV) and function.name.endswith(".build")
    if not builds or not isinstance(receiver, InstanceV) or context.frame.instance is receiver:
        return invoke(context, function, [Given(None, receiver), *given])
    before = len(receiver.weights)
    begin_build(context.interpreter, receiver)
    result = invoke(context, function, [Given(None, receiver), *given])
    del receiver.weights[before:]
    return result


def begin_build(interpreter: Interpreter, instance: InstanceV) -> None:
    """Take back what an earlier `build` put into containers of a layer: Keras builds it once, here
    it is read for each shape.
    """
    if instance.unbuilt is None:
        held: dict[int, ListV | DictV | SequentialV] = {}
        left = [*instance.attributes.values()]
        while left:
            one = left.pop()
            if isinstance(one, ListV | DictV | SequentialV) and id(one) not in held:
                held[id(one)] = one
                left += one.items if isinstance(one, ListV) else ()
        instance.unbuilt = [(one, one.save()) for one in held.values()]
    for built, state in instance.unbuilt:
        interpreter.journal.touch(built)
        built.load(state)


@called(PartialV)
def _partial(context: Context, callee: PartialV, given: list[Given]) -> AbstractValue:
    names = {one.keyword for one in given if one.keyword is not None}
    held = [one for one in callee.arguments if one.keyword not in names]
    return invoke(context, callee.function, [*held, *given])


# --- calls --------------------------------------------------------------------------------


@called(FunctionV)
def call_function(context: Context, function: FunctionV, given: list[Given]) -> AbstractValue:
    """Interpret a function of the program at a call."""
    interpreter = context.interpreter
    interpreter.called.add(id(function.node))
    if interpreter.depth >= MAX_DEPTH:
        return _too_deep(context, f"calls are nested more than {MAX_DEPTH} deep")
    # What is made anew within each function that makes it (`lambda x: g(f(x))`) is another function
    # each time.
    key = id(function.node), id(function.scope)
    active = interpreter.active.get(key, 0)
    if active >= (1 if key[0] in interpreter.endless else MAX_RECURSION):
        # Its end is not known: once that is seen, it is not followed so deep again, or a few calls
        # take all the steps.
        interpreter.endless.add(key[0])
        return _too_deep(context, f"`{function.name}` calls itself more than {MAX_RECURSION} deep")
    inner = _new_frame(function)
    inner.known = context.frame.facts
    bind(function, given, inner)
    interpreter.active[key] = active + 1
    interpreter.depth += 1
    try:
        return _run(context, function, inner)
    finally:
        interpreter.active[key] = active
        interpreter.depth -= 1


def _too_deep(context: Context, why: str) -> Unknown:
    context.interpreter.limit(why, context.site)
    return context.unknown(why)


def _new_frame(function: FunctionV) -> Frame:
    """Return a frame for a run of a function."""
    frame = Frame(function.unit, Scope(function.scope), function.name)
    frame.cls = function.cls
    frame.yields = []
    return frame


def _run(context: Context, function: FunctionV, inner: Frame) -> AbstractValue:
    """Run the body of a function in its own frame; returns what it gives to the call."""
    interpreter = context.interpreter
    if isinstance(function.node, cst.Lambda):
        return interpreter.eval(function.node.body, inner)
    ended = interpreter.run(function.node.body.body, inner)
    if inner.yields:
        return ListV(list(inner.yields), "generator")
    if ended is None:
        inner.returns.append((inner.condition, NONE))
    elif not inner.returns:
        return context.unknown(f"`{function.name}` raises")
    return _returned(context, function, choice(inner.returns))


def _returned(context: Context, function: FunctionV, value: AbstractValue) -> AbstractValue:
    """Return what a function gives, where several `return`s may have been reached."""
    if not isinstance(value, Choice):
        return value
    if all(map(is_built, value.values)):
        # A way that returns None builds nothing, and leaves the others as they are.
        built = [(held, one) for held, one in value.options if not is_none(one)]
        if built:
            return choice(built)
        return value
    rows = [one for one in value.values if isinstance(one, ListV) and one.unknown is None]
    alike = len({(len(row.items), row.kind) for row in rows}) == 1
    if len(rows) < len(value.options) or not alike:
        return context.unknown(f"`{function.name}` may return several values")
    conditions = [condition for condition, _ in value.options]
    items: list[AbstractValue] = []
    for column in zip(*(row.items for row in rows), strict=True):
        item = choice(list(zip(conditions, column, strict=True)))
        if isinstance(item, Choice) and not all(map(is_built, item.values)):
            item = context.unknown(f"`{function.name}` may return several values")
        items.append(item)
    return ListV(items, rows[0].kind)


# --- parameters ---------------------------------------------------------------------------


def defaults(
    interpreter: Interpreter, params: cst.Parameters, frame: Frame
) -> dict[str, AbstractValue]:
    """Return the values of the parameters' defaults, as of the definition."""
    return {
        param.name.value: interpreter.eval(param.default, frame)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if param.default is not None
    }


class _Bound:
    """The arguments of a call as they are shared out among the parameters of a function."""

    __slots__ = ("by_name", "keyed", "passed_on", "rest")

    def __init__(self, params: cst.Parameters, given: list[Given]) -> None:
        free = [param.name.value for param in (*params.posonly_params, *params.params)]
        keyed = {*free, *(param.name.value for param in params.kwonly_params)}
        self.by_name: dict[str, AbstractValue] = {}
        """The values of parameters that the call gives."""
        self.rest: list[Given] = []
        """Positional arguments that no parameter takes but `*args`,"""
        self.keyed: dict[str, Given] = {}
        """and those by keyword that none takes but `**kwargs`."""
        self.passed_on: Unknown | None = None
        """Why more arguments than these may be given: `f(*values)`."""
        waiting = iter(free)
        for argument in given:
            if argument.keyword in ("*", "**"):
                # Nobody knows how many values these are: no parameter is given one of them.
                self.passed_on = argument.why_unknown
                continue
            name = next(waiting, None) if argument.keyword is None else argument.keyword
            if name in keyed:
                self.by_name[name] = argument.value
            elif name is None:
                self.rest.append(argument)
            else:
                self.keyed[name] = argument


def bind(function: FunctionV, given: list[Given], inner: Frame) -> None:
    """Bind arguments to the parameters, as names of the function's own scope."""
    params = function.node.params
    names = inner.scope.names
    bound = _Bound(params, given)
    names.update(function.defaults)
    names.update(bound.by_name)
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        name = param.name.value
        # Behind `f(*values)` a default does not count either: the values may reach the parameter.
        missing = param.default is None or bound.passed_on is not None
        if missing and name not in bound.by_name:
            why = f"`{name}` is a parameter of `{function.name}`"
            names[name] = Unknown(why, inner.unit.site(param.name), bound.passed_on)
    if isinstance(params.star_arg, cst.Param):
        rest = ListV([one.value for one in bound.rest], "tuple", [one.site for one in bound.rest])
        rest.unknown = bound.passed_on
        names[params.star_arg.name.value] = rest
    if params.star_kwarg is not None:
        keyed = DictV({name: one.value for name, one in bound.keyed.items()})
        keyed.sites = {name: one.site for name, one in bound.keyed.items() if one.site}
        keyed.unknown = bound.passed_on
        names[params.star_kwarg.name.value] = keyed
    free = [*params.posonly_params, *params.params]
    if function.cls is not None and free and "staticmethod" not in function.decorators:
        inner.instance = names.get(free[0].name.value)


# --- functions that nothing calls ---------------------------------------------------------


def read_uncalled(
    interpreter: Interpreter, function: FunctionV, instance: AbstractValue | None = None
) -> None:
    """Interpret a function that nothing calls: with its defaults, its other parameters unknown by
    name.

    With defaults that its own guard raises on it is not called: then they are unknown as well.
    A decorated function is read through its wrapper, the parameters without defaults unknown.
    """
    if function.wrapper is not None:
        _call_wrapper(interpreter, function, function.wrapper, instance)
        if id(function.node) in interpreter.called:
            return
    interpreter.called.add(id(function.node))
    builds = interpreter.builds
    ended = _run_uncalled(interpreter, function, instance, with_defaults=True)
    if ended == "raise" and function.defaults and interpreter.builds == builds:
        _run_uncalled(interpreter, function, instance, with_defaults=False)


def _call_wrapper(
    interpreter: Interpreter,
    function: FunctionV,
    wrapper: FunctionV,
    instance: AbstractValue | None,
) -> None:
    """Call what takes the place of a function, with the arguments that this must be given."""
    inner = _new_frame(function)
    receiver = [] if instance is None else [Given(None, instance)]
    bind(function, receiver, inner)
    params = function.node.params
    names = [one.name.value for one in (*params.posonly_params, *params.params)]
    needed = [name for name in names[len(receiver) :] if name not in function.defaults]
    given = [Given(None, inner.scope.names[name]) for name in needed]
    call_function(Context(interpreter, function.node, inner), wrapper, [*receiver, *given])


_NOTHING = ((None, type(None)), (0, int))


def _stands_for_nothing(value: AbstractValue) -> TypeGuard[Const]:
    """Return whether a default says no more than that nothing was given."""
    return isinstance(value, Const) and (value.value, type(value.value)) in _NOTHING


def _run_uncalled(
    interpreter: Interpreter,
    function: FunctionV,
    instance: AbstractValue | None,
    with_defaults: bool,
) -> Ending | None:
    """Run the body once; returns how it ended."""
    inner = _new_frame(function)
    bind(function, [] if instance is None else [Given(None, instance)], inner)
    names = inner.scope.names
    for name, value in function.defaults.items():
        if not with_defaults:
            names[name] = Unknown(f"`{name}` is a parameter of `{function.name}`")
        elif _stands_for_nothing(value) and names.get(name) is value:
            names[name] = Const(value.value, LEFT_OUT)
    for param in _star_params(function):
        name = param.name.value
        held = names[name]
        assert isinstance(held, Container)
        why = f"`{name}` is a parameter of `{function.name}`"
        held.unknown = NotGiven(why, inner.unit.site(param))
    if isinstance(function.node, cst.Lambda):
        return None
    interpreter.depth += 1
    try:
        return interpreter.run(function.node.body.body, inner)
    finally:
        interpreter.depth -= 1


def _star_params(function: FunctionV) -> Iterator[cst.Param]:
    """Yield `*args` and `**kwargs`."""
    params = function.node.params
    if isinstance(params.star_arg, cst.Param):
        yield params.star_arg
    if params.star_kwarg is not None:
        yield params.star_kwarg
