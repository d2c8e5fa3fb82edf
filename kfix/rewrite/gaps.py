"""The whitespace and comments between the items of a bracket.

A gap is libcst's whitespace node: simple (on one line) or parenthesized (it
breaks the line). A comment behind an item on its line belongs to that item,
comment lines directly above an item to the one below them.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

Gap = cst.BaseParenthesizableWhitespace

NOTHING = cst.SimpleWhitespace("")
SPACE = cst.SimpleWhitespace(" ")


def is_nothing(gap: Gap) -> bool:
    """Return whether the gap is empty."""
    return isinstance(gap, cst.SimpleWhitespace) and gap.value == ""


def breaks(gap: Gap) -> bool:
    """Return whether the line ends in this gap."""
    return isinstance(gap, cst.ParenthesizedWhitespace)


def bare(gap: Gap) -> Gap:
    """Return the gap without its comments and blank lines: the same line break and indentation."""
    if not isinstance(gap, cst.ParenthesizedWhitespace):
        return gap
    return gap.with_changes(first_line=plain_end(gap.first_line), empty_lines=[])


def plain_end(line: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    """Return the end of a line without the comment."""
    return cst.TrailingWhitespace(newline=line.newline)


def comment_of(gap: Gap) -> cst.TrailingWhitespace | None:
    """Return the end of the line in front, if a comment stands on it."""
    match gap:
        case cst.ParenthesizedWhitespace(first_line=cst.TrailingWhitespace(comment=cst.Comment())):
            return gap.first_line
    return None


def lines_of(gap: Gap) -> Sequence[cst.EmptyLine]:
    """Return the blank and comment lines of the gap."""
    if isinstance(gap, cst.ParenthesizedWhitespace):
        return gap.empty_lines
    return ()


def has_comment(gap: Gap) -> bool:
    """Return whether any comment is in the gap."""
    return comment_of(gap) is not None or any(line.comment is not None for line in lines_of(gap))


def split_lines(lines: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """Return the lines up to the last blank one, and the comment lines that stand directly above
    what follows.
    """
    at = len(lines)
    while at and lines[at - 1].comment is not None:
        at -= 1
    return list(lines[:at]), list(lines[at:])


def left_behind(
    above: Sequence[cst.EmptyLine], below: Sequence[cst.EmptyLine], last: bool
) -> list[cst.EmptyLine]:
    """Return what stays of the lines above and below a thing that is taken away.

    Comment lines directly above it go with it only when they are clearly its
    own: what follows begins with a line of its own, or nothing follows. A
    comment that looks like code that was switched off stays always. Two blank
    stretches that would meet become one.
    """
    before, own = split_lines(above)
    if any(map(_is_code, own)) or not (last or below):
        before = [*before, *own]
    if below and below[0].comment is None:
        before = without_blank_end(before)
    return [*before, *below]


def without_blank_end(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines up to the last comment."""
    kept = list(lines)
    while kept and kept[-1].comment is None:
        kept.pop()
    return kept


def _is_code(line: cst.EmptyLine) -> bool:
    """Return whether a comment looks like code that was switched off."""
    return line.comment is not None and line.comment.value.rstrip().endswith((",", ")", "]", "("))
