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


def breaks(gap: Gap) -> bool:
    """Does the line end in this gap?"""
    return isinstance(gap, cst.ParenthesizedWhitespace)


def bare(gap: Gap) -> Gap:
    """The gap without its comments and blank lines: the same line break and indentation."""
    if not isinstance(gap, cst.ParenthesizedWhitespace):
        return gap
    return gap.with_changes(first_line=plain_end(gap.first_line), empty_lines=[])


def plain_end(line: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    """The end of a line without the comment."""
    return cst.TrailingWhitespace(newline=line.newline)


def comment_of(gap: Gap) -> cst.TrailingWhitespace | None:
    """The end of the line in front, if a comment stands on it."""
    if isinstance(gap, cst.ParenthesizedWhitespace) and gap.first_line.comment is not None:
        return gap.first_line
    return None


def lines_of(gap: Gap) -> Sequence[cst.EmptyLine]:
    """The blank and comment lines of the gap."""
    return gap.empty_lines if isinstance(gap, cst.ParenthesizedWhitespace) else ()


def has_comment(gap: Gap) -> bool:
    """Is any comment in the gap?"""
    return comment_of(gap) is not None or any(line.comment is not None for line in lines_of(gap))


def split_lines(lines: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """The lines up to the last blank one, and the comment lines that stand directly above what follows."""
    at = len(lines)
    while at and lines[at - 1].comment is not None:
        at -= 1
    return list(lines[:at]), list(lines[at:])


def left_behind(
    above: Sequence[cst.EmptyLine], below: Sequence[cst.EmptyLine], last: bool
) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """What stays of the lines above and below a thing that is taken away.

    Comment lines directly above it go with it only when they are clearly its
    own: what follows begins with a line of its own, or nothing follows. A
    comment that looks like code that was switched off stays always. Two blank
    stretches that would meet become one.
    """
    before, own = split_lines(above)
    clearly = bool(own) and (last or bool(below)) and not any(_is_code(line) for line in own)
    kept = before if clearly else [*before, *own]
    below = list(below)
    if kept and below and kept[-1].comment is None and below[0].comment is None:
        while kept and kept[-1].comment is None:
            kept.pop()
    return kept, below


def _is_code(line: cst.EmptyLine) -> bool:
    return line.comment is not None and line.comment.value.rstrip().endswith((",", ")", "]", "("))
