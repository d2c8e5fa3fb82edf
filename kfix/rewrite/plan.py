"""What a repair's edits come to, unit by unit, and what the kinds of edits need for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import libcst as cst

from kfix.model.code import (
    Existing,
    Multiple,
    Name,
    NewLayer,
    Number,
    OutputCount,
    Slot,
    ValueOf,
    plain,
)
from kfix.model.record import Value
from kfix.model.site import Site, cell_name
from kfix.rewrite.constants import OwnRow, constant, own_row, pieces_of
from kfix.rewrite.counts import class_count
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.imports import class_name
from kfix.rewrite.names import View
from kfix.rewrite.nodes import Path, argument, code, dotted, is_starred, value_way
from kfix.rewrite.style import nearby_quote
from kfix.rewrite.taken_over import check_names, passed_on
from kfix.rewrite.tree import Pass, Phase, RowInsert, UnitPlan
from kfix.rewrite.values import Form, Piece, spelled
from kfix.source.syntax.document import Document

Get = Callable[[cst.BaseExpression], cst.BaseExpression]
"""The form of a node to take over: as it stands, or as the other edits leave it."""

Make = Callable[[Get], cst.BaseExpression]
"""Makes an expression that may take others over."""


class NewText(Value):
    """An expression to be written: `text` for a person, `make` for the tree."""

    make: Make
    text: str

    def build(self, run: Pass) -> cst.BaseExpression:
        """Return the expression, with what it takes over in its edited form."""
        return self.make(run.updated)


def _unnamed(part: object) -> object:
    """Return an element of a tuple without the name that it may be written by."""
    is_named = isinstance(part, Number) and isinstance(part.spelling, Name)
    return plain(part) if is_named else part


def _named(value: tuple[object, ...]) -> Iterator[Piece]:
    """Yield the numbers of a tuple that have a name, each with that."""
    for part in value:
        match part:
            case Number(value=number, spelling=Name(text=text)):
                yield number, cst.parse_expression(text)


class Plan:
    """All edits of one repair."""

    def __init__(self, documents: Mapping[str, Document], program: str | None = None) -> None:
        self.documents = documents
        self.program = program
        """The file that the repair is of; the others are its modules."""
        self.files: dict[str, FilePlan] = {}
        self.written: dict[tuple[Site, str], RowInsert] = {}
        """By call and keyword: a new argument that an edit has written."""

    def file(self, site: Site) -> FilePlan:
        """Return the plan of the file that `site` is in; raises `CannotWrite` for a file that was
        not handed in.
        """
        if site.path not in self.files:
            if site.path not in self.documents:
                raise CannotWrite(f"{site.path} is not among the files to be edited")
            self.files[site.path] = FilePlan(self.documents[site.path])
        return self.files[site.path]

    def unit(self, site: Site) -> UnitPlan:
        """Return the plan of the unit that `site` is in."""
        return self.file(site).unit(site.cell)

    def node(self, site: Site) -> cst.CSTNode:
        """Return the node at `site`."""
        return self.unit(site).unit.node(site)

    def path(self, site: Site) -> Path:
        """Return the nodes from the module down to the one at `site`."""
        try:
            return self.unit(site).unit.path_to(site)
        except KeyError:
            raise CannotWrite("the place is not in the text") from None

    def call(self, site: Site) -> cst.Call:
        """Return the call at `site`; raises `CannotWrite` if it is something else."""
        node = self.node(site)
        if not isinstance(node, cst.Call):
            raise CannotWrite("the layer is not made by a call that can be edited")
        return node

    def seen_from(self, site: Site) -> View:
        """Return the names that can be seen from `site`."""
        return self.file(site).seen_from(self.path(site), self.unit(site))

    def put_code(self, site: Site, text: str) -> str:
        """Write `text` over the expression at `site`, or the value of an argument or element there.

        Returns the code that was there. Raises `CannotWrite` where there is none.
        """
        way = value_way(self.path(site))
        if not isinstance(way[-1], cst.BaseExpression) or is_starred(self.node(site)):
            raise CannotWrite("no expression is written there")
        self.unit(site).put(way, cst.parse_expression(text))
        return code(way[-1])

    # --- words ----------------------------------------------------------------------------

    def where(self, sites: Sequence[Site]) -> str:
        """Return `(line 3)`, `(lines 3, 5)`, in a notebook `(cell 2, line 3)`.

        A place in a module that the program imports names its file: `(nets.py, line 3)`.
        """
        cells: dict[tuple[str, int | None], set[int]] = {}
        for site in sites:
            line = self.unit(site).unit.place(site).line
            cells.setdefault((site.path, site.cell), set()).add(line)
        parts = []
        for (path, cell), lines in cells.items():
            text = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, sorted(lines)))}"
            if cell is not None:
                text = f"{cell_name(cell)}, {text}"
            parts.append(text if self.program in (None, path) else f"{path}, {text}")
        return f"({'; '.join(parts)})"

    def text(self, site: Site) -> str:
        """Return the source text of the node at `site` on one line, without a call's arguments when
        it is long.
        """
        unit = self.unit(site).unit
        try:
            start, end = unit.span(site)
        except KeyError:
            raise CannotWrite("the place is not in the text") from None
        return short(unit.text[start:end].rstrip(",").rstrip())

    # --- values ---------------------------------------------------------------------------

    def spell(
        self, value: object, slot: Slot, name: str, like: cst.BaseExpression | None, at: Site
    ) -> cst.BaseExpression:
        """Return an argument's value in the hand of the file, and of the call and the value that
        stands there.
        """
        file, call = self.file(at), self.node(slot.call)
        if isinstance(value, NewLayer | Existing):
            raise CannotWrite("a layer cannot be written as this argument")
        if isinstance(value, Number):
            written = self._by_name(value, at)
            if written is not None:
                return written
            if not isinstance(value.spelling, Multiple):
                value = value.value
        quotes = nearby_quote(call)
        pieces = self._pieces(slot, like, at)
        if isinstance(value, tuple):
            pieces += _named(value)
            value = tuple(map(_unnamed, value))
        if len(slot.texts) > 1:
            # Several arguments are to become one: `Conv2D(32, 3, 3)` says that there are two sides.
            name = ""
        return spelled(value, file.style, Form(like, name, quotes, pieces))

    def _by_name(self, number: Number, at: Site) -> cst.BaseExpression | None:
        """Return a number by the name, or as the argument, that its spelling says; `None` where a
        literal has to do.
        """
        match number.spelling:
            case Name(text=text):
                return cst.parse_expression(text)
            case OutputCount():
                index = self.file(at).index(self.unit(at).unit)
                name = class_count(self.seen_from(at), self.path(at), index, number.value)
                if name is not None:
                    return cst.Name(name)
            case ValueOf() as of:
                with suppress(CannotWrite):
                    return cst.parse_expression(self._value_of(of, at).text)
        return None

    def plain(self, value: object, at: Site) -> cst.BaseExpression:
        """Return a value that takes nothing over, as an expression of its own."""
        written = self._by_name(value, at) if isinstance(value, Number) else None
        return written or cst.parse_expression(self.file(at).style.text(plain(value)))

    def own_row(self, at: Site, name: cst.BaseExpression) -> OwnRow | None:
        """Return the way to the tuple or list that a name stands for, if it is written for this one
        use, and its unit.
        """
        return own_row(self.file(at), self.path(at), at.cell, name)

    def _pieces(self, slot: Slot, like: cst.BaseExpression | None, at: Site) -> list[Piece]:
        """Return the expressions in and around an argument, with what is known of their values."""
        found: list[Piece] = []
        for known, site in slot.texts:
            node = self.node(site)
            if isinstance(node, cst.Arg | cst.DictElement) and not is_starred(node):
                own = self.own_row(site, node.value) or node
                found += pieces_of(known, own.value)
        if found or not isinstance(like, cst.Tuple | cst.List):
            return found
        file, path = self.file(at), self.path(at)
        values = [element.value for element in like.elements]
        return [(constant(file, path, at.cell, value), value) for value in values]

    # --- layers ---------------------------------------------------------------------------

    def layer(self, layer: NewLayer, at: Site, neighbours: Sequence[cst.BaseExpression]) -> NewText:
        """Return a new layer at a place, called as its neighbours (what they call, nearest first)
        are.
        """
        file, unit, path = self.file(at), self.unit(at), self.path(at)
        name = class_name(file, unit, path, layer.cls, [dotted(func) for func in neighbours])
        func = cst.parse_expression(name)
        parts = [
            (keyword, self._value(value, at, neighbours)) for keyword, value in layer.arguments
        ]
        texts = [f"{keyword}={part.text}" if keyword else part.text for keyword, part in parts]

        def make(get: Get) -> cst.BaseExpression:
            args = [argument(keyword, part.make(get)) for keyword, part in parts]
            return cst.Call(func=func, args=args)

        return NewText(make, f"{name}({', '.join(texts)})")

    def existing(self, layer: Existing, at: Site) -> NewText:
        """Return an expression that is there already, taken over at a place of the same unit."""
        node, unit = self.node(layer.site), self.unit(layer.site)
        if not isinstance(node, cst.BaseExpression) or unit is not self.unit(at):
            raise CannotWrite("a layer of another file cannot be taken over")
        unit.reach(self.path(layer.site))
        return NewText(lambda get: get(node), self.text(layer.site))

    def replace_layer(self, site: Site, layer: NewLayer | Existing) -> NewText:
        """Write a layer over the call at `site`, whose parentheses stay."""
        new = self._value(layer, site, [self.call(site).func])

        def replace(run: Pass, node: cst.Call) -> cst.BaseExpression:
            return new.build(run).with_changes(lpar=node.lpar, rpar=node.rpar)

        self.unit(site).change(self.path(site), replace, Phase.REPLACE)
        return new

    def _value(self, value: object, at: Site, neighbours: Sequence[cst.BaseExpression]) -> NewText:
        """Return an argument of a new layer, or the layer itself."""
        match value:
            case NewLayer():
                return self.layer(value, at, neighbours)
            case Existing():
                return self.existing(value, at)
            case ValueOf():
                return self._value_of(value, at)
            case [*parts] if any(isinstance(part, NewLayer | Existing) for part in parts):
                return _list([self._value(part, at, neighbours) for part in parts])
        node = self.plain(value, at)
        return NewText(lambda get: node, code(node))

    def _value_of(self, value: ValueOf, at: Site) -> NewText:
        """Return what an argument is given, for a place where its names mean the same."""
        node, unit = self.node(value.site), self.unit(value.site)
        if not isinstance(node, cst.Arg | cst.DictElement) or is_starred(node):
            raise CannotWrite("the value is not written as an argument")
        if unit is not self.unit(at):
            raise CannotWrite("a value of another file cannot be taken over")
        here, there = (*self.path(value.site), node.value), self.path(at)
        try:
            check_names(self.seen_from(value.site), self.seen_from(at), here, there)
        except CannotWrite:
            passed = passed_on(here, there, value.back)
            return NewText(lambda get: passed.deep_clone(), code(passed))
        unit.reach(here)
        return NewText(lambda get: get(node.value).deep_clone(), code(node.value))


def _list(parts: Sequence[NewText]) -> NewText:
    """Return a list of expressions."""
    text = f"[{', '.join(part.text for part in parts)}]"
    return NewText(lambda get: cst.List([cst.Element(part.make(get)) for part in parts]), text)


def short(text: str) -> str:
    """Return a text on one line; of a long call the name and `(…)`."""
    text = " ".join(text.split())
    if len(text) <= 40:
        return text
    head, bracket, _ = text.partition("(")
    if bracket and len(head) <= 40:
        return f"{head}(…)"
    return f"{text[:39]}…"
