"""Where a comment for kfix is written: `# kfix: ignore[…]`, `# kfix: target=…`."""

from __future__ import annotations

import io
import re
import tokenize

from kfix.api import Change

_ENDS = re.compile(r"\r\n|\r|\n")
_IGNORED = re.compile(r"#\s*kfix:\s*ignore\[([^\]]*)\]")
_VALUE = re.compile(r"#\s*kfix:.*?\btarget\s*=\s*(\(.*?\)|[^\s#]+)")


def ignored(text: str, line: int, code: str) -> Change:
    """Return the change that ignores a code on a line, in its comment or a new one.

    Where the line ends with another comment, inside a string or with a backslash, the comment goes
    above the statement.
    """
    lines = _ENDS.split(text)
    here = lines[line - 1]
    known = _IGNORED.search(here)
    if known is not None:
        end = known.end(1) + 1
        codes = ", " * bool(known[1].strip()) + code
        return Change(line, end, line, end, codes)
    start = _start_of_statement(text, line)
    if start is not None:
        indent = _indent(lines[start - 1])
        above = f"{indent}# kfix: ignore[{code}]{_newline(text)}"
        return Change(start, 1, start, 1, above)
    column = len(here.rstrip()) + 1
    return Change(line, column, line, len(here) + 1, f"  # kfix: ignore[{code}]")


def declared(text: str, line: int, target: str) -> Change | None:
    """Return the change that declares a target above the line; `None` where one is declared."""
    lines = _ENDS.split(text)
    if declared_again(text, line, target) is not None:
        return None
    indent = _indent(lines[line - 1])
    return Change(line, 1, line, 1, f"{indent}# kfix: target={target}{_newline(text)}")


def declared_again(text: str, line: int, target: str) -> Change | None:
    """Return the change of the target that a comment on the line or above declares, if one does."""
    lines = _ENDS.split(text)
    for number in range(line, max(line - 2, 0), -1):
        known = _VALUE.search(lines[number - 1])
        if known is not None and (number == line or lines[number - 1].lstrip().startswith("#")):
            return Change(number, known.start(1) + 1, number, known.end(1) + 1, target)
    return None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _newline(text: str) -> str:
    for found in _ENDS.finditer(text):
        return found[0]
    return "\n"


def _start_of_statement(text: str, line: int) -> int | None:
    """Return the first line of the statement where no comment can end this line, else `None`."""
    start: int | None = None
    inside = False
    source = "\n".join(_ENDS.split(text))
    if source.split("\n")[line - 1].rstrip().endswith("\\"):
        inside = True
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                if token.start[0] >= line:
                    break
                start = None
            elif token.type == tokenize.COMMENT:
                inside = inside or token.start[0] == line
            elif token.type not in (
                tokenize.NL,
                tokenize.INDENT,
                tokenize.DEDENT,
            ):
                start = start or token.start[0]
                inside = inside or (token.start[0] <= line < token.end[0])
    except (tokenize.TokenError, SyntaxError):
        pass
    if inside:
        return start
    return None
