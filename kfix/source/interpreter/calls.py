"""Calls: their arguments, and what calling each kind of value means.

What is called is looked up by its kind: `functions` and `classes` register the
program's own, `applying` layers, models and what libraries have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.conversion import overgrown
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.value_queries import elements
from kfix.source.interpreter.values import Choice


class Given(NamedTuple):
    """One argument of a call: `keyword` is None for a positional one, "*" and "**" for those that are not known."""

    keyword: str | None
    value: AbstractValue
    site: Site | None = None

    @property
    def why_unknown(self) -> Unknown | None:
        """Return its value where that is an `Unknown`, as that of "*" and "**" is."""
        return self.value if isinstance(self.value, Unknown) else None


class Call:
    """A call of something of a library, as its function sees it; `path` is the dotted name of what is called."""

    __slots__ = ("frame", "given", "interpreter", "node", "path", "receiver")

    def __init__(
        self,
        interpreter: Interpreter,
        given: list[Given],
        node: cst.CSTNode,
        frame: Frame,
        receiver: Any = None,
        path: str = "",
    ) -> None:
        self.interpreter = interpreter
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
    def positional(self) -> list[AbstractValue]:
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

    def get(
        self, index: int, keyword: str | None = None, default: AbstractValue | None = None
    ) -> Any:
        """Return the value of that argument, `default` where it is not given."""
        given = self.find(index, keyword)
        return default if given is None else given.value

    def text(self, index: int, keyword: str | None = None, default: str = "") -> str:
        """The argument if it is a known string."""
        value = self.get(index, keyword)
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else default

    def number(
        self, index: int, keyword: str | None = None, default: int | None = None
    ) -> int | None:
        """The argument if it is a known whole number."""
        value = self.get(index, keyword)
        return value.value if isinstance(value, Const) and isinstance(value.value, int) else default

    def unknown(self, why: str = "", because: object = None) -> Unknown:
        """An `Unknown` at the place of the call."""
        interpreter = self.interpreter
        if not why:
            why = f"`{interpreter.text(self.node, self.frame)}` is not known"
        if because is None:
            because = next(
                (given.value for given in self.given if isinstance(given.value, Unknown)), None
            )
        return interpreter.unknown(why, self.node, self.frame, because)


def call(interpreter: Interpreter, node: cst.Call, frame: Frame) -> AbstractValue:
    """What a call expression gives."""
    callee = interpreter.eval(node.func, frame)
    return invoke(interpreter, callee, arguments(interpreter, node.args, frame), node, frame)


def arguments(interpreter: Interpreter, args: Any, frame: Frame) -> list[Given]:
    """The arguments of a call, `*` and `**` spread out."""
    given: list[Given] = []
    for arg in args:
        value = interpreter.eval(arg.value, frame)
        if arg.star == "*":
            items = elements(value)
            if items is None:
                given.append(
                    Given(
                        "*",
                        interpreter.unknown(
                            f"`{interpreter.text(arg, frame)}` is not known", arg, frame, value
                        ),
                    )
                )
            else:
                sites = value.sites if isinstance(value, ListV) else [None] * len(items)
                given.extend(
                    Given(None, item, site) for item, site in zip(items, sites, strict=True)
                )
        elif arg.star == "**":
            if isinstance(value, DictV):
                for key, item in value.entries.items():
                    if isinstance(key, str):
                        given.append(Given(key, item, value.sites.get(key)))
            if not isinstance(value, DictV) or value.unknown is not None:
                given.append(
                    Given(
                        "**",
                        interpreter.unknown(
                            f"`{interpreter.text(arg, frame)}` is not known", arg, frame, value
                        ),
                    )
                )
        else:
            keyword = arg.keyword.value if arg.keyword is not None else None
            given.append(Given(keyword, value, frame.unit.site(arg)))
    return given


Invoke = Callable[["Interpreter", Any, list[Given], cst.CSTNode, Frame], AbstractValue]

CALLED: dict[type, Invoke] = {}


def called(*kinds: type) -> Callable[[Invoke], Invoke]:
    """Registers what calling a kind of value gives."""

    def register(function: Invoke) -> Invoke:
        for kind in kinds:
            CALLED[kind] = function
        return function

    return register


def invoke(
    interpreter: Interpreter,
    callee: AbstractValue,
    given: list[Given],
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """Call a value."""
    if isinstance(callee, Choice):
        return interpreter.spread(
            lambda one: invoke(interpreter, one[0], given, node, frame), [callee]
        )
    if isinstance(callee, Unknown):
        return callee
    handler = next((CALLED[kind] for kind in type(callee).__mro__ if kind in CALLED), None)
    if any(overgrown(one.value) for one in given):
        why = interpreter.unknown("a list that is too long", node, frame)
        given = [one._replace(value=why) if overgrown(one.value) else one for one in given]
    if handler is None:
        return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)
    return handler(interpreter, callee, given, node, frame)
