"""Comments that tell kfix something: `# kfix: target=10`, `# kfix: input=28,28,1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kfix.model.graph import Directive, Model, Shape
from kfix.model.site import Place, Site
from kfix.source.syntax.document import Unit
from kfix.source.syntax.lines import split_lines, without_end

MARK = "kfix:"
IGNORE = re.compile(r"ignore\b(?=\s*(\[|$))")
MAGIC = re.compile(r"pass  #kfix:(\d+)#")
"""What stands for the magic of that number in the text of a cell."""
_EQUALS = re.compile(r"\s*=\s*")


def directives(
    unit: Unit, models: Sequence[Model], place: Callable[[Site], Place]
) -> list[Directive]:
    """The directives of a unit, each with the model on whose definition's line, or above it, the comment stands."""
    if MARK not in unit.text:
        return []
    lines = [without_end(line) for line in split_lines(unit.text)]
    defined: dict[int, list[Model]] = {}
    for model in models:
        if (model.site.path, model.site.cell) == (unit.path, unit.cell):
            at = place(model.site)
            defined.setdefault(at.line, []).append(model)
    found: list[Directive] = []
    following = _followed(lines)
    for number, line in enumerate(lines, 1):
        before, sharp, comment = line.partition("#")
        mark, _, rest = comment.strip().partition(":")
        if not sharp or mark.strip() != "kfix" or MAGIC.search(line):
            continue
        pairs = [pair.partition("=") for pair in _pairs(rest)]
        below = number if before.strip() else following[number - 1]
        owners = defined.get(below) or [None]  # type: ignore[list-item]
        for key, equals, value in pairs:
            if not equals and IGNORE.match(key):
                continue  # it keeps findings quiet: see `kfix.engine.suppressions`
            found.extend(
                Directive(
                    key.strip(),
                    value.strip(),
                    owner.site if owner is not None else unit.site(unit.module),
                    owner.uid if owner is not None else None,
                    number,
                )
                for owner in owners
            )
    return found


def _followed(lines: list[str]) -> list[int]:
    """For each line the number of the next that is more than a comment, itself if it is; else that of the last."""
    below = [len(lines)] * len(lines)
    for index in reversed(range(len(lines) - 1)):
        told = lines[index].lstrip()
        below[index] = below[index + 1] if not told or told.startswith("#") else index + 1
    return below


def _pairs(rest: str) -> list[str]:
    """`target=(None, 10) input=28,28,1` in pieces: a new one begins at each word with an equals sign."""
    pieces: list[str] = []
    for word in _EQUALS.sub("=", rest).split():
        if "=" in word or not pieces:
            pieces.append(word)
        else:
            pieces[-1] += " " + word
    return pieces


def input_shape(text: str) -> Shape | None:
    """`28,28,1` without the batch, `(None, 28, 28, 1)` with it, `None` for what is no shape."""
    with_batch = text.startswith("(")
    dims: list[int | None] = []
    for word in text.strip("()").split(","):
        word = word.strip().lower()
        if word == "none":
            dims.append(None)
        elif word.isascii() and word.isdigit() and len(word) < 10:
            dims.append(int(word))
        elif word:
            return None
    if not dims:
        return None
    if with_batch:
        return tuple(dims)
    return (None, *dims)
