"""Layers called on tensors: the functional API, and `call` of a subclassed model."""

from __future__ import annotations

import libcst as cst

from kfix.model.code import NewLayer, Where
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import (
    assigned_name,
    breaks_line,
    code,
    dotted,
    in_parentheses,
    keyword_of,
    last_name,
    name_of,
    targets,
)
from kfix.rewrite.only_use import only_use
from kfix.rewrite.plan import NewText, short
from kfix.rewrite.selfmade import made_beside, own_attribute
from kfix.rewrite.spots import AHEAD, Carried, LayerOf, Spot, called, loop_around
from kfix.rewrite.tensor_values import ValueSpot, assignment, wrapping
from kfix.rewrite.tree import Comment, Pass, Phase, insert_beside
from kfix.rewrite.variables import used_later

_INPUTS = (None, "inputs", "input", "x")
"""How the first argument of a layer is given."""
_SEVERAL = (cst.List, cst.Tuple, cst.Dict, cst.GeneratorExp)


class CallSpot(Spot):
    """`Dense(10)(x)`, `d(x)`, `tf.reshape(x, …)`: a call on a tensor.

    Where the call is a statement's whole value a layer gets a line of its own
    (`x = Flatten()(x)`), as long as no other use of the variable is changed by
    it; else it is wrapped around the argument or the result.
    """

    @property
    def call(self) -> cst.Call:
        """The call itself."""
        return cst.ensure_type(self.path[-1], cst.Call)

    def neighbours(self) -> list[cst.BaseExpression]:
        """Return what makes the layer that is called."""
        return called([self.call.func])

    def text(self) -> str:
        """Return what is called."""
        return short(code(self.call.func))

    def spelled(self, layer: NewLayer, where: Where) -> tuple[NewText, LayerOf]:
        """Return the text of a new layer, which a subclassed model makes in `__init__`."""
        attribute = own_attribute(self.path)
        if attribute is None:
            return super().spelled(layer, where)
        return made_beside(self.plan, self, attribute, layer, where)

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put the layer in on a line of its own, or around the argument or the result."""
        if where == "before":
            self._insert_before(layer, comment)
        elif last_name(self.call.func) in {"Input", "InputLayer"}:
            self._insert_on_input(layer)
        else:
            self._insert_after(layer, comment)

    def ahead(self, layer: LayerOf) -> str:
        """Put the layer in on a line before the loop, where that goes on with the variable."""
        name, loop = self._input_name(), loop_around(self.path[:-1])
        if loop is None or name is None or self._result_name() != name:
            return super().ahead(layer)
        insert_beside(self.unit, loop, "before", assignment(name, layer))
        return AHEAD

    def input(self, number: int) -> Spot:
        """Return the place of an element of the list that it is called on, or of an argument."""
        match self.call.args:
            case [cst.Arg(value=cst.List() | cst.Tuple() as row) as first, *_]:
                if number < len(row.elements):
                    way = (*self.path, first, row, row.elements[number])
                    return ValueSpot(self.plan, self.site, way)
            case [_] if number == 0:
                return self
            case [_, _, *_] as args if number < len(args) and not any(arg.star for arg in args):
                return ValueSpot(self.plan, self.site, (*self.path, args[number]))
        raise CannotWrite("the inputs are not written at the layer")

    def remove(self) -> None:
        """Take the call out: with its statement where that goes on with the variable, else around
        its input.
        """
        self._input()
        if len(self.call.args) > 1 and not isinstance(self.call.func, cst.Call):
            raise CannotWrite("the call takes more than a tensor")
        name = self._input_name()
        if name is not None and self._result_name() == name:
            self.unit.remove_statement(self.path[:-1])
        else:
            self.unit.change(self.path, self._input_of, Phase.REMOVE)

    def _input_of(self, run: Pass, call: cst.CSTNode) -> cst.CSTNode:
        """Return the input of the call as it stands now, in parentheses where it needs them."""
        if not isinstance(call, cst.Call) or not call.args:
            raise CannotWrite("the layer was replaced by another edit")
        value = call.args[0].value
        match self.path[-2]:
            case cst.Arg() | cst.Element():
                return value
            case cst.BaseSmallStatement() if not breaks_line(value):
                return value
        return in_parentheses(value)

    def carried(self) -> Carried:
        """Return what is called in its edited form."""
        func = self.call.func
        if not isinstance(func, cst.Call):
            path = self.plan.seen_from(self.site).resolve(dotted(func))
            if len(self.call.args) > 1 or path:
                raise CannotWrite("an operation cannot be moved by itself")
        self.unit.reach(self.path)
        return (lambda run: run.updated(func)), None

    def _insert_before(self, layer: LayerOf, comment: Comment) -> None:
        """Put a layer in on a line before, or around the argument."""
        arg, name = self._input(), self._input_name()
        alone = self._statement() is not None
        if name is not None and alone and not self._is_read_later(name):
            build = assignment(name, layer)
            self.unit.insert_statement(self.path[:-1], "before", build, comment)
        else:
            self.unit.change((*self.path, arg), wrapping(layer), Phase.BEFORE)

    def _insert_after(self, layer: LayerOf, comment: Comment) -> None:
        """Put a layer in on a line behind, or around the call."""
        name = self._result_name()
        if name is not None:
            build = assignment(name, layer)
            self.unit.insert_statement(self.path[:-1], "after", build, comment)
            return
        if any(isinstance(target, cst.Tuple | cst.List) for target in targets(self.path[-2])):
            raise CannotWrite("the layer gives several outputs")
        self.unit.change(self.path, wrapping(layer), Phase.AFTER)

    def _insert_on_input(self, layer: LayerOf) -> None:
        """Put a layer in where the input goes into the graph."""
        name = self._result_name()
        if name is None:
            raise CannotWrite("the input has no variable of its own")
        unit, way = only_use(self, name)
        unit.change(way, wrapping(layer), Phase.AFTER)

    def _input(self) -> cst.Arg:
        """Return the one tensor that the layer is called on."""
        match self.call.args:
            case [cst.Arg(star="", value=value) as first, *_] if not isinstance(value, _SEVERAL):
                if keyword_of(first) in _INPUTS:
                    return first
                raise CannotWrite("the layer's input is not its first argument")
        raise CannotWrite("the layer takes several tensors, or none")

    def _input_name(self) -> str | None:
        """Return the variable that the layer is called on."""
        return name_of(self._input().value)

    def _statement(self) -> cst.CSTNode | None:
        """Return the statement of which the call is the whole value."""
        match self.path[-2]:
            case (cst.Assign() | cst.AnnAssign() | cst.Return() | cst.Expr()) as statement:
                if statement.value is self.call:
                    return statement
        return None

    def _result_name(self) -> str | None:
        """Return the variable that the result of the call is assigned to, as it is."""
        return assigned_name(self._statement())

    def _is_read_later(self, name: str) -> bool:
        """Return whether another use of the variable would be changed."""
        return self._result_name() != name and used_later(self, self.path, name)
