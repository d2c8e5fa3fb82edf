"""What is known from the bytes alone, before libcst is even imported.

libcst's parser is native and recursive, and so is the tree it gives: on 1,500
nested parentheses the process dies, on a chain of 1,200 calls it takes 22
seconds, on `1+1+…` it runs out of Python's stack. So the depth of the tree is
bounded here first, by a scan that is linear in the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from kfix.model.record import Value, replace
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.lines import position

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
    rb"""|'(?:[^'\\\r\n]|\\(?:\r\n|.))*+'?|"(?:[^"\\\r\n]|\\(?:\r\n|.))*+"?"""
)
_SIGN = (
    rb"""(?P<skip>\#[^\r\n]*+|\\(?:\r\n|\r|\n))"""
    rb"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[,;])|(?P<line>[\r\n])|(?P<colon>:)"""
    rb"""|(?P<operator>[-+*/%@&|^~.<>]|\b(?:and|or|not|if|else|for|lambda|await|yield)\b)"""
)
_CODE = re.compile(
    rb"""(?<![\w\x80-\xff])(?P<prefix>[rR]?[fFtT][rR]?)(?P<quotes>'''|\"\"\"|'|")|(?P<string>"""
    + _STRING
    + rb")|"
    + _SIGN,
    re.DOTALL,
)
_ELIF = re.compile(rb"(?:\A|(?<=[\r\n]))([ \t\f]*+)(elif|if)\b")

# Not every file asks for these: `re` compiles them when they are first used, and remembers them.
_TOKEN = rb"(?s:(?P<string>" + _STRING + rb")|" + _SIGN + rb")"
"""As `_CODE`, without the quotes that begin a string with replacement fields."""
_WORD = rb"(?s:\#[^\r\n]*+|(" + _STRING + rb"|\w++|[^\w\s]))"
_USED = rb"\.(?:fit|compile|predict|evaluate|train_on_batch|summary)\w*\("
_IMPORT = (
    rb"(?:\A|(?<=[\r\n]))[ \t\f]*+(?:from[ \t]++(\.*+)([\w.]*+)[ \t]++import\b[ \t(]*+([\w., \t]*+)"
    rb"|import[ \t]++([\w., \t]++))"
)


def mentions_keras(data: bytes) -> bool:
    """Return whether this file can have a Keras model in it at all."""
    return b"keras" in data


def uses_a_model(data: bytes) -> bool:
    """Return whether this text seems to train a model, or to ask one for something."""
    return re.search(_USED, data) is not None


