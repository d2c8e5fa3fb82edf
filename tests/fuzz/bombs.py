"""Texts that are nested or go on for long, in all the ways that a tokenizer may misread."""

from __future__ import annotations

import random
import struct
import subprocess
import sys

from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import check

PIECES = (
    "f'",
    'f"',
    "f'''",
    'f"""',
    "rf'",
    "t'",
    'rF"',
    "'",
    '"',
    "'''",
    '"""',
    "b'",
    "r'",
    "u'",
    "{",
    "}",
    "{{",
    "}}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!r",
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\\\n",
    "\\\r",
    "\\\r\n",
    "#",
    " ",
    "x",
    "+1",
    "=",
    ",",
    ";",
    "lambda:",
    "not ",
    "for a in b ",
    "if c ",
    "else ",
    "\\N{",
    "\f",
    ".a",
    "é",
    "\u2028",
    "if x:\n ",
    "x\n",
    "@",
    "await ",
    "*",
    "**",
    "...",
    "match x:\n case ",
)
BOMBS = (
    "(" * 2000,
    "[" * 2000,
    "{" * 2000,
    "-" * 3000,
    "+1" * 4000,
    "not " * 3000,
    "f'{" * 1000,
    "f(" * 2000,
    "x." * 3000,
    "()" * 3000,
    "(" * 1000 + "1" + ")" * 1000,
    " for a in b" * 3000,
    "\n(" * 2000,
    "\\\r+1" * 3000,
    "elif x: pass\n" * 2000,
    "x if x else " * 3000,
    "lambda: " * 3000,
    "'a' " * 3000,
    "{x:" * 2000,
    "a=" * 3000,
    "await " * 3000,
    "\\\n" * 3000,
    "a<" * 3000,
    "@a\n" * 2000,
)

CHILD = """\
import struct, sys
from kfix.source.syntax.document import parse
from kfix.source.syntax.errors import SourceError
while size := sys.stdin.buffer.read(4):
    text = sys.stdin.buffer.read(struct.unpack("<I", size)[0]).decode()
    try:
        parse(text).code
        answer = b"."
    except (SourceError, RecursionError) as error:
        answer = b"R" if isinstance(error, RecursionError) else b"."
    except BaseException:
        answer = b"E"
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
"""


def text(draw: random.Random) -> str:
    """Return a text with a bomb among some pieces."""
    before = "".join(draw.choices(PIECES, k=draw.randint(1, 14)))
    after = "".join(draw.choices(PIECES, k=draw.randint(0, 10)))
    return "x = " + before + draw.choice(BOMBS) + after


class Parser:
    """A process that parses what the guard lets through: libcst may kill it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def fault(self, text: str) -> str | None:
        """Return what became of a text, where it is neither parsed nor refused."""
        data = text.encode("utf-8")
        try:
            check(data)
        except SourceError:
            return None
        if self._process is None:
            self._process = subprocess.Popen([sys.executable, "-c", CHILD], stdin=-1, stdout=-1)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(struct.pack("<I", len(data)) + data)
        stdin.flush()
        answer = stdout.read(1)
        if not answer:
            self.close()
        return {b".": None, b"": "the process was killed", b"R": "RecursionError"}.get(
            answer, "an exception"
        )

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
