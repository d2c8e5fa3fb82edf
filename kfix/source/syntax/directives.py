"""Comments with directives for kfix: `# kfix: target=10`, `# kfix: input=28,28,1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from kfix.model.graph import Model, Shape
from kfix.model.program import Directive
from kfix.model.site import Place, Site
from kfix.source.syntax.document import Unit
from kfix.source.syntax.lines import split_lines, without_end

MARK = "kfix:"
IGNORE = re.compile(r"ignore\b(?=\s*(\[|$))")
MAGIC = re.compile(r"pass  #kfix:(\d+)#")
"""What stands for the magic of that number in the text of a cell."""
Owner = tuple[Site, int | None]
"""What a directive is for: the place and the number of a model, or a unit without a number."""

_DIM = re.compile(r"[0-9]{1,9}|none", re.IGNORECASE)
_EQUALS = re.compile(r"\s*=\s*")


def directives(
    unit: Unit, models: Sequence[Model], place: Callable[[Site], Place]
) -> list[Directive]:
    """Return the directives of a unit, each with the model on whose definition's line, or above it,
    it stands.
    """
    if MARK not in unit.text:
        return []
    lines = list(map(without_end, split_lines(unit.text)))
    defined: dict[int, list[Owner]] = {}
    for model in models:
        if unit.holds(model.site):
            defined.setdefault(place(model.site).line, []).append((model.site, model.uid))
    found: list[Directive] = []
    for number, (line, below) in enumerate(zip(lines, _code_at(lines), strict=True), 1):
        for key, value in _stated(line):
            owners = defined.get(below) or [(unit.site(unit.module), None)]
            found.extend(Directive(key, value, site, uid, number) for site, uid in owners)
    return found


def _stated(line: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of the comment of a line, where that is a directive."""
    mark, _, rest = line.partition("#")[2].strip().partition(":")
    if mark.strip() != "kfix" or MAGIC.search(line):
        return
    for key, equals, value in [pair.partition("=") for pair in _pairs(rest)]:
        if equals or not IGNORE.match(key):  # that keeps findings quiet: see `engine.suppressions`
            yield key.strip(), value.strip()


def _code_at(lines: list[str]) -> list[int]:
    """Return for each line its number where it has code, else that of the next such or the last."""
    numbers: list[int] = []
    for number, line in enumerate(lines, 1):
        code = line.partition("#")[0].strip()
        if code or number == len(lines):  # the lines before it that have none come to it
            numbers += [number] * (number - len(numbers))
    return numbers


def _pairs(rest: str) -> list[str]:
    """Return `target=(None, 10) input=28,28,1` in pieces: a new one begins at each word with an
    equals sign.
    """
    pieces: list[str] = []
    for word in _EQUALS.sub("=", rest).split():
        if "=" in word or not pieces:
            pieces.append(word)
        else:
            pieces[-1] += " " + word
    return pieces


def input_shape(text: str) -> Shape | None:
    """Return the shape of `28,28,1`, or with the batch `(None, 28, 28, 1)`; `None` for no shape."""
    with_batch = text.startswith("(")
    words = list(filter(None, map(str.strip, text.strip("()").split(","))))
    if not words or not all(map(_DIM.fullmatch, words)):
        return None
    dims = tuple(map(_dim, words))
    if with_batch:
        return dims
    return (None, *dims)


def _dim(word: str) -> int | None:
    """Return a dim as it is written in a directive."""
    if word.lower() == "none":
        return None
    return int(word)
