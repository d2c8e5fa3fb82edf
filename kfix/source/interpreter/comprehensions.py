"""Comprehensions of lists, sets and dictionaries, and generator expressions."""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.containers import DictV, ListV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.loops import item_of
from kfix.source.interpreter.state import MISSING, Scope
from kfix.source.interpreter.value_queries import elements, key_of

Comprehension = cst.ListComp | cst.GeneratorExp | cst.SetComp | cst.DictComp


@expression(cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.DictComp)
def _comprehension(interpreter: Interpreter, node: Comprehension, frame: Frame) -> AbstractValue:
    reading = _Reading(interpreter, node, frame)
    reading.loop(node.for_in)
    return reading.result


class _Reading:
    """One comprehension while it is read, in a scope of its own."""

    __slots__ = ("frame", "interpreter", "node", "result", "site")

    def __init__(self, interpreter: Interpreter, node: Comprehension, frame: Frame) -> None:
        self.interpreter = interpreter
        self.node = node
        self.site = frame.unit.site(node)
        self.frame = Frame(frame.unit, Scope(frame.scope), frame.function)
        self.frame.cls, self.frame.instance = frame.cls, frame.instance
        self.frame.known = frame.facts
        kind = "list"
        if isinstance(node, cst.SetComp):
            kind = "set"
        self.result: ListV | DictV = ListV([], kind, site=self.site)
        if isinstance(node, cst.DictComp):
            self.result = DictV()

    def context(self, node: cst.CSTNode) -> Context:
        """Return the context of a node within the comprehension."""
        return Context(self.interpreter, node, self.frame)

    def loop(self, clause: cst.CompFor) -> None:
        """Run one `for`, and what stands behind it for each item."""
        over = self.interpreter.eval(clause.iter, self.frame)
        for item in self._items(self.context(clause.iter), over):
            assign(self.interpreter, clause.target, item, self.frame)
            if not self._wanted(clause):
                continue
            if clause.inner_for_in is not None:
                self.loop(clause.inner_for_in)
            else:
                self._add()

    def _items(self, context: Context, over: AbstractValue) -> list[AbstractValue]:
        """Return the items of a `for`; one for all of them where they are not known."""
        items = elements(over)
        if items is not None:
            self.interpreter.decide(over)
            return items
        why = context.unknown(f"what `{context.source}` holds is not known", over)
        element = context.unknown(f"an element of `{context.source}`", over)
        self.result.unknown = why
        return [item_of(over, element)]

    def _wanted(self, clause: cst.CompFor) -> bool:
        """Return whether an item passes the tests, as far as they are known."""
        for test in clause.ifs:
            value = self.interpreter.eval(test.test, self.frame)
            known = value.truth()
            if known is None:
                what = self.interpreter.text(test.test, self.frame)
                self.result.unknown = self.context(test).unknown(f"`{what}` is not known", value)
            elif not known:
                return False
        return True

    def _add(self) -> None:
        """Evaluate the element, or the key and the value, and put it into the result."""
        interpreter, node, result = self.interpreter, self.node, self.result
        if isinstance(node, cst.DictComp):
            assert isinstance(result, DictV)
            key = key_of(interpreter.eval(node.key, self.frame))
            value = interpreter.eval(node.value, self.frame)
            if key is MISSING:
                result.unknown = self.context(node.key).unknown("a key that is not known")
            else:
                result.entries[key] = value
            return
        assert isinstance(result, ListV)
        result.items.append(interpreter.eval(node.elt, self.frame))
        result.sites.append(self.frame.unit.site(node.elt))
