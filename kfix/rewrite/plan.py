"""What a repair's edits come to, unit by unit, and what the kinds of edits need for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import libcst as cst

from kfix.model.code import Existing, Name, NewLayer, Number, OutputCount, Slot, ValueOf
from kfix.model.site import Site, cell_name
from kfix.rewrite.counts import class_count
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.imports import class_name
from kfix.rewrite.names import Binding, Names, dotted, scope_of
from kfix.rewrite.tree import REPLACE, Pass, Path, RowInsert, UnitPlan
from kfix.rewrite.values import Piece, literal, nearby_quote, spelled
from kfix.source.syntax.document import Document, Unit

N = TypeVar("N", bound=cst.CSTNode)

EQUAL = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
)

Get = Callable[[cst.BaseExpression], cst.BaseExpression]
"""The form of a node to take over: as it stands, or as the other edits leave it."""


Make = Callable[[Get], cst.BaseExpression]
"""Makes an expression that may take others over."""


class NewText:
    """A layer to be written: `text` for a person, `build` for the tree."""

    __slots__ = ("_make", "text")

    def __init__(self, make: Make, text: str) -> None:
        self._make = make
        self.text = text

    def build(self, run: Pass) -> cst.BaseExpression:
        """The expression, with what it takes over in its edited form."""
        return self._make(run.updated)


class Plan:
    """All edits of one repair."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.files: dict[str, FilePlan] = {}
        self.written: dict[tuple[Site, str], RowInsert] = {}

    def file(self, site: Site) -> FilePlan:
        """The plan of the file that `site` is in; raises `CannotWrite` for a file that was not handed in."""
        if site.path not in self.files:
            if site.path not in self.documents:
                raise CannotWrite(f"{site.path} is not among the files to be edited")
            self.files[site.path] = FilePlan(self.documents[site.path])
        return self.files[site.path]

    def unit(self, site: Site) -> UnitPlan:
        """The plan of the unit that `site` is in."""
        return self.file(site).unit(site.cell)

    def node(self, site: Site) -> cst.CSTNode:
        """The node at `site`."""
        return self.unit(site).unit.node(site)

    def path(self, site: Site) -> Path:
        """The nodes from the module down to the one at `site`."""
        try:
            return self.unit(site).unit.path_to(site)
        except KeyError:
            raise CannotWrite("the place is not in the text") from None

    def call(self, site: Site) -> cst.Call:
        """The call at `site`; raises `CannotWrite` if that is no call."""
        node = self.node(site)
        if not isinstance(node, cst.Call):
            raise CannotWrite("the layer is not made by a call that can be edited")
        return node

    def line(self, site: Site) -> int:
        """The line a person finds `site` on."""
        return self.unit(site).unit.place(site).line

    def where(self, sites: Sequence[Site]) -> str:
        """`(line 3)`, `(lines 3, 5)`, in a notebook `(cell 2, line 3)`."""
        cells: dict[tuple[str, int | None], list[int]] = {}
        for site in sites:
            lines = cells.setdefault((site.path, site.cell), [])
            if (line := self.line(site)) not in lines:
                lines.append(line)
        parts = []
        for (_, cell), lines in cells.items():
            label = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, sorted(lines)))}"
            parts.append(label if cell is None else f"{cell_name(cell)}, {label}")
        return f"({'; '.join(parts)})"

    def text(self, site: Site) -> str:
        """The source text of the node at `site` on one line, a call's arguments left out when it is long."""
        unit = self.unit(site).unit
        try:
            start, end = unit.span(site)
        except KeyError:
            raise CannotWrite("the place is not in the text") from None
        return short(unit.text[start:end].rstrip(",").rstrip())

    def spell(
        self, value: object, slot: Slot, name: str, like: cst.BaseExpression | None, at: Site
    ) -> cst.BaseExpression:
        """An argument's value in the hand of the file, and of the call and the value that stands there."""
        file = self.file(at)
        path = self.path(at)
        call = self.node(slot.call)
        quotes = nearby_quote(call.args) if isinstance(call, cst.Call) else None
        if isinstance(value, NewLayer | Existing):
            raise CannotWrite("a layer cannot be written as this argument")
        if isinstance(value, Number):
            return self.number(value, like, at)
        pieces = [piece for known, site in slot.texts for piece in self._pieces(known, site)]
        if not pieces and isinstance(like, cst.Tuple | cst.List):
            unit = self.unit(at).unit
            pieces = [
                (constant(file, unit, path, element.value), element.value)
                for element in like.elements
            ]
        # Several arguments are to become one: `Conv2D(32, 3, 3)` says that there are two sides.
        return spelled(value, file.style, name if len(slot.texts) < 2 else "", like, quotes, pieces)

    def number(
        self, number: Number, like: cst.BaseExpression | None, at: Site
    ) -> cst.BaseExpression:
        """Return a number at a place as it is to be written, in the place of `like`, else as a literal."""
        spelling, file = number.spelling, self.file(at)
        if isinstance(spelling, Name):
            return cst.parse_expression(spelling.text)
        if isinstance(spelling, OutputCount):
            known_as = class_count(file, self.unit(at), self.path(at), number.value)
            if known_as is not None:
                return cst.Name(known_as)
        if isinstance(spelling, ValueOf):
            with suppress(CannotWrite):
                return cst.parse_expression(self._value_of(spelling, at)[1])
        return spelled(number, file.style, like=like)

    def own_row(self, at: Site, name: cst.BaseExpression) -> tuple[UnitPlan, Sequence[Any]] | None:
        """The way to the tuple or list that a name stands for, if it is written for this one use, and its unit."""
        if not isinstance(name, cst.Name):
            return None
        file = self.file(at)
        found = file.names.visible(
            name.value, scope_of(self.path(at)), file.index(self.unit(at).unit)
        )
        if len(found) != 1 or file.uses(name.value) != 1:
            return None
        statement = found[0].way[-1]
        if isinstance(statement, cst.FunctionDef):
            return self._default(file, found[0], statement)
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            return None
        row = statement.value
        plain = isinstance(statement.targets[0].target, cst.Name) and isinstance(
            row, cst.Tuple | cst.List
        )
        unit = file.unit(file.document.units[found[0].unit].cell)
        return (unit, (*found[0].way, row)) if plain else None

    def _default(
        self, file: FilePlan, found: Binding, function: cst.FunctionDef
    ) -> tuple[UnitPlan, Sequence[Any]] | None:
        """The way to the default of a parameter, if no call gives another value."""
        parameters = function.params
        given = (*parameters.params, *parameters.kwonly_params, *parameters.posonly_params)
        parameter = next((one for one in given if one.name.value == found.name), None)
        if parameter is None or not isinstance(parameter.default, cst.Tuple | cst.List):
            return None
        if not file.leaves_out(function.name.value, found.name):
            return None
        unit = file.unit(file.document.units[found.unit].cell)
        return unit, (*found.way, parameters, parameter, parameter.default)

    def _pieces(self, known: object, site: Site) -> list[Piece]:
        """The expressions that the argument at `site` is written in, with what is known of their values."""
        node = self.node(site)
        if not isinstance(node, cst.Arg | cst.DictElement) or (
            isinstance(node, cst.Arg) and node.star
        ):
            return []
        own = self.own_row(site, node.value)
        row = node.value if own is None else own[1][-1]
        if isinstance(row, cst.Tuple | cst.List) and isinstance(known, tuple | list):
            if len(row.elements) != len(known) or any(
                isinstance(one, cst.StarredElement) for one in row.elements
            ):
                return []
            return [
                (part, element.value) for part, element in zip(known, row.elements, strict=True)
            ]
        return [(known, row)]

    def layer(self, layer: NewLayer, at: Site, neighbours: Sequence[cst.BaseExpression]) -> NewText:
        """A new layer at a place, called as its neighbours (what they call, nearest first) are."""
        file, unit, path = self.file(at), self.unit(at), self.path(at)
        name = class_name(file, unit, path, layer.cls, [dotted(func) for func in neighbours])
        func = cst.parse_expression(name)
        parts: list[tuple[str | None, Make]] = []
        texts = []
        for keyword, value in layer.arguments:
            made, text = self._value(value, keyword or "", at, neighbours, file)
            parts.append((keyword, made))
            texts.append(text if keyword is None else f"{keyword}={text}")

        def make(get: Get) -> cst.BaseExpression:
            args = []
            for keyword, made in parts:
                arg = cst.Arg(made(get))
                args.append(
                    arg
                    if keyword is None
                    else arg.with_changes(keyword=cst.Name(keyword), equal=EQUAL)
                )
            return cst.Call(func=func, args=args)

        return NewText(make, f"{name}({', '.join(texts)})")

    def existing(self, layer: Existing, at: Site) -> NewText:
        """An expression that is there already, taken over at a place of the same unit."""
        node, unit = self.node(layer.site), self.unit(layer.site)
        if not isinstance(node, cst.BaseExpression) or unit is not self.unit(at):
            raise CannotWrite("a layer of another file cannot be taken over")
        unit.reach(self.path(layer.site))
        return NewText(lambda get: get(node), self.text(layer.site))

    def replace_layer(self, site: Site, layer: NewLayer | Existing) -> NewText:
        """Write a layer over the call at `site`, whose parentheses stay."""
        call = self.call(site)
        if isinstance(layer, Existing):
            new = self.existing(layer, site)
        else:
            new = self.layer(layer, site, [call.func])

        def replace(run: Pass, node: cst.Call) -> cst.BaseExpression:
            return new.build(run).with_changes(lpar=node.lpar, rpar=node.rpar)

        self.unit(site).change(self.path(site), replace, REPLACE)
        return new

    def _value(
        self,
        value: object,
        name: str,
        at: Site,
        neighbours: Sequence[cst.BaseExpression],
        file: FilePlan,
    ) -> tuple[Make, str]:
        """An argument of a new layer: its node, or what makes it, and its text."""
        if isinstance(value, NewLayer):
            inner = self.layer(value, at, neighbours)
            return inner._make, inner.text
        if isinstance(value, Existing):
            made = self.existing(value, at)
            return made._make, made.text
        if isinstance(value, ValueOf):
            return self._value_of(value, at)
        if isinstance(value, tuple | list) and any(
            isinstance(part, NewLayer | Existing) for part in value
        ):
            parts = [self._value(part, "", at, neighbours, file) for part in value]
            row = f"[{', '.join(text for _, text in parts)}]"
            return lambda get: cst.List([cst.Element(make(get)) for make, _ in parts]), row
        node = self.plain(value, at)
        return lambda get: node, code(node)

    def plain(self, value: object, at: Site) -> cst.BaseExpression:
        """Return a value that takes nothing over, as an expression of its own."""
        if isinstance(value, Number):
            return self.number(value, None, at)
        return cst.parse_expression(self.file(at).style.text(value))

    def _value_of(self, value: ValueOf, at: Site) -> tuple[Make, str]:
        """What an argument is given, for use at another place where its names mean the same."""
        node, unit = self.node(value.site), self.unit(value.site)
        if not isinstance(node, cst.Arg | cst.DictElement) or (
            isinstance(node, cst.Arg) and node.star
        ):
            raise CannotWrite("the value is not written as an argument")
        if unit is not self.unit(at):
            raise CannotWrite("a value of another file cannot be taken over")
        inner = node.value
        here, there = self.path(value.site), self.path(at)
        try:
            _check_scope(self.file(at).names, here, there, inner, self.file(at).index(unit.unit))
        except CannotWrite:
            passed = _passed(here, there, inner, value.back)
            return lambda get: passed.deep_clone(), code(passed)
        unit.reach((*here, inner))
        return lambda get: get(inner).deep_clone(), code(inner)


