"""What is told from the bytes alone, before libcst is even imported.

libcst's parser is native and recursive, and so is the tree it gives: on 1,500
nested parentheses the process dies, on a chain of 1,200 calls it takes 22
seconds, on `1+1+…` it runs out of Python's stack. So the depth of the tree is
bounded here first, by a scan that is linear in the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kfix.source.syntax.errors import SourceError

MAX_BYTES = 1_000_000
"""A larger file is passed by: parsing costs some 2 seconds a megabyte."""

MAX_WORDS = 250_000
"""Words and signs outside comments; parsing costs some 12 microseconds and 2,500 bytes for each."""

MAX_DEPTH = 240
"""Bound of `_BRACKET` × open brackets + operators in the expressions that are open.

Measured with libcst 1.9 under Python's recursion limit of 1,000: codegen and a
visitor pass hold to 100 nested calls, 300 operators in a row, 300 `elif`.
"""

_BRACKET = 3

_STRING = (
    rb"""'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)|\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z)"""
    rb"""|'(?:[^'\\\n]|\\.)*+'?|"(?:[^"\\\n]|\\.)*+"?"""
)
_TOKEN = re.compile(
    rb"(?P<string>" + _STRING + rb")"
    rb"""|(?P<skip>\#[^\r\n]*+|\\\r?\n)"""
    rb"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[,;])|(?P<line>[\r\n])"""
    rb"""|(?P<operator>[-+*/%@&|^~.<>]|\b(?:and|or|not|if|else|lambda|await|yield)\b)""",
    re.DOTALL,
)
_WORD = re.compile(rb"\#[^\r\n]*+|(" + _STRING + rb"|\w++|[^\w\s])", re.DOTALL)
_USED = re.compile(rb"\.(?:fit|compile|predict|evaluate|train_on_batch|summary)\w*\(")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import\b[ \t(]*([\w., \t]*)|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
_BRACE = re.compile(rb"\{\{|\}\}|[{}]")
_ELIF = re.compile(rb"^([ \t]*)(elif|if)\b", re.MULTILINE)


def mentions_keras(data: bytes) -> bool:
    """Can this file have a Keras model in it at all?"""
    return b"keras" in data


def uses_a_model(data: bytes) -> bool:
    """Does this text seem to train a model, or to ask one for something?"""
    return _USED.search(data) is not None


def imported(data: bytes) -> Iterator[tuple[str, int]]:
    """The modules that a text seems to import, each with its leading dots.

    A name that a module is asked for may be a module itself: it comes behind it.
    """
    for match in _IMPORT.finditer(data):
        dots, module, names, whole = (part.decode() for part in match.groups(b""))
        for name in whole.split(","):
            if name.strip():
                yield name.split()[0], 0
        if module or dots:
            yield module, len(dots)
        for name in names.split(","):
            if name.strip():
                yield f"{module}.{name.split()[0]}".strip("."), len(dots)


def check(data: bytes) -> None:
    """Raise `SourceError` for a text that is too large or too deeply nested for libcst."""
    if len(data) > MAX_BYTES:
        raise SourceError(f"too large: {len(data):,} bytes, more than {MAX_BYTES:,}")
    if len(data) > MAX_WORDS and (count := sum(map(bool, _WORD.findall(data)))) > MAX_WORDS:
        raise SourceError(f"too large: {count:,} words and signs, more than {MAX_WORDS:,}")
    if b"\0" in data:
        raise SourceError("a NUL byte in the text", *_position(data, data.index(b"\0")))
    _check_nesting(data)
    _check_branches(data)


def goes_on(line: bytes, depth: int, quotes: bytes) -> tuple[int, bytes]:
    """The brackets and the triple quotes (none: empty) that are open behind a line, from those open before it."""
    start = 0
    if quotes:
        start = line.find(quotes) + 3
        if start < 3:
            return depth, quotes
    for match in _TOKEN.finditer(line, start):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "string":
            text = match.group()
            if text[:3] in (b"'''", b'"""') and not (len(text) > 5 and text.endswith(text[:3])):
                return depth, text[:3]
    return depth, b""


def _check_nesting(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> None:
    runs = [0]
    for match in _TOKEN.finditer(data, start, len(data) if end is None else end):
        kind = match.lastgroup
        if kind == "operator" or kind == "string":
            runs[-1] += 1
            depth += 1
            if kind == "string" and b"f" in data[max(0, match.start() - 2) : match.start()].lower():
                for field in _fields(data, *match.span()):
                    _check_nesting(data, *field, depth)
        elif kind == "open":
            runs.append(0)
            depth += _BRACKET
        elif kind == "close":
            if len(runs) > 1:
                depth -= runs.pop() + _BRACKET
            runs[-1] += 1
            depth += 1
        elif kind == "end" or (kind == "line" and len(runs) == 1):
            depth -= runs[-1]
            runs[-1] = 0
        if depth > MAX_DEPTH:
            raise SourceError("too deeply nested", *_position(data, match.start()))


def _fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The replacement fields of an f-string, which hold expressions: `{x + y}`, but not `{{`."""
    opened = start
    braces = 0
    for match in _BRACE.finditer(data, start, end):
        brace = match.group()
        if len(brace) == 2 and not braces:
            continue
        if brace[:1] == b"{":
            opened = match.end() if not braces else opened
            braces += len(brace)
        elif braces:
            braces -= len(brace)
            if braces <= 0:
                yield opened, match.start()
                braces = 0
    if braces:
        yield opened, end


def _check_branches(data: bytes) -> None:
    """An `elif` is nested in the `if` before it."""
    if data.count(b"elif") <= MAX_DEPTH:
        return
    chains: dict[bytes, int] = {}
    for match in _ELIF.finditer(data):
        indent, word = match.groups()
        chains[indent] = chains.get(indent, 0) + 1 if word == b"elif" else 0
        if chains[indent] > MAX_DEPTH:
            raise SourceError("too deeply nested", *_position(data, match.start()))


def _position(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset) + 1, offset - (data.rfind(b"\n", 0, offset) + 1) + 1
