"""Models made by hand from Keras expressions, with the Sites and Origins that a reader would give
them.
"""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Sequence

from kfix.edits.base import Edit, Repair
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.replace_layer import ReplaceLayer
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import NewLayer, ValueOf, plain
from kfix.model.graph import Argument, Layer, Model, ModelKind, Node, TensorRef
from kfix.model.origin import Derived, Fixed, Literal, Origin, make_tuple
from kfix.model.site import Site
from kfix.model.target import parse_target
from kfix.repair.alternatives import alternatives
from kfix.repair.search import Options, search
from kfix.shapes import Tracer

CONSTANTS = 1_000_000
"""Sites of constants outside the calls have larger keys."""

_OPERATORS = {
    ast.Mult: operator.mul,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.FloorDiv: operator.floordiv,
}


class Builder:
    """Parses layer expressions.

    Names in them are constants, each a literal written once elsewhere.
    """

    def __init__(self, **constants: object) -> None:
        self.keys = itertools.count(1)
        self.uids = itertools.count(1)
        self.text: dict[Site, str] = {}
        self.constants = {
            name: Literal(Site("test.py", None, CONSTANTS + i), value)
            for i, (name, value) in enumerate(constants.items())
        }

    def site(self) -> Site:
        return Site("test.py", None, next(self.keys))

    def value(self, node: ast.expr) -> tuple[object, Origin]:
        if isinstance(node, ast.Constant):
            return node.value, Literal(self.site(), node.value)
        if isinstance(node, ast.Name):
            constant = self.constants[node.id]
            return constant.value, constant
        if isinstance(node, ast.UnaryOp):
            number = ast.literal_eval(node)
            return number, Literal(self.site(), number)
        if isinstance(node, ast.BinOp):
            left, one = self.value(node.left)
            right, other = self.value(node.right)
            function = _OPERATORS[type(node.op)]
            return function(left, right), Derived(function, (one, other))
        if isinstance(node, ast.Tuple):
            parts = [self.value(item) for item in node.elts]
            return tuple(part[0] for part in parts), Derived(
                make_tuple, tuple(part[1] for part in parts)
            )
        if isinstance(node, ast.Call):
            return self.layer(node), Fixed(None)
        raise AssertionError(ast.dump(node))

    def layer(self, call: ast.Call | str) -> Layer:
        if isinstance(call, str):
            parsed = ast.parse(call, mode="eval").body
            assert isinstance(parsed, ast.Call)
            call = parsed
        assert isinstance(call.func, ast.Name)
        arguments = []
        for keyword, node in [(None, a) for a in call.args] + [
            (k.arg, k.value) for k in call.keywords
        ]:
            value, origin = self.value(node)
            arguments.append(
                Argument(keyword, value, None if isinstance(value, Layer) else origin, self.site())
            )
        site = self.site()
        self.text[site] = call.func.id
        return Layer(call.func.id, tuple(arguments), site, next(self.uids))

    def chain(self, *layers: str | Layer) -> Model:
        nodes = []
        for i, text in enumerate(layers):
            layer = self.layer(text) if isinstance(text, str) else text
            site = self.site()
            self.text[site] = layer.cls
            nodes.append(Node(i, layer, ((None, TensorRef(i - 1)),), site))
        return Model(
            "model",
            ModelKind.SEQUENTIAL,
            self.site(),
            tuple(nodes),
            (TensorRef(-1),),
            (TensorRef(len(nodes) - 1),),
            next(self.uids),
        )

    def graph(self, outputs: str | Sequence[str], **nodes: tuple[str, str | list[str]]) -> Model:
        """Return a functional model: a name of a tensor, the layer that gives it, the names it is
        called on ("" for Input).
        """
        ids: dict[str, int] = {}
        made: list[Node] = []
        inputs = []
        for i, (name, (text, sources)) in enumerate(nodes.items()):
            ids[name] = i
            layer = self.layer(text)
            site = self.site()
            self.text[site] = name
            if sources == "":
                made.append(Node(i, layer, (), site))
                inputs.append(TensorRef(i))
            else:
                refs: object = (
                    [TensorRef(ids[one]) for one in sources]
                    if isinstance(sources, list)
                    else TensorRef(ids[sources])
                )
                made.append(Node(i, layer, ((None, refs),), site))
        wanted = [outputs] if isinstance(outputs, str) else outputs
        outs = tuple(TensorRef(ids[name]) for name in wanted)
        return Model(
            "model",
            ModelKind.FUNCTIONAL,
            self.site(),
            tuple(made),
            tuple(inputs),
            outs,
            next(self.uids),
        )

    def words(self, edit: Edit) -> str:
        """Return an edit in a short notation: `insert Flatten before Dense`."""
        if isinstance(edit, InsertLayer):
            return f"insert {spell(edit.layer)} {edit.where} {self.text[edit.site]}" + (
                "" if edit.input is None else f" on {edit.input}"
            )
        if isinstance(edit, SetArgument):
            return (
                f"{edit.name}={plain(edit.value)} on "
                f"{'+'.join(self.text[slot.call] for slot in edit.slots)}"
            )
        if isinstance(edit, SetLiteral):
            return f"{edit.role}: {len(edit.sites)} literals -> {edit.value}"
        if isinstance(edit, SetInputShape):
            return f"{edit.name}={edit.value}"
        if isinstance(edit, ReplaceLayer):
            return f"{self.text[edit.site]} -> {spell(edit.layer)}"
        if isinstance(edit, MoveLayer):
            return f"move {self.text[edit.site]} {edit.where} {self.text[edit.to]}"
        if isinstance(edit, RemoveLayer):
            return f"remove {self.text[edit.site]}"
        return repr(edit)


def spell(new: object) -> str:
    new = plain(new)
    if isinstance(new, ValueOf):
        return "as written"
    if not isinstance(new, NewLayer):
        return repr(new) if isinstance(new, int | str | tuple) else "its child"
    inner = ", ".join((f"{k}=" if k else "") + spell(v) for k, v in new.arguments)
    return f"{new.cls}({inner})"


def within(literal: Site, argument: Site) -> bool:
    return literal.key < CONSTANTS


class Found:
    """The alternatives for one model, in words, and the search itself."""

    def __init__(
        self, builder: Builder, models: Sequence[Model], target: str | None, options: Options | None
    ) -> None:
        self.tracer = Tracer()
        wanted = parse_target(target) if target is not None else None
        options = options or Options()
        options.within = within
        self.search = search(models, self.tracer, wanted, options)
        self.repairs: list[Repair] = alternatives(self.search)
        self.words = [
            "; ".join(builder.words(edit) for edit in repair.edits) for repair in self.repairs
        ]
        self.output = self.repairs[0].outputs[0] if self.repairs else None

    @property
    def first(self) -> str | None:
        return self.words[0] if self.words else None


def repair_of(
    *layers: str, target: str | None = None, options: Options | None = None, **constants: object
) -> Found:
    """Return the repairs of a chain of layer expressions."""
    builder = Builder(**constants)
    return Found(builder, [builder.chain(*layers)], target, options)
