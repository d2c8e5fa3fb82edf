"""Magics and shell lines of IPython: `%matplotlib inline`, `!pip install keras`, `x?`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kfix.source.syntax.guard import goes_on
from kfix.source.syntax.lines import split_lines

_MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w., ()]*=\s*[%!]|[\w.]+\?+\s*$|[\w.]+\?\?\s*$)")
_MARK = re.compile(r"pass  #kfix:(\d+)#")


def without_magics(text: str) -> tuple[str, list[str]]:
    """Return a text with its magics and shell lines made `pass`, each with the number under which
    it is kept; and them.
    """
    kept: list[str] = []
    lines: list[str] = []
    indent = ""
    continued = False
    depth, quotes, joined = 0, b"", False  # what a statement that goes on in the next line has open
    for line in split_lines(text):
        body = line.rstrip("\r\n")
        match = None
        if not (depth or quotes or joined):
            match = _MAGIC.match(body)
        if match is not None or continued:
            if match is not None and not continued:
                indent = match[1]
            lines.append(f"{indent}pass  #kfix:{len(kept)}#{line[len(body) :]}")
            kept.append(body)
            continued = body.endswith("\\")
        else:
            lines.append(line)
            depth, quotes = goes_on(line.encode("utf-8", "replace"), depth, quotes)
            joined = body.endswith("\\")
    return "".join(lines), kept


def with_magics(text: str, kept: list[str]) -> str:
    """Return a text with the magics that were kept in their places."""
    if not kept:
        return text
    by_number = {str(number): magic for number, magic in enumerate(kept)}
    return "".join(_with_magic(line, by_number) for line in split_lines(text))


def _with_magic(line: str, by_number: Mapping[str, str]) -> str:
    mark = _MARK.search(line)
    if mark is None or mark[1] not in by_number:
        return line
    return by_number[mark[1]] + line[len(line.rstrip("\r\n")) :]
