"""Evaluate the result expressions of the table of signatures.

The package docstring of `kfix.source.library` lists what an expression may be made of.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV
from kfix.source.interpreter.value_queries import truth
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import arguments
from kfix.source.library.arguments import Bound
from kfix.source.library.literals import dtype_of


class Result:
    """The result of one call."""

    def __init__(self, call: Bound) -> None:
        self.call = call

    def value(self, node: ast.expr) -> AbstractValue:
        """Return the value of an expression; raises `UnknownUsed` where it needs an unknown."""
        return _VALUES[type(node)](self, node)

    # --- values -------------------------------------------------------------------------------

    def name(self, node: ast.Name) -> AbstractValue:
        """Return the object of a method (`self`), or an argument."""
        if node.id == "self":
            return arguments.receiver_of(self.call)
        return self.call[node.id]

    def constant(self, node: ast.Constant) -> AbstractValue:
        """Return a literal."""
        return Const(node.value)

    def sequence(self, node: ast.Tuple | ast.List) -> AbstractValue:
        """Return a tuple or list of results."""
        kind = type(node).__name__.lower()
        return ListV([self.value(item) for item in node.elts], kind)

    def mapping(self, node: ast.Dict) -> AbstractValue:
        """Return a dictionary of results."""
        keys = [None if key is None else ast.literal_eval(key) for key in node.keys]
        return DictV(dict(zip(keys, map(self.value, node.values), strict=True)))

    def either(self, node: ast.BoolOp) -> AbstractValue:
        """Return the first operand of `a or b` that is not `None`."""
        values = map(self.value, node.values)
        return next((value for value in values if not arguments.is_none(value)), NONE)

    def conditional(self, node: ast.IfExp) -> AbstractValue:
        """Return the branch of `a if flag else b`; raises `UnknownUsed` for an unknown flag."""
        return self.value(self._branch(node))

    def _branch(self, node: ast.IfExp) -> ast.expr:
        return [node.orelse, node.body][self._truth(node.test)]

    def _truth(self, node: ast.expr) -> bool:
        if isinstance(node, ast.UnaryOp):
            return not self._truth(node.operand)
        value = self.value(node.left if isinstance(node, ast.Compare) else node)
        answer = truth(value)
        if isinstance(node, ast.Compare) and isinstance(value, Const):
            answer = bool(value.value == ast.literal_eval(node.comparators[0]))
        if answer is None:
            raise UnknownUsed(self.call.unknown(f"`{ast.unparse(node)}` is not known", value))
        return answer

    def attribute(self, node: ast.Attribute) -> AbstractValue:
        """Return what an object keeps under a name: `self.count`."""
        holder = self.value(node.value)
        assert isinstance(holder, ObjectV)
        value: AbstractValue = holder.data[node.attr]
        return value

    def called(self, node: ast.Call) -> AbstractValue:
        """Return the value of one of the functions of this module."""
        assert isinstance(node.func, ast.Name)
        return _FUNCTIONS[node.func.id](self, node)

    def an_object(self, node: ast.Call) -> AbstractValue:
        """Return a library's object: object("components", count=n_components)."""
        kind = ast.literal_eval(node.args[0])
        return ObjectV(kind, **{str(one.arg): self.value(one.value) for one in node.keywords})

    def unknown(self, node: ast.Call) -> AbstractValue:
        """Return an unknown with its reason, or with the text of the call for one."""
        return self.call.unknown(*map(ast.literal_eval, node.args))

    def like(self, node: ast.Call) -> AbstractValue:
        """Return an array of the same values in another dtype: like(x), like(x, dtype)."""
        array = self._array_argument(node.args[0])
        dtype = array.dtype
        for written in node.args[1:]:
            dtype = self._dtype(written, dtype)
        return Array(array.shape, dtype, array.distinct, array.one_hot)

    def classes(self, node: ast.Call) -> AbstractValue:
        """Return labels of so many classes: classes(int64[n], count)."""
        labels, count = self.value(node.args[0]), self._dim(node.args[1])
        assert isinstance(labels, Array)
        return Array(labels.shape, labels.dtype, arguments.known_dim(count))

    def squeeze(self, node: ast.Call) -> AbstractValue:
        """Return an array without its axes of size 1: squeeze(float64[n, targets]).

        An unknown number of rows is taken for more than 1. Raises `UnknownUsed` for another
        unknown dim: it may be an axis or none.
        """
        array = self.value(node.args[0])
        assert isinstance(array, Array)
        if isinstance(array.shape, Unknown):
            return array
        unknown = next((dim for dim in array.shape[1:] if isinstance(dim, Unknown)), None)
        if unknown is not None:
            raise UnknownUsed(unknown)
        return Array(tuple(dim for dim in array.shape if dim != 1), array.dtype)

    # --- arrays -------------------------------------------------------------------------------

    def array(self, node: ast.Subscript) -> AbstractValue:
        """Return an array: dtype[dims]."""
        dtype, parts = self._dtype(node.value), _parts(node.slice)
        dims: list[Dim] = []
        for part in parts:
            shape = self._part(part)
            if isinstance(shape, Unknown):
                return Array(shape, dtype)
            dims.extend(shape)
        return Array(tuple(dims), dtype)

    def _dtype(self, node: ast.expr, default: str | None = None) -> str | None:
        """Return the dtype that is written, or that an argument names; `any` is not a dtype."""
        assert isinstance(node, ast.Name)
        if node.id in self.call.defaults:
            return dtype_of(self.call[node.id], default)
        if node.id == "any":
            return None
        return node.id

    def _part(self, node: ast.expr) -> Shape | Unknown:
        if isinstance(node, ast.Starred):
            return self._shape(node.value)
        return (self._dim(node),)

    def _shape(self, node: ast.expr) -> Shape | Unknown:
        """Return the dims that `*` spreads: of a reason, an array's shape, a shape argument."""
        if isinstance(node, ast.Constant):
            return self.call.unknown(str(node.value))
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            return self._array_argument(node.value).shape
        value = self.value(node)
        if arguments.is_none(value):
            return ()
        if isinstance(value, Array):  # of `broadcast`
            return value.shape
        return arguments.shape(self.call, value, ast.unparse(node))

    def _dim(self, node: ast.expr) -> Dim:
        """Return one dim: of an integer, `None`, a reason, an argument, the length of one."""
        if isinstance(node, ast.Constant):
            return self._constant_dim(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "len":
            argument = node.args[0]
            return arguments.length(self.call, self.value(argument), ast.unparse(argument))
        if isinstance(node, ast.IfExp):
            return self._chosen_dim(node)
        value = self.value(node)
        if isinstance(value, Unknown) and not isinstance(node, ast.Name | ast.Attribute):
            return value
        return arguments.dim(self.call, value, ast.unparse(node))

    def _constant_dim(self, value: object) -> Dim:
        if isinstance(value, str):
            return self.call.unknown(value)
        if isinstance(value, int):
            return value
        return None

    def _chosen_dim(self, node: ast.IfExp) -> Dim:
        try:
            return self._dim(self._branch(node))
        except UnknownUsed as used:
            return used.unknown

    def _array_argument(self, node: ast.expr) -> Array:
        """Return an array-like argument; raises `UnknownUsed` where it is none."""
        value = self.value(node)
        found = arguments.array(self.call, value)
        if found is None:
            raise UnknownUsed(self.call.unknown(because=value))
        return found

    def broadcast(self, node: ast.Call) -> AbstractValue:
        """Return the array that arrays among the arguments broadcast to."""
        return broadcast(self.call, [self.value(argument) for argument in node.args])


def broadcast(call: Bound, values: list[AbstractValue]) -> Array:
    """Return the array that arrays among values broadcast to; raises `UnknownUsed` for none."""
    arrays = [value for value in values if isinstance(value, Array)]
    if not arrays:
        raise UnknownUsed(call.unknown("a random number is not known"))
    found = arrays[0]
    for other in arrays[1:]:
        made = tensor_operations.array_operation(
            call.interpreter, "operator.add", [(None, found), (None, other)]
        )
        if not isinstance(made, Array):
            raise UnknownUsed(call.unknown())
        found = made
    return found


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Tuple):
        return node.elts
    return [node]


_VALUES: dict[type[ast.expr], Callable[[Result, Any], AbstractValue]] = {
    ast.Name: Result.name,
    ast.Constant: Result.constant,
    ast.Tuple: Result.sequence,
    ast.List: Result.sequence,
    ast.Dict: Result.mapping,
    ast.BoolOp: Result.either,
    ast.IfExp: Result.conditional,
    ast.Attribute: Result.attribute,
    ast.Call: Result.called,
    ast.Subscript: Result.array,
}

_FUNCTIONS: dict[str, Callable[[Result, ast.Call], AbstractValue]] = {
    "object": Result.an_object,
    "unknown": Result.unknown,
    "like": Result.like,
    "classes": Result.classes,
    "broadcast": Result.broadcast,
    "squeeze": Result.squeeze,
}
