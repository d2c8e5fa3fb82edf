"""Texts changed at random: letters, bytes, tokens, lines, and the structure of a notebook."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
WORDS = (
    "( ) [ ] { } : , . ; = == + - * ** / // % @ & | ^ ~ < > -> := ... # \\ ' \" ''' \"\"\" "
    "f' f\"\"\" rf' b' t' "
    "!r {{ }} lambda not and or if else elif for in while def class return yield await "
    "async with as import from try "
    "except finally raise del global nonlocal pass break continue match case type is None "
    "True False print exec self "
    "keras layers #kfix: #kfix:target=10 #kfix:ignore #noqa:KFX101 -1 0 1 10**9 1e400 0x "
    "0b1 1_0 9j input= target="
)
ODD = (
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\x0c",
    "\\\n",
    "\\\r",
    "\0",
    "\ufeff",
    "\u2028",
    "é",
    "\ud800",
    "\n    ",
    "\n\t",
)
SIGNS = (*WORDS.split(), *ODD)
BYTES = [
    b"\xff",
    b"\xfe",
    b"\x00",
    b"\x80",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\x1b[8m",
    b"# coding: idna\n",
    b"# coding: utf-7\n",
    b"# coding: latin-1\n",
    b"# coding: unicode_escape\n",
    b"# coding: cp037\n",
    b"# coding: undefined\n",
    b"\r",
]
NUMBERS = [
    "0",
    "-1",
    "1",
    "3",
    "None",
    "10**400",
    "1e400",
    "(1,)",
    "'x'",
    "[]",
    "9" * 5000,
    "2**63",
    "nowhere",
    "True",
]
JSON = [
    None,
    0,
    -1,
    1e400,
    "",
    "code",
    [],
    {},
    [[]],
    {"a": None},
    "\ud800",
    ["\n", 1],
    True,
    10**30,
]


def _pieces(text: str, draw: random.Random) -> str:
    """Tokens exchanged, dropped, doubled or put in."""
    tokens = TOKENS.findall(text) or [""]
    for _ in range(draw.choice([1, 1, 2, 3, 6])):
        at = draw.randrange(len(tokens))
        what = draw.randrange(5)
        if what == 0:
            tokens[at] = draw.choice(SIGNS)
        elif what == 1:
            tokens.insert(at, draw.choice(SIGNS))
        elif what == 2:
            tokens[at] = ""
        elif what == 3:
            tokens[at] = draw.choice(tokens)
        else:
            numbers = [place for place, token in enumerate(tokens) if token.isdigit()] or [at]
            tokens[draw.choice(numbers)] = draw.choice(NUMBERS)
    return "".join(tokens)


def _lines(text: str, draw: random.Random) -> str:
    """Lines dropped, doubled, moved, indented or repeated many times."""
    lines = text.splitlines(keepends=True) or [""]
    for _ in range(draw.choice([1, 1, 2, 3])):
        one, two = draw.randrange(len(lines)), draw.randrange(len(lines))
        what = draw.randrange(6)
        if what == 0 and len(lines) > 1:
            del lines[one]
        elif what == 1:
            lines.insert(two, lines[one])
        elif what == 2:
            lines[one], lines[two] = lines[two], lines[one]
        elif what == 3:
            lines[one] = draw.choice([" ", "    ", "\t", " \t", "\x0c"]) + lines[one]
        elif what == 4:
            lines[one] = lines[one].lstrip()
        else:
            lines[one] = lines[one] * draw.choice([2, 30])
    return "".join(lines)


def _bytes(data: bytes, draw: random.Random) -> bytes:
    """Bytes exchanged, cut, put in or turned."""
    for _ in range(draw.choice([1, 1, 2, 4])):
        at, to = sorted((draw.randrange(len(data) + 1), draw.randrange(len(data) + 1)))
        what = draw.randrange(5)
        if what == 0:
            data = data[:at] + draw.choice(BYTES) + data[at:]
        elif what == 1:
            data = data[:at] + data[min(to, at + 40) :]
        elif what == 2:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]
        elif what == 3:
            data = draw.choice(BYTES) + data
        else:
            data = data[:to]
    return data


def _structure(node: Any, draw: random.Random) -> Any:
    """Return a value of JSON with some part of it exchanged for another."""
    if draw.random() < 0.08 or not isinstance(node, list | dict) or not node:
        return draw.choice(JSON)
    if isinstance(node, list):
        at = draw.randrange(len(node))
        return [
            *node[:at],
            *([_structure(node[at], draw)] * draw.choice([0, 1, 1, 1, 2])),
            *node[at + 1 :],
        ]
    key = draw.choice(list(node))
    changed = {name: value for name, value in node.items() if name != key or draw.random() < 0.8}
    return {**changed, draw.choice([key, key, key, "cells", "source"]): _structure(node[key], draw)}


def notebook(text: str, draw: random.Random) -> str:
    """Return a notebook with a program in its cells."""
    lines = text.splitlines(keepends=True)
    cut = draw.randrange(len(lines) + 1)
    sources: list[Any] = ["".join(lines[:cut]), lines[cut:], "!ls\n%time x = 1\n", "%%bash\nls"]
    cells = [
        {
            "cell_type": draw.choice(["code", "code", "code", "markdown"]),
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for source in sources
    ]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        indent=draw.choice([None, 1]),
    )


def mutated(text: str, draw: random.Random) -> tuple[str, bytes]:
    """Return a file's name and bytes, made from a program's text."""
    kind = draw.choice(["pieces", "pieces", "lines", "bytes", "notebook", "structure"])
    if kind in ("notebook", "structure"):
        book = notebook(text, draw)
        if kind == "structure":
            return "m.ipynb", json.dumps(_structure(json.loads(book), draw)).encode()
        return "m.ipynb", _bytes(book.encode(), draw)
    ways: dict[str, Callable[[str, random.Random], str]] = {"pieces": _pieces, "lines": _lines}
    if kind in ways:
        return "m.py", ways[kind](text, draw).encode("utf-8", "surrogatepass")
    return "m.py", _bytes(text.encode(), draw)
