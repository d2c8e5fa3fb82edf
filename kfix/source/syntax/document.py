"""One file: its bytes, its text, its tree, and the places in them.

A plain file has one `Unit` (cell `None`), a notebook one for each code cell.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress

import libcst as cst

from kfix.model.site import Place, Site
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import check
from kfix.source.syntax.lines import first_lines, line_starts, position, split_lines
from kfix.source.syntax.positions import Layout, Span, lay_out, lay_out_again
from kfix.source.syntax.reparse import Parts, reparse
from kfix.source.syntax.tree import below

_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ASCII = bytes(range(128)).replace(b"\\", b"") + b"\\n\\x41 +AGE- \\u0041" + b"x" * 100
"""What every encoding of a program reads as ASCII does: `idna`, `utf-7` and `unicode_escape` do
not.
"""
_INDENTED = re.compile(r"([ \t]*)(.*)", re.DOTALL)

NOT_AGREED = "syntax error"
"""All that is said of a text that Python takes and libcst does not."""


class Unit:
    """One text that was parsed as a whole: a file, or a cell of a notebook.

    A node is registered with `site` and found again with `node`; where the
    registered nodes stand is worked out for all of them at the first question.
    """

    def __init__(self, path: str, cell: int | None, text: str, module: cst.Module) -> None:
        self.path = path
        self.cell = cell
        self.text = text
        self.module = module
        self.idle: set[int] = set()
        """The functions (by the identity of their nodes) that nothing calls and that have nothing
        to do with models.
        """
        self._nodes: list[cst.CSTNode] = []
        self._sites: dict[int, Site] = {}
        self._layout: Layout | None = None
        self._before: Layout | None = None
        """A layout of the text before an edit, some of whose statements this unit has."""
        self._parts: Parts | None = None
        self._lines: list[int] | None = None
        self._below: list[cst.CSTNode] | None = None

    @property
    def nodes(self) -> list[cst.CSTNode]:
        """Return the nodes of the tree from the top down, without those of imports."""
        if self._below is None:
            self._below = list(below(self.module))
        return self._below

    def holds(self, site: Site) -> bool:
        """Return whether a site is one of this unit."""
        return (site.path, site.cell) == (self.path, self.cell)

    def site(self, node: cst.CSTNode) -> Site:
        """Return the Site of a node of this unit's tree: the same one for the same node."""
        site = self._sites.get(id(node))
        if site is None:
            site = self._sites[id(node)] = Site(self.path, self.cell, len(self._nodes))
            self._nodes.append(node)
        return site

    def node(self, site: Site) -> cst.CSTNode:
        """Return the node that was registered as `site`."""
        return self._nodes[site.key]

    def span(self, site: Site) -> Span:
        """Return the offsets in `text` of a node's first character and of the one behind its last.

        Without the parentheses around it, the comma after it, and comments
        before it. Raises KeyError for a node that is not in the tree.
        """
        return self._laid_out(site).spans[id(self._nodes[site.key])]

    def path_to(self, site: Site) -> tuple[cst.CSTNode, ...]:
        """Return the nodes from the module down to the node itself, both included."""
        return self._laid_out(site).paths[id(self._nodes[site.key])]

    def edited(self, text: str, module: cst.Module) -> Unit:
        """Return this unit after an edit; what is known of unchanged statements is kept."""
        unit = Unit(self.path, self.cell, text, module)
        unit.idle = self.idle
        unit._before = self._layout
        return unit

    @property
    def parts(self) -> Parts:
        """Return the text as libcst gives it back, by top-level statements; worked out once."""
        if self._parts is None:
            written = None
            if self._layout is not None:
                written = self._layout.parts
            self._parts = Parts(self.module, written)
        return self._parts

    def place(self, site: Site) -> Place:
        """Return where a person finds the node."""
        start, end = self.span(site)
        line, column = self.position(start)
        end_line, last = self.position(max(start, end - 1))
        return Place(self.path, self.cell, line, column, end_line, last + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column, counted from 1, of a character of `text`."""
        if self._lines is None:
            self._lines = line_starts(self.text)
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def _laid_out(self, site: Site) -> Layout:
        node = self._nodes[site.key]
        if self._before is not None:
            self._layout = lay_out_again(self.module, self.text, self._nodes, self._before)
            self._before = None
        if self._layout is None or id(node) not in self._layout.spans:
            self._layout = lay_out(self.module, self.text, self._nodes)
        return self._layout


class Document:
    """One file, read: `units` in order.

    `skipped` names the cells of a notebook that are not Python; a plain file
    that is none raises at `load`.
    """

    def __init__(
        self, path: str, data: bytes, units: list[Unit], encoding: str, bom: bytes
    ) -> None:
        self.path = path
        self.data = data
        self.units = units
        self.encoding = encoding
        self.bom = bom
        self.skipped: list[SourceError] = []

    @classmethod
    def load(cls, path: str, data: bytes) -> Document:
        """Parse a file's bytes; `path` is its name in the project.

        Raises `SourceError` for what is not a program, or too deep or large for libcst.
        """
        check(data)
        bom = b""
        if data.startswith(_BOM):
            bom = _BOM
        body = data[len(bom) :]
        encoding = _encoding(body)
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            byte = f"byte 0x{body[error.start]:02x}"
            raise SourceError(
                f"not {encoding} text: {byte}", *position(body, error.start)
            ) from None
        except UnicodeError:
            raise SourceError(f"not {encoding} text", 1, 1) from None
        if encoding != "utf-8" and _encoded(text, encoding) != body:
            raise SourceError(f"cannot be written again as {encoding}, byte for byte", 1, 1)
        if encoding != "utf-8":  # the bytes that were checked may mean other signs: utf-7
            check(text.encode("utf-8", "replace"))
        return cls(path, data, [Unit(path, None, text, parse(text))], encoding, bom)

    def edited(self, data: bytes) -> Document:
        """Return the same file with other bytes: parsed anew, but for the statements that are as
        they were.

        Raises `SourceError` as `load` does.
        """
        known = None
        if len(self.units) == 1 and self.units[0].cell is None:
            known = self.units[0]
        if known is not None and data.startswith(self.bom) and known.parts.code == known.text:
            try:
                text = data[len(self.bom) :].decode(self.encoding)
                module = reparse(known.parts, text)
            except (UnicodeDecodeError, RecursionError):
                module = None
            if module is not None:
                unit = known.edited(text, module)
                return Document(self.path, data, [unit], self.encoding, self.bom)
        return self.load(self.path, data)

    def again(self, data: bytes) -> Document:
        """Return the file, with other bytes than before or the same, to be read as if for the first
        time.

        Raises `SourceError` as `load` does.
        """
        document = self
        if data != self.data:
            document = self.edited(data)
        for unit in document.units:
            unit.idle = set()  # any edit may have given a function something to do
        return document

    def unit(self, cell: int | None) -> Unit:
        """Return the unit of this cell (`None` in a plain file); raises KeyError."""
        for unit in self.units:
            if unit.cell == cell:
                return unit
        raise KeyError(cell)

    def replace(self, texts: Mapping[int | None, str]) -> bytes:
        """Return the file's bytes with the texts of some units (by cell) replaced: encoding and
        byte order mark stay.

        Raises `SourceError` if the new text cannot be written in the file's encoding.
        """
        if None not in texts:
            return self.data
        try:
            return self.bom + texts[None].encode(self.encoding)
        except UnicodeError as error:
            raise SourceError(
                f"the new text cannot be written as {self.encoding}: {error}"
            ) from None


def parse(text: str, cell: int | None = None) -> cst.Module:
    """Return the tree of a text that has passed the guard; raises `SourceError`."""
    if (lone := _SURROGATE.search(text)) is not None:
        raise SourceError(f"a lone surrogate, \\u{ord(lone.group()):04x}", 1, 1, cell)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        wrong = _syntax_error(text, error, cell)
        if wrong.message == NOT_AGREED and "\t" in text:
            with suppress(cst.ParserSyntaxError, RecursionError):
                return cst.parse_module(_spaced(text))
        raise wrong from None
    except (cst.CSTValidationError, cst.CSTLogicError) as error:
        raise SourceError(f"{NOT_AGREED}: {str(error).rstrip('.').lower()}", 1, 1, cell) from None
    except RecursionError:
        raise SourceError("too deeply nested", 1, 1, cell) from None


def _spaced(text: str) -> str:
    """Return the text indented by spaces, as Python counts tabs: Python takes some mixtures of
    both, libcst none.
    """
    lines = (_INDENTED.match(line) for line in split_lines(text))
    return "".join(line[1].expandtabs(8) + line[2] for line in lines if line is not None)


def _syntax_error(text: str, error: cst.ParserSyntaxError, cell: int | None) -> SourceError:
    """Return what is wrong in Python's own words where Python's parser (which runs nothing) agrees,
    else in libcst's.
    """
    import ast
    import warnings

    try:
        with warnings.catch_warnings():  # Python warns of what looks odd, on standard error
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as seen:
        if seen.lineno is not None:
            return SourceError(f"{NOT_AGREED}: {seen.msg}", seen.lineno, seen.offset or 1, cell)
    except (ValueError, RecursionError, MemoryError):
        pass
    return SourceError(NOT_AGREED, error.raw_line, error.raw_column + 1, cell)


def _encoding(body: bytes) -> str:
    """Return the encoding by the `# coding:` cookie of the first two lines.

    Raises `SourceError` for an unknown one.
    """
    head = first_lines(body, 2)
    if not any(b"coding" in line for line in head):
        return "utf-8"
    import io
    import tokenize

    try:
        encoding = tokenize.detect_encoding(io.BytesIO(b"\n".join(head) + b"\n").readline)[0]
        if _ASCII.decode(encoding) != _ASCII.decode("ascii"):
            raise LookupError
    except SyntaxError as error:
        raise SourceError(str(error.msg), 1, 1) from None
    except (LookupError, ValueError, AttributeError, TypeError):
        raise SourceError("an encoding in which no program is written", 1, 1) from None
    return encoding


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeError:
        return None
