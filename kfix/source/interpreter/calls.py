"""Calls: their arguments, and what calling each class of value means.

What is called is looked up by its class: `functions` and `classes` register the
program's own, `library_calls` layers, models and what libraries have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, DictV, NotGiven, sites_of
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import overgrown
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import Choice


class Given(NamedTuple):
    """One argument of a call: `keyword` is None for a positional one, "*" and "**" for those that
    are not known.
    """

    keyword: str | None
    value: AbstractValue
    site: Site | None = None

    @property
    def why_unknown(self) -> Unknown | None:
        """Return its value where that is an `Unknown`, as that of "*" and "**" is."""
        if isinstance(self.value, Unknown):
            return self.value
        return None


class Call:
    """A call of something of a library, as its function sees it.

    `path` is the dotted name of what is called; the `receiver` of a method is of the class that
    the method was registered for.
    """

    __slots__ = ("frame", "given", "interpreter", "node", "path", "receiver")

    def __init__(
        self, context: Context, given: list[Given], receiver: Any = None, path: str = ""
    ) -> None:
        self.interpreter = context.interpreter
        self.node = context.node
        self.frame = context.frame
        self.given = given
        self.receiver = receiver
        self.path = path

    @property
    def context(self) -> Context:
        """Return where the call stands."""
        return Context(self.interpreter, self.node, self.frame)

    @property
    def site(self) -> Site:
        """Return the place of the call."""
        return self.frame.unit.site(self.node)

    @property
    def name(self) -> str:
        """Return the last part of the dotted name."""
        return self.path.rpartition(".")[2]

    @property
    def positional(self) -> list[AbstractValue]:
        """Return the positional arguments' values."""
        return [given.value for given in self.given if given.keyword is None]

    def find(self, index: int, keyword: str | None = None) -> Given | None:
        """Return the argument at this position (-1: by keyword only) or with this keyword."""
        place = 0
        for given in self.given:
            if given.keyword is None:
                if place == index:
                    return given
                place += 1
            elif given.keyword == keyword:
                return given
        return None

    def get(
        self, index: int, keyword: str | None = None, default: AbstractValue | None = None
    ) -> Any:
        """Return the value of that argument, `default` where it is not given."""
        given = self.find(index, keyword)
        if given is None:
            return default
        return given.value

    def text(self, index: int, keyword: str | None = None, default: str = "") -> str:
        """Return the argument if it is a known string, else `default`."""
        value = self.get(index, keyword)
        if isinstance(value, Const) and isinstance(value.value, str):
            return value.value
        return default

    def number(
        self, index: int, keyword: str | None = None, default: int | None = None
    ) -> int | None:
        """Return the argument if it is a known integer, else `default`."""
        value = self.get(index, keyword)
        if isinstance(value, Const) and isinstance(value.value, int):
            return value.value
        return default

    def unknown(self, why: str = "", because: object = None) -> Unknown:
        """Return an `Unknown` at the place of the call.

        An unknown argument led to it where nothing else did.
        """
        if because is None:
            reasons = (given.why_unknown for given in self.given)
            because = next((reason for reason in reasons if reason is not None), None)
        return self.context.unknown(why, because)


# --- arguments ----------------------------------------------------------------------------


def arguments(interpreter: Interpreter, args: Sequence[cst.Arg], frame: Frame) -> list[Given]:
    """Return the arguments of a call, those of `*` and `**` one by one as far as they are known."""
    given: list[Given] = []
    for arg in args:
        value = interpreter.eval(arg.value, frame)
        if arg.star:
            given.extend(_SPREAD[arg.star](Context(interpreter, arg, frame), value))
            if len(args) == 1 and arg.star == "**":
                given += _from_caller(Context(interpreter, arg, frame), value)
        else:
            keyword = None
            if arg.keyword is not None:
                keyword = arg.keyword.value
            given.append(Given(keyword, value, frame.unit.site(arg)))
    return given


def _from_caller(context: Context, value: AbstractValue) -> list[Given]:
    """Return what a caller gives, where a call is given nothing but the `**kwargs` of a function.

    Beside other arguments they are taken as empty; alone they have what the call needs.
    """
    unknown = getattr(value, "unknown", None)
    return [Given("**", context.unknown(because=value))] if isinstance(unknown, NotGiven) else []


def _listed(context: Context, value: AbstractValue) -> list[Given]:
    """Return the arguments that `*value` stands for."""
    items = value.elements()
    if isinstance(getattr(value, "unknown", None), NotGiven):
        items = getattr(value, "items", None)
    if items is None:
        return [Given("*", context.unknown(because=value))]
    sites = sites_of(value, len(items))
    return [Given(None, item, site) for item, site in zip(items, sites, strict=True)]


def _keyed(context: Context, value: AbstractValue) -> list[Given]:
    """Return the arguments that `**value` stands for."""
    given: list[Given] = []
    if isinstance(value, DictV):
        named = {key: item for key, item in value.entries.items() if isinstance(key, str)}
        given = [Given(key, item, value.sites.get(key)) for key, item in named.items()]
        if isinstance(value.unknown, NotGiven | None):
            return given
    return [*given, Given("**", context.unknown(because=value))]


_SPREAD: dict[str, Callable[[Context, AbstractValue], list[Given]]] = {"*": _listed, "**": _keyed}
"""What an argument with stars stands for."""


# --- calling ------------------------------------------------------------------------------


Invoke = Callable[[Context, Any, list[Given]], AbstractValue]
"""What calling a value of a class gives, at a place and with arguments."""


def _not_callable(context: Context, callee: AbstractValue, given: list[Given]) -> AbstractValue:
    return context.unknown()


_CALLED: ByClass[Invoke] = ByClass(_not_callable)

called = _CALLED.register
"""Registers what calling a class of value gives."""


def call(interpreter: Interpreter, node: cst.Call, frame: Frame) -> AbstractValue:
    """Return what a call expression gives."""
    callee = interpreter.eval(node.func, frame)
    given = arguments(interpreter, node.args, frame)
    return invoke(Context(interpreter, node, frame), callee, given)


def invoke(context: Context, callee: AbstractValue, given: list[Given]) -> AbstractValue:
    """Call a value."""
    if any(overgrown(one.value) for one in given):
        given = [_bounded(context, one) for one in given]
    return _CALLED.of(callee)(context, callee, given)


def _bounded(context: Context, given: Given) -> Given:
    if not overgrown(given.value):
        return given
    return given._replace(value=context.unknown("a list that is too long"))


@called(Unknown)
def _unknown(context: Context, callee: Unknown, given: list[Given]) -> AbstractValue:
    return callee


@called(Choice)
def _choice(context: Context, callee: Choice, given: list[Given]) -> AbstractValue:
    return context.interpreter.spread(lambda one: invoke(context, one[0], given), [callee])
