"""Layers called on tensors: the functional API, and `call` of a subclassed model."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kfix.model.code import NewLayer
from kfix.model.site import Site
from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import dotted, scope_of
from kfix.rewrite.plan import NewText, Plan, short
from kfix.rewrite.selfmade import attribute_before, made_beside, own_attribute
from kfix.rewrite.spots import (
    AHEAD,
    Carried,
    LayerOf,
    Spot,
    insert_statement,
    loop_around,
    remove_statement,
)
from kfix.rewrite.tree import AFTER, BEFORE, HERE, REMOVE, Pass, Path, UnitPlan, enclosing
from kfix.rewrite.variables import cells_behind, in_model, names_in, target_of, used_later, uses_of

_SUM = cst.BinaryOperation
_BLOCKS = (cst.SimpleStatementLine, cst.SimpleStatementSuite)


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
        """The layers of the same row or block."""
        func = self.call.func
        return [func.func] if isinstance(func, cst.Call) else []

    def text(self) -> str:
        """What is called."""
        return short(self.unit.unit.module.code_for_node(self.call.func))

    def spelled(self, layer: NewLayer, where: str) -> tuple[NewText, LayerOf]:
        """In a subclassed model it is made in `__init__`."""
        attribute = own_attribute(self.path)
        if attribute is None:
            return super().spelled(layer, where)
        return made_beside(self.plan, self, attribute, layer, where)

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """On a line of its own, or around the expression."""
        if where == "before":
            self._insert_before(layer, comment)
        else:
            self._insert_after(layer, comment)

    def ahead(self, layer: LayerOf) -> str:
        """On a line before the loop, where that goes on with the variable."""
        statement, holder_at = self._statement(), enclosing(self.path, _BLOCKS)
        arg = self._input().value
        loop = loop_around(self.path, holder_at)
        if loop is None or not isinstance(arg, cst.Name) or target_of(statement) != arg.value:
            return super().ahead(layer)
        build = _assignment(arg.value, layer)
        self.unit.block(self.path[:loop], blocks.Insert(self.path[loop], "before", build))
        return AHEAD

    def input(self, number: int) -> Spot:
        """An element of the list it is called on, or an argument."""
        args = self.call.args
        if args and isinstance(args[0].value, cst.List | cst.Tuple):
            inner = args[0].value
            if number < len(inner.elements):
                return ValueSpot(
                    self.plan, self.site, (*self.path, args[0], inner, inner.elements[number])
                )
        elif len(args) == 1 and number == 0:
            return self
        elif number < len(args) and not any(arg.star for arg in args):
            return ValueSpot(self.plan, self.site, (*self.path, args[number]))
        raise CannotWrite("the inputs are not written at the layer")

    def remove(self) -> None:
        """With what belongs to it alone."""
        arg = self._input()
        if len(self.call.args) > 1 and not isinstance(self.call.func, cst.Call):
            raise CannotWrite("the call takes more than a tensor")
        statement = self._statement()
        target = target_of(statement)
        if target is not None and isinstance(arg.value, cst.Name) and arg.value.value == target:
            remove_statement(self.unit, self.path, self._holder_at(), self.path[-2])
            return
        bracketed = isinstance(self.path[-2], cst.Arg | cst.Element)
        whole = bracketed or isinstance(self.path[-2], cst.BaseSmallStatement)

        def replace(run: Pass, call: cst.CSTNode) -> cst.CSTNode:
            if not isinstance(call, cst.Call) or not call.args:
                raise CannotWrite("the layer was replaced by another edit")
            value = call.args[0].value
            return (
                value
                if bracketed or (whole and not _breaks_line(value))
                else _in_parentheses(value)
            )

        self.unit.change(self.path, replace, REMOVE)

    def carried(self) -> Carried:
        """In its edited form."""
        func = self.call.func
        if not isinstance(func, cst.Call):
            names = self.plan.file(self.site).names
            index = self.plan.file(self.site).index(self.unit.unit)
            if names.resolve(dotted(func), scope_of(self.path), index) or len(self.call.args) > 1:
                raise CannotWrite("an operation cannot be moved by itself")
        self.unit.reach(self.path)
        return (lambda run: run.updated(func)), None

    def _insert_before(self, layer: LayerOf, comment: cst.TrailingWhitespace | None) -> None:
        arg = self._input()
        name = arg.value.value if isinstance(arg.value, cst.Name) else None
        statement = self._statement()
        alone = statement is not None
        if (
            alone
            and name is not None
            and (target_of(statement) == name or not used_later(self, self.path, name))
        ):
            build = _assignment(name, layer)
            insert_statement(
                self.unit, self.path, self._holder_at(), self.path[-2], "before", build, comment
            )
            return
        self._wrap((*self.path, arg), layer, BEFORE)

    def _insert_after(self, layer: LayerOf, comment: cst.TrailingWhitespace | None) -> None:
        if dotted(self.call.func).rpartition(".")[2] in {"Input", "InputLayer"}:
            self._wrap_only_use(layer)
            return
        target = target_of(self._statement())
        if target is not None:
            build = _assignment(target, layer)
            insert_statement(
                self.unit, self.path, self._holder_at(), self.path[-2], "after", build, comment
            )
            return
        if isinstance(self.path[-2], cst.Assign | cst.AnnAssign) and _is_row(self.path[-2]):
            raise CannotWrite("the layer gives several outputs")
        self._wrap(self.path, layer, AFTER)

    def _wrap_only_use(self, layer: LayerOf) -> None:
        """Around the one place where an input goes into the graph; `Model(...)` needs the input itself."""
        name = target_of(self._statement())
        uses = [(self.unit, way) for way in uses_of(self.path, name)] if name is not None else []
        if name is not None and not any(isinstance(node, cst.FunctionDef) for node in self.path):
            file = self.plan.file(self.site)
            behind = (
                (file.unit(unit.cell), way)
                for unit in cells_behind(self)
                for way in uses_of((unit.module,), name)
            )
            uses += behind
        uses = [(unit, way) for unit, way in uses if not in_model(way)]
        if len(uses) == 1:
            uses = self._handed_on(*uses[0]) or uses
        if len(uses) != 1 or not isinstance(uses[0][1][-2], cst.Arg | cst.Element | cst.Assign):
            raise CannotWrite("the input's variable stands for the input in other places too")
        self._wrap(uses[0][1], layer, AFTER, uses[0][0])

    def _handed_on(self, unit: UnitPlan, way: Path) -> list[tuple[UnitPlan, Path]]:
        """The uses of an input in the function that it is handed to, if that makes the model of it; else none."""
        file = self.plan.file(self.site)
        arg, call = way[-2], way[-3]
        if (
            not isinstance(arg, cst.Arg)
            or not isinstance(call, cst.Call)
            or not isinstance(call.func, cst.Name)
        ):
            return []
        name = call.func.value
        modules = [(file.unit(one.cell), one.module) for one in file.document.units]
        known = [
            (at, module, node)
            for at, module in modules
            for node in module.body
            if isinstance(node, cst.FunctionDef) and node.name.value == name
        ]
        mentions = sum(one == name for _, module in modules for one in names_in(module))
        if len(known) != 1 or mentions != 2:  # its definition, and this call
            return []
        at, module, function = known[0]
        path = (module, function)
        names = [one.name.value for one in function.params.params]
        number, keyword = call.args.index(arg), arg.keyword
        given = (
            keyword.value if keyword is not None else names[number] if number < len(names) else ""
        )
        if given not in names:
            return []
        uses = list(uses_of(path, given))
        inside = [(at, one) for one in uses if not in_model(one)]
        return inside if len(inside) < len(uses) else []

    def _wrap(self, path: Path, layer: LayerOf, phase: int, unit: UnitPlan | None = None) -> None:
        def wrap(run: Pass, node: cst.CSTNode) -> cst.CSTNode:
            if isinstance(node, cst.Arg):
                return node.with_changes(value=_wrapped(layer(run), node.value))
            return _wrapped(layer(run), cst.ensure_type(node, cst.BaseExpression))  # type: ignore[type-abstract]

        (unit or self.unit).change(path, wrap, phase)

    def _input(self) -> cst.Arg:
        """The one tensor that the layer is called on."""
        args = self.call.args
        if (
            not args
            or args[0].star
            or isinstance(args[0].value, cst.List | cst.Tuple | cst.Dict | cst.GeneratorExp)
        ):
            raise CannotWrite("the layer takes several tensors, or none")
        if args[0].keyword is not None and args[0].keyword.value not in {"inputs", "input", "x"}:
            raise CannotWrite("the layer's input is not its first argument")
        return args[0]

    def _statement(self) -> cst.CSTNode | None:
        """The statement of which the call is the whole value."""
        node = self.path[-2]
        whole = (
            isinstance(node, cst.Assign | cst.AnnAssign | cst.Return | cst.Expr)
            and node.value is self.call
        )
        return node if whole else None

    def _holder_at(self) -> int:
        return enclosing(self.path, _BLOCKS)


class ValueSpot(Spot):
    """Any expression that stands for a tensor: a layer is called on it there."""

    def __init__(self, plan: Plan, site: Site, path: Path | None = None) -> None:
        super().__init__(plan, site)
        self.path = path if path is not None else self.path

    def text(self) -> str:
        """The expression."""
        node = self.path[-1]
        value = node.value if isinstance(node, cst.Arg | cst.Element) else node
        return short(self.unit.unit.module.code_for_node(value))

    def neighbours(self) -> list[cst.BaseExpression]:
        """The layer that is called on it."""
        calls = (node.func for node in reversed(self.path) if isinstance(node, cst.Call))
        return [func.func for func in calls if isinstance(func, cst.Call)]

    def spelled(self, layer: NewLayer, where: str) -> tuple[NewText, LayerOf]:
        """In a subclassed model it is made in `__init__`."""
        attribute = attribute_before(self.path)
        if attribute is None:
            return super().spelled(layer, where)
        return made_beside(self.plan, self, attribute, layer, "after")

    def input(self, number: int) -> Spot:
        """An operand."""
        node = self.path[-1]
        if not isinstance(node, cst.BinaryOperation) or number > 1:
            return super().input(number)
        return ValueSpot(self.plan, self.site, (*self.path, node.right if number else node.left))

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """On a line of its own, or around the expression."""

        def wrap(run: Pass, node: cst.CSTNode) -> cst.CSTNode:
            if isinstance(node, cst.Arg | cst.Element):
                return node.with_changes(value=_wrapped(layer(run), node.value))
            if isinstance(node, cst.BaseExpression):
                return _wrapped(layer(run), node)
            raise CannotWrite("no layer can be called there")

        node = self.path[-1]
        value = node.value if isinstance(node, cst.Arg | cst.Element) else node
        if isinstance(value, cst.List | cst.Dict) or isinstance(node, cst.StarredElement):
            raise CannotWrite("several tensors stand there")
        if isinstance(value, cst.Name) and self._of_its_own(value.value):
            at = enclosing(self.path, (cst.BaseSmallStatement,))
            build = _assignment(value.value, layer)
            insert_statement(
                self.unit,
                self.path,
                enclosing(self.path, _BLOCKS),
                self.path[at],
                "before",
                build,
                comment,
            )
            return
        self.unit.change(self.path, wrap, HERE)

    def _of_its_own(self, name: str) -> bool:
        """May the variable be assigned to on a line before, since nothing but this expression uses it from there on?"""
        at = enclosing(self.path, (cst.BaseSmallStatement,))
        statement, inside = self.path[at], self.path[at + 1 : -1]
        plain = all(
            isinstance(node, cst.Call | cst.Arg | cst.List | cst.Tuple | cst.Element | _SUM)
            for node in inside
        )
        if (
            not plain
            or not isinstance(statement, cst.Assign | cst.AnnAssign | cst.Return)
            or statement.value is None
        ):
            return False
        mine = list(names_in(statement.value)).count(name) == 1
        return mine and (target_of(statement) == name or not used_later(self, self.path, name))


def _wrapped(layer: cst.BaseExpression, value: cst.BaseExpression) -> cst.BaseExpression:
    return cst.Call(func=layer, args=[cst.Arg(value)])


def _breaks_line(value: cst.BaseExpression) -> bool:
    """Does a line end in the expression where no bracket of its own is open?"""
    if value.lpar or isinstance(value, cst.List | cst.Dict | cst.Set):
        return False
    open_part = value.func if isinstance(value, cst.Call) else value
    return "\n" in cst.Module([]).code_for_node(open_part)


def _in_parentheses(value: cst.BaseExpression) -> cst.BaseExpression:
    atom = isinstance(value, cst.Name | cst.Call | cst.Attribute | cst.Subscript | cst.SimpleString)
    if value.lpar or (atom and not _breaks_line(value)):
        return value
    return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _assignment(name: str, layer: LayerOf) -> Callable[[Pass], cst.BaseSmallStatement]:
    def build(run: Pass) -> cst.BaseSmallStatement:
        value = _wrapped(layer(run), cst.Name(name))
        return cst.Assign([cst.AssignTarget(cst.Name(name))], value)

    return build


def _is_row(statement: cst.Assign | cst.AnnAssign) -> bool:
    targets = (
        [each.target for each in statement.targets] if isinstance(statement, cst.Assign) else []
    )
    return any(isinstance(target, cst.Tuple | cst.List) for target in targets)
