"""A new text where libcst does not give the old one back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from kfix.rewrite.errors import CannotWrite
from kfix.source.syntax.lines import split_lines


def splice(text: str, code: str, new: str) -> str:
    """Return `text` with the changes that lead from `code` to `new`.

    `code` is what libcst writes for the unchanged tree of `text`: it loses a form feed at the start
    of a file and blank lines at its end, and is given spaces for some tabs. Where both are equal
    the answer is `new`; else the changed lines alone are put into `text`, indented as the lines
    around them. Raises `CannotWrite` if the change touches a line that libcst did not give back.
    """
    if code == text:
        return new
    old_lines, text_lines, new_lines = split_lines(code), split_lines(text), split_lines(new)
    places = _places(old_lines, text_lines)
    out: list[str] = []
    done = 0
    for start, end, lines in _changes(old_lines, new_lines):
        first = _first(places, start, end)
        last = first + end - start
        moved = end > start and places[end - 1] + 1 != last
        if moved or first < done:
            raise CannotWrite("the change touches whitespace that libcst does not keep")
        changed = [_indented(line, text_lines, first) for line in lines]
        if changed and first < last:
            changed[0] = _feeds(text_lines[first]) + changed[0]
        out += [*text_lines[done:first], *changed]
        done = last
    return "".join(out + text_lines[done:])


def _places(old: list[str], text: list[str]) -> list[int]:
    """Return the number in the text of each old line, and of their end; -1 for none."""
    places = [-1] * len(old)
    alike = SequenceMatcher(None, list(map(_parts, old)), list(map(_parts, text)), autojunk=False)
    for block in alike.get_matching_blocks():
        numbers = range(block.b, block.b + block.size)
        places[block.a : block.a + block.size] = numbers
    return [*places, len(text)]


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield where old lines become others, from one number up to another, and those others."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield start, end, new[new_start:new_end]


def _first(places: list[int], start: int, end: int) -> int:
    """Return the line of the text at which a change begins: new lines go behind the old ones."""
    if start == end and start and places[start - 1] >= 0:
        return places[start - 1] + 1
    return places[start]


def _parts(line: str) -> tuple[int, str]:
    """Return how far a line is indented, as Python counts tabs and form feeds, and its rest."""
    rest = line.lstrip(" \t\f")
    return len(line[len(_feeds(line)) : len(line) - len(rest)].expandtabs(8)), rest


def _feeds(line: str) -> str:
    """Return what stands in front of a line up to its last form feed: it does not indent."""
    front = line[: len(line) - len(line.lstrip(" \t\f"))]
    return front[: front.rfind("\f") + 1]


def _indented(line: str, around: list[str], place: int) -> str:
    """Return the line with the indentation that the nearest line of as much has."""
    depth, rest = _parts(line)
    if depth and rest.strip():
        for near in (*reversed(around[:place]), *around[place:]):
            there, it = _parts(near)
            if there == depth and it.strip():
                return near[: len(near) - len(it)] + rest
    return line
