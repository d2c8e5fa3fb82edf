"""A new text where libcst does not give the old one back as it was."""

from __future__ import annotations

from kfix.rewrite.errors import CannotWrite
from kfix.source.syntax.lines import split_lines


def splice(text: str, code: str, new: str) -> str:
    """`new` relates to `code` (what libcst writes for the unchanged tree) as the answer relates to `text`.

    libcst loses a form feed at the start of a file and blank lines at its end, and is given spaces for some tabs.
    Where `code` is `text` the answer is `new`; else the changed lines alone
    are put into `text`, indented as the lines around them. Raises `CannotWrite` if the change touches a line that
    libcst did not give back.
    """
    if code == text:
        return new
    from difflib import SequenceMatcher

    old_lines, text_lines, new_lines = _lines(code), _lines(text), _lines(new)
    places = [-1] * (len(old_lines) + 1)
    alike = [_parts(line) for line in old_lines], [_parts(line) for line in text_lines]
    for block in SequenceMatcher(None, *alike, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            places[block.a + offset] = block.b + offset
    places[len(old_lines)] = len(text_lines)
    out: list[str] = []
    done = 0
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, old_lines, new_lines, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            continue
        if start == end and start and places[start - 1] >= 0:
            first = places[start - 1] + 1
        else:
            first = places[start]
        last = first
        if start < end:
            last = places[end - 1] + 1
        if min(first, last) < done or last - first != end - start:
            raise CannotWrite("the change touches whitespace that libcst does not keep")
        out += text_lines[done:first]
        changed = [_indented(line, text_lines, first) for line in new_lines[new_start:new_end]]
        if changed and first < last:
            changed[0] = _feeds(text_lines[first]) + changed[0]
        out += changed
        done = last
    return "".join(out + text_lines[done:])


def _parts(line: str) -> tuple[int, str]:
    """How far a line is indented, as Python counts tabs and form feeds, and the line without that."""
    rest = line.lstrip(" \t\f")
    return len(line[len(_feeds(line)) : len(line) - len(rest)].expandtabs(8)), rest


def _feeds(line: str) -> str:
    """Return what stands in front of a line up to its last form feed: it does not indent."""
    front = line[: len(line) - len(line.lstrip(" \t\f"))]
    return front[: front.rfind("\f") + 1]


def _indented(line: str, around: list[str], place: int) -> str:
    """The line with the indentation that the nearest line of as much has."""
    depth, rest = _parts(line)
    if depth and rest.strip():
        for near in (*reversed(around[:place]), *around[place:]):
            there, it = _parts(near)
            if there == depth and it.strip():
                return near[: len(near) - len(it)] + rest
    return line


def _lines(text: str) -> list[str]:
    return split_lines(text)