def _check_scope(
    names: Names, here: Path, there: Path, value: cst.BaseExpression, index: int
) -> None:
    """Raise unless every name in `value` has the same meaning at both places."""
    inner, outer = scope_of(here), scope_of(there)
    if any(isinstance(node, cst.Lambda | cst.BaseComp) and node not in there for node in here):
        raise CannotWrite("the value is made inside an expression")
    pending: list[cst.CSTNode] = [value]
    while pending:
        node = pending.pop()
        pending += node.children
        if not isinstance(node, cst.Name):
            continue
        found = names.visible(node.value, inner, index)
        if [binding.way for binding in found] != [
            b.way for b in names.visible(node.value, outer, index)
        ]:
            raise CannotWrite(f"{node.value} means something else there")


def _passed(here: Path, there: Path, value: cst.BaseExpression, back: int) -> cst.BaseExpression:
    """What the function around `there` passes for a parameter to the function around `here`, which it calls.

    Of its calls before `there` the last counts, or the one `back` earlier.
    """
    function = next((node for node in reversed(here) if isinstance(node, cst.FunctionDef)), None)
    around = next((node for node in reversed(there) if isinstance(node, cst.FunctionDef)), there[0])
    if function is None or function is around or not isinstance(value, cst.Name):
        raise CannotWrite("the value is known elsewhere alone")
    parameters = list(function.params.params)
    place = next((i for i, each in enumerate(parameters) if each.name.value == value.value), None)
    calls = list(_calls_before(around, there[-1], function.name.value))
    if place is None or len(calls) <= back:
        raise CannotWrite(f"{value.value} is not passed on from there")
    call = calls[-1 - back]
    given = next(
        (arg for arg in call.args if arg.keyword is not None and arg.keyword.value == value.value),
        None,
    )
    plain = [arg for arg in call.args if arg.keyword is None]
    if any(arg.star for arg in call.args):
        raise CannotWrite("the arguments come out of a starred value")
    if given is None and place < len(plain):
        given = plain[place]
    found = given.value if given is not None else parameters[place].default
    if found is None or (given is None and literal(found) is ...):
        raise CannotWrite(f"{value.value} is not passed on from there")
    return found