def imported(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the modules that a text seems to import, each with its leading dots.

    A name that a module is asked for may be a module itself: it comes behind it.
    """
    for match in re.finditer(_IMPORT, data):
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
    if len(data) > MAX_WORDS and (count := sum(map(bool, re.findall(_WORD, data)))) > MAX_WORDS:
        raise SourceError(f"too large: {count:,} words and signs, more than {MAX_WORDS:,}")
    if b"\0" in data:
        raise SourceError("a NUL byte in the text", *position(data, data.index(b"\0")))
    _Nesting(data).check()
    _check_branches(data)


def goes_on(line: bytes, depth: int, quotes: bytes) -> tuple[int, bytes]:
    """Return the brackets and the triple quotes that are open behind a line, from those before it.

    The quotes are empty where none are open.
    """
    start = 0
    if quotes:
        start = line.find(quotes) + 3
        if start < 3:
            return depth, quotes
    for match in re.finditer(_TOKEN, line[start:]):
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


_PAIRS = rb"|\{\{|\}\}"
_RAW = rb"\\[\\'\"]"
_ESCAPED = rb"\\N\{|\\(?:\r\n|[\r\n\\'\"abfnrtvx0-9NuU])"
"""As libcst has them: before any other character, and before a brace above all, a backslash is
itself.
"""
_STAND_ALONE = {
    ("text", False): _ESCAPED + _PAIRS,
    ("text", True): _RAW + _PAIRS,
    ("format", False): rb"\\(?:\r\n|[^{}])",
    ("format", True): _RAW,
}
"""What stands for itself in the text of an f-string and in the format of a field."""


@cache
def _text_of(kind: str, quotes: bytes, raw: bool) -> re.Pattern[bytes]:
    """Return what an f-string is read by: the brackets of its fields, and its end."""
    end = quotes if len(quotes) == 3 else quotes + rb"|[\r\n]"
    marks = rb"|(?P<field>\{)|(?P<brace>\})|(?P<quotes>" + end + rb")"
    return re.compile(_STAND_ALONE[kind, raw] + marks, re.DOTALL)


class _Open(Value):
    """What is open around a place: a string with fields, a field of it, or the format of that
    field.

    `level` is how many brackets are open inside a field, its own brace
    included; `quotes` are those of the string, which may be `raw`.
    """

    kind: Literal["text", "field", "format"]
    quotes: bytes
    raw: bool
    level: int = 0


class _Nesting:
    """How deep a text is nested, read as libcst's tokenizer reads it.

    Within a replacement field of an f-string, any quotes begin a new string,
    those of the f-string itself too (PEP 701).
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.depth = 0
        self.runs = [0]
        """For each open bracket: operators and operands since its last comma, or the last line."""
        self.around: list[_Open] = []

    def check(self) -> None:
        """Raise `SourceError` where the text is too deep."""
        at: int | None = 0
        while at is not None:
            if self.around and self.around[-1].kind != "field":
                at = self._text(at)
            else:
                at = self._code(at)

    def _code(self, at: int) -> int | None:
        """Read code up to where the text of a string begins or goes on.

        Return that place, `None` at the end.
        """
        level = self.around[-1].level if self.around else 0
        for match in _CODE.finditer(self.data, at):
            kind = match.lastgroup
            if kind == "operator" or kind == "string":
                self._operand(match.start())
            elif kind == "open":
                self._open(match.start())
            elif kind == "quotes":
                self._operand(match.start())
                raw = b"r" in match["prefix"].lower()
                self.around.append(_Open("text", match["quotes"], raw))
                return match.end()
            elif kind == "close":
                if len(self.runs) != level:
                    self._close()
                elif match.group() == b"}":
                    self._close()
                    self.around.pop()
                    return match.end()
            elif kind == "end" or (kind == "line" and len(self.runs) == 1):
                self.depth -= self.runs[-1]
                self.runs[-1] = 0
            elif kind == "colon" and len(self.runs) == level:
                self.around.append(replace(self.around[-1], kind="format"))
                return match.end()
        return None

    def _text(self, at: int) -> int | None:
        """Read the text of a string up to its end or its next field.

        Return that place, `None` at the end.
        """
        inside = self.around[-1]
        in_format = inside.kind == "format"
        pattern = _text_of(inside.kind, inside.quotes, inside.raw)
        for match in pattern.finditer(self.data, at):
            kind = match.lastgroup
            if kind == "field":
                self._open(match.start())
                self.around.append(_Open("field", inside.quotes, inside.raw, len(self.runs)))
            elif kind == "quotes":
                while self.around.pop().kind != "text":
                    pass
            elif kind == "brace" and in_format:
                self.around.pop()
                self.around.pop()
                self._close()
            else:
                continue
            return match.end()
        return None

    def _operand(self, at: int) -> None:
        self.runs[-1] += 1
        self._deeper(1, at)

    def _open(self, at: int) -> None:
        self.runs.append(0)
        self._deeper(_BRACKET, at)

    def _close(self) -> None:
        if len(self.runs) > 1:
            self.depth -= self.runs.pop() + _BRACKET
        self.runs[-1] += 1
        self.depth += 1

    def _deeper(self, by: int, at: int) -> None:
        self.depth += by
        if self.depth > MAX_DEPTH:
            raise SourceError("too deeply nested", *position(self.data, at))


def _check_branches(data: bytes) -> None:
    """Raise `SourceError` for too many `elif`: each is nested in the `if` before it."""
    if data.count(b"elif") <= MAX_DEPTH:
        return
    chains: dict[bytes, int] = {}
    for match in _ELIF.finditer(data):
        indent, word = match.groups()
        chains[indent] = chains.get(indent, 0) + 1 if word == b"elif" else 0
        if chains[indent] > MAX_DEPTH:
            raise SourceError("too deeply nested", *position(data, match.start()))
