"""The table of `--summary`, drawn as Keras draws it.

Keras has rich draw a table of a fixed width; its length and the shares of the columns are those
of `print_summary` in Keras's `utils/summary_utils.py`. Where all of it fits into the terminal,
every cell is shown whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

_SHARES = {3: (0.45, 0.80, 1.0), 4: (0.30, 0.56, 0.74, 1.0)}
"""Where each column ends, as a share of the line, by the number of columns."""

_NARROWEST = 4
_NUMBERS = 2
"""The column that is aligned to the right."""


def table(head: Sequence[str], body: Sequence[Sequence[str]], columns: int) -> list[str]:
    """Return the lines of a table for a terminal of so many columns."""
    widths = _widths(head, body, columns)

    def rule(left: str, fill: str, middle: str, right: str) -> str:
        return left + middle.join(fill * (width + 2) for width in widths) + right

    lines = [rule("┏", "━", "┳", "┓"), *_row(head, widths, "┃", True), rule("┡", "━", "╇", "┩")]
    for number, cells in enumerate(body):
        if number:
            lines.append(rule("├", "─", "┼", "┤"))
        lines.extend(_row(cells, widths, "│"))
    lines.append(rule("└", "─", "┴", "┘"))
    return lines


def _widths(head: Sequence[str], body: Sequence[Sequence[str]], columns: int) -> list[int]:
    """Return the width of each column: of its longest cell, or as Keras shares out the line."""
    whole = [max(map(len, cells)) for cells in zip(head, *body, strict=True)]
    borders = 3 * len(head) + 1
    if sum(whole) + borders <= columns:
        return whole
    line = columns - 4
    ends = [int(share * line) for share in _SHARES[len(head)]]
    starts = [0, *ends[:-1]]
    widths = [max(end - start, _NARROWEST) for start, end in zip(starts, ends, strict=True)]
    excess = sum(widths) + borders - line
    for place, width in enumerate(widths):  # rich takes what is too much from all of them
        share = round(excess / (len(widths) - place))
        widths[place] = max(1, width - share)
        excess -= share
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], bar: str, is_head: bool = False) -> list[str]:
    """Return the lines of one row, each cell broken between its words.

    The cells of the head end on the same line.
    """
    broken = [_broken(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, broken))
    if is_head:
        broken = [[""] * (height - len(lines)) + lines for lines in broken]
    lines: list[str] = []
    for texts in zip_longest(*broken, fillvalue=""):
        padded = [f"{text:<{width}}" for text, width in zip(texts, widths, strict=True)]
        padded[_NUMBERS] = f"{texts[_NUMBERS]:>{widths[_NUMBERS]}}"
        lines.append(f"{bar} " + f" {bar} ".join(padded) + f" {bar}")
    return lines


def _broken(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width`; a word that is longer ends with `…`."""
    lines = [""]
    for word in re.findall(r"\s*\S+\s*", text):
        if lines[-1] and len(lines[-1]) + len(word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    shown = [line.rstrip() for line in lines]
    return [line if len(line) <= width else f"{line[: width - 1]}…" for line in shown]
