"""Comments that tell kfix something: `# kfix: target=10`, `# kfix: input=28,28,1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

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
    """Return the directives of a unit, each with the model on whose definition's line, or above it, it stands."""
    if MARK not in unit.text:
        return []
    lines = [without_end(line) for line in split_lines(unit.text)]
    defined: dict[int, list[Model]] = {}
    for model in models:
        if (model.site.path, model.site.cell) == (unit.path, unit.cell):
            defined.setdefault(place(model.site).line, []).append(model)
    found: list[Directive] = []
    following = _followed(lines)
    for number, line in enumerate(lines, 1):
        before, _, comment = line.partition("#")
        below = number if before.strip() else following[number - 1]
        for key, value in _told(line, comment):
            if below not in defined:
                found.append(Directive(key, value, unit.site(unit.module), None, number))
            for model in defined.get(below, ()):
                found.append(Directive(key, value, model.site, model.uid, number))
    return found


def _told(line: str, comment: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of a comment that is a directive."""
    mark, _, rest = comment.strip().partition(":")
    if mark.strip() != "kfix" or MAGIC.search(line):
        return
    for key, equals, value in [pair.partition("=") for pair in _pairs(rest)]:
        if equals or not IGNORE.match(key):  # that keeps findings quiet: see `engine.suppressions`
            yield key.strip(), value.strip()


def _followed(lines: list[str]) -> list[int]:
    """Return for each line the number of the next that is more than a comment, itself if it is; else of the last."""
    below = [len(lines)] * len(lines)
    for index in reversed(range(len(lines) - 1)):
        text = lines[index].lstrip()
        is_code = text and not text.startswith("#")
        below[index] = index + 1 if is_code else below[index + 1]
    return below


def _pairs(rest: str) -> list[str]:
    """Return `target=(None, 10) input=28,28,1` in pieces: a new one begins at each word with an equals sign."""
    pieces: list[str] = []
    for word in _EQUALS.sub("=", rest).split():
        if "=" in word or not pieces:
            pieces.append(word)
        else:
            pieces[-1] += " " + word
    return pieces


def input_shape(text: str) -> Shape | None:
    """Return the shape of `28,28,1`, without the batch, or `(None, 28, 28, 1)`, with it; `None` for what is no shape."""
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
