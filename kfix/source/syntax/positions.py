"""Where nodes stand in the text: one code generation that takes notes.

LibCST's PositionProvider costs twice a parse; writing the tree out once and
noting where the wanted nodes begin and end costs a fifth of one, and gives the
way from the module down to each of them for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from kfix.model.record import Value
from kfix.source.syntax.errors import SourceError

Span = tuple[int, int]


class Layout(Value):
    """For each wanted node (by identity): its characters in the text, and the nodes from the module
    down to it.

    `parts` is what libcst writes for each line of the module's header and
    footer and each of its statements, `starts` where that begins in the text.
    """

    spans: dict[int, Span]
    paths: dict[int, tuple[cst.CSTNode, ...]]
    parts: dict[int, str]
    starts: dict[int, int]


class _Nothing:
    """A context that does nothing, for nodes that nobody asked for."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


_NOTHING = _Nothing()


class Writer(CodegenState):
    """libcst's code generation without its notes of places, which cost a context manager a node."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(
            default_indent=module.default_indent, default_newline=module.default_newline
        )

    def record_syntactic_position(self, node: cst.CSTNode, **_: Any) -> Any:
        """Take no note."""
        return _NOTHING


def code_of(module: cst.Module, node: cst.CSTNode) -> str:
    """Return the result of `module.code_for_node(node)`, in two thirds of the time."""
    state = Writer(module)
    node._codegen(state)
    return "".join(state.tokens)


class _Inner:
    """Notes where the node itself stands, without its parentheses and the whitespace that belongs
    to it.
    """

    def __init__(self, state: _Noting, node: cst.CSTNode) -> None:
        self.state = state
        self.node = node
        self.start = 0

    def __enter__(self) -> None:
        self.start = len(self.state.tokens)

    def __exit__(self, *_: object) -> None:
        self.state.inner[id(self.node)] = (self.start, len(self.state.tokens))


class _Noting(Writer):
    """Spans are counted in tokens first, in characters when all is written."""

    def __init__(self, module: cst.Module, wanted: set[int]) -> None:
        super().__init__(module)
        self.wanted = wanted
        self.stack: list[cst.CSTNode] = [module]
        self.outer: dict[int, Span] = {}
        self.inner: dict[int, Span] = {}
        self.paths: dict[int, tuple[cst.CSTNode, ...]] = {}

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.stack.append(node)
        if id(node) in self.wanted:
            self.outer[id(node)] = (len(self.tokens), -1)
            self.paths[id(node)] = tuple(self.stack)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.stack.pop()
        if id(node) in self.wanted:
            self.outer[id(node)] = (self.outer[id(node)][0], len(self.tokens))

    def record_syntactic_position(self, node: cst.CSTNode, **_: Any) -> Any:
        if id(node) in self.wanted:
            return _Inner(self, node)
        return _NOTHING


def lay_out(module: cst.Module, text: str, nodes: Iterable[cst.CSTNode]) -> Layout:
    """Return where `nodes` of `module` stand in `text`, which is what the module was parsed from.

    Raises `SourceError` where libcst does not give the text back as it is."""
    parts = {id(part) for part in (*module.header, *module.body, *module.footer)}
    state = _Noting(module, parts | {id(node) for node in nodes})
    module._codegen_impl(state)
    starts = [0, *accumulate(map(len, state.tokens))]
    code = "".join(state.tokens)
    same = code == text
    to_text = None if same else _alignment(code, text)
    spans = dict(_spans(state, code, starts))
    if to_text is not None:
        for key, (start, end) in spans.items():
            last = to_text[end - 1] + 1 if end > start else to_text[start]
            spans[key] = (to_text[start], last)
    written = {part: "".join(state.tokens[slice(*state.outer[part])]) for part in parts}
    begun = {part: starts[state.outer[part][0]] for part in parts}
    return Layout(spans, state.paths, written, begun)


def _spans(state: _Noting, code: str, starts: list[int]) -> Iterator[tuple[int, Span]]:
    """Yield the wanted nodes with their characters in `code`.

    `starts` is where each token begins.
    """
    for key, outer in state.outer.items():
        first, last = state.inner.get(key, outer)
        start, end = starts[first], starts[min(last, len(state.tokens))]
        while end > start and code[end - 1].isspace():
            end -= 1
        while start < end and code[start].isspace():
            start += 1
        yield key, (start, end)


def lay_out_again(
    module: cst.Module, text: str, nodes: Iterable[cst.CSTNode], before: Layout
) -> Layout | None:
    """Return where `nodes` stand after an edit: only the statements that changed are written.

    `before` is a layout of the module before the edit, in a text that libcst gave back as it was.
    A node that it does not have is left out, unless it is in a statement that changed. `None` if
    the statements do not make up `text`.
    """
    wanted = {id(node) for node in nodes}
    layout = Layout({}, {}, {}, {})
    moved: dict[int, int] = {}
    offset = 0
    for part in (*module.header, *module.body, *module.footer):
        key = id(part)
        code = before.parts.get(key)
        if code is None:
            state = _Noting(module, wanted | {key})
            part._codegen(state)
            code = "".join(state.tokens)
            starts = [0, *accumulate(map(len, state.tokens))]
            for node, (start, end) in _spans(state, code, starts):
                layout.spans[node] = (start + offset, end + offset)
            layout.paths.update(state.paths)
        else:
            moved[key] = offset - before.starts[key]
        if not text.startswith(code, offset):
            return None
        layout.parts[key] = code
        layout.starts[key] = offset
        offset += len(code)
    if offset != len(text):
        return None
    for key, path in before.paths.items():
        by = moved.get(id(path[1]))
        if by is not None:
            start, end = before.spans[key]
            layout.spans[key] = (start + by, end + by)
            layout.paths[key] = (module, *path[1:])
    return layout


_CHUNK = re.compile(
    r"""(?P<gap>[\s\ufeff]+|\#[^\r\n]*)"""
    r"""|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)|\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z)"""
    r"""|'(?:[^'\\\r\n]|\\.)*+'?|"(?:[^"\\\r\n]|\\.)*+"?|[^\s\ufeff#'"]+""",
    re.DOTALL,
)
"""A string, a run of other signs, or what is between them: whitespace, and comments."""


def _alignment(code: str, text: str) -> list[int]:
    """Return for each character of `code` its place in `text`, where they differ in whitespace and
    comments only.

    libcst does not give back form feeds, lone carriage returns, some trailing
    blank lines, and comments at the end of a file that are indented less than
    the block before them. Raises `SourceError` where more is different.
    """
    places = [0] * (len(code) + 1)
    signs = _signs(text)
    done = 0
    for start in _signs(code):
        there = next(signs, len(text))
        if text[there : there + 1] != code[start]:
            raise SourceError("libcst does not give this text back as it is", 1, 1)
        # What is between two signs goes to the second of them.
        places[done : start + 1] = [there] * (start + 1 - done)
        done = start + 1
    if next(signs, None) is not None:
        raise SourceError("libcst does not give this text back as it is", 1, 1)
    places[done:] = [len(text)] * (len(code) + 1 - done)
    return places


def _signs(text: str) -> Iterator[int]:
    """Yield where the characters of a text are that are neither whitespace nor of a comment."""
    for match in _CHUNK.finditer(text):
        if match.lastgroup is None:
            yield from (at for at in range(*match.span()) if not text[at].isspace())
