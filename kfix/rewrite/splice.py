"""A new text where libcst does not give the old one back as it was."""

from __future__ import annotations

from kfix.rewrite.errors import CannotWrite


def splice(text: str, code: str, new: str) -> str:
    """`new` relates to `code` (what libcst writes for the unchanged tree) as the answer relates to `text`.

    libcst loses a form feed at the start of a file and blank lines at its end.
    Where `code` is `text` the answer is `new`; else the changed lines alone
    are put into `text`. Raises `CannotWrite` if the change touches a line that
    libcst did not give back.
    """
    if code == text:
        return new
    from difflib import SequenceMatcher

    old_lines, text_lines, new_lines = _lines(code), _lines(text), _lines(new)
    places = [-1] * (len(old_lines) + 1)
    for block in SequenceMatcher(None, old_lines, text_lines, autojunk=False).get_matching_blocks():
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
        last = places[end - 1] + 1 if start < end else first
        if min(first, last) < done or last - first != end - start:
            raise CannotWrite("the change touches whitespace that libcst does not keep")
        out += text_lines[done:first]
        out += new_lines[new_start:new_end]
        done = last
    return "".join(out + text_lines[done:])


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