def _calls_before(around: cst.CSTNode, stop: cst.CSTNode, name: str) -> Iterator[cst.Call]:
    """The calls of a function within a node, in the order in which they run, up to another node."""
    pending: list[tuple[cst.CSTNode, bool]] = [(around, False)]
    while pending:
        node, seen = pending.pop()
        if seen:
            if isinstance(node, cst.Call) and dotted(node.func) == name:
                yield node
            continue
        if node is stop:
            return
        pending.append((node, True))
        pending += [(child, False) for child in reversed(node.children)]


def code(node: cst.BaseExpression) -> str:
    """The node's text on one line."""
    return " ".join(cst.Module([]).code_for_node(node).split())


def constant(file: FilePlan, unit: Unit, path: Path, node: cst.BaseExpression) -> object:
    """The value of a literal, or of a name that one assignment alone binds to a literal; `...` for anything else."""
    if not isinstance(node, cst.Name) or literal(node) is not ...:
        return literal(node)
    found = file.names.visible(node.value, scope_of(path), file.index(unit))
    if len(found) != 1:
        return ...
    statement = found[0].way[-1]
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return ...
    return literal(statement.value) if isinstance(statement.targets[0].target, cst.Name) else ...


def short(text: str) -> str:
    """A text on one line; of a long call the name and `(…)`."""
    text = " ".join(text.split())
    if len(text) <= 40:
        return text
    head, bracket, _ = text.partition("(")
    return f"{head}(…)" if bracket and len(head) <= 40 else text[:39] + "…"


def class_of(call: cst.CSTNode) -> str:
    """What a call makes, by its last name: `Conv2D`."""
    return (
        dotted(call.func).rpartition(".")[2] if isinstance(call, cst.Call) else ""
    ) or "the layer"
