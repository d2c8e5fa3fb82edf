"""Comments that say what a model gives: `# should be (batch_size, 10)`, `# -> (None, 28, 28, 1)`,
`# 10 classes`.

Only those count that stand on the last layer, on the call that makes the model, or alone above one
of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from kfix.model.graph import Model
from kfix.model.program import Remark
from kfix.model.site import Place, Site
from kfix.source.syntax.directives import MARK
from kfix.source.syntax.document import Unit
from kfix.source.syntax.lines import split_lines, without_end

Said = tuple[str, bool]
"""The dims that a comment states, and whether it says that they are those of the output."""

_BATCH = r"none|batch(?:[_ ]?size)?|bs|b|n|\?"
_SHAPE = re.compile(rf"\(\s*(?:{_BATCH})\s*,([^()]*)\)", re.IGNORECASE)
_DIM = re.compile(r"\d{1,8}|none|\?", re.IGNORECASE)
_SAYS_SO = re.compile(
    r"\b(should|must|intended|expected|desired|want(?:s|ed)?|outputs?|gives?|returns?)\b|->|=>|→",
    re.IGNORECASE,
)
_INPUT = re.compile(r"\binputs?\b", re.IGNORECASE)
_CLASSES = re.compile(r"\b([1-9]\d{0,5})[ -](?:\w+ )?(?:classes|categories)\b", re.IGNORECASE)


def remarks(
    unit: Unit, models: Sequence[Model], place: Callable[[Site], Place]
) -> Iterator[Remark]:
    """Yield what the comments of a unit say of models with one output."""
    if "#" not in unit.text:
        return
    lines = [without_end(line) for line in split_lines(unit.text)]
    if not any(_read_all(map(_comment, lines))):
        return  # to ask for places costs a layout of the statements
    own = (model for model in models if unit.holds(model.site))
    for model in own:
        if len(model.outputs) == 1:
            yield from islice(_of_model(unit, lines, model, place), 1)


def _of_model(
    unit: Unit, lines: Sequence[str], model: Model, place: Callable[[Site], Place]
) -> Iterator[Remark]:
    """Yield what the comments at the last layer of a model say of it, then those at its call."""
    last = [node.site for node in model.nodes if node.id == model.outputs[0].node]
    for site in filter(unit.holds, (*last[:1], model.site)):
        at = place(site)
        numbers = range(at.line, at.end_line + 1)
        if site == model.site:  # what stands in between is said of its layers
            numbers = range(at.line, at.end_line + 1, max(1, at.end_line - at.line))
        # Where layers are added later, it is said of what goes in, perhaps.
        later = site == model.site and any(place(one).line > at.end_line for one in last)
        for dims, says_so in _said(lines, at, numbers):
            if says_so or not later:
                yield Remark(model.uid, dims, site, says_so)


def _said(lines: Sequence[str], at: Place, numbers: Iterable[int]) -> Iterator[Said]:
    """Yield what the comments on lines of a place say, then what the one above it does."""
    yield from _read_all(
        _comment(line) for number in numbers for line in lines[number - 1 : number]
    )
    above = "".join(lines[at.line - 2 : at.line - 1]).strip()
    if above.startswith("#"):
        yield from _read_all([above])


def _comment(line: str) -> str:
    """Return the comment of a line, "" where that is for kfix itself."""
    if MARK in line:
        return ""
    return line.partition("#")[2]


def _read_all(comments: Iterable[str]) -> Iterator[Said]:
    """Yield what those of the comments say that say something."""
    return filter(None, map(_read, comments))


def _read(text: str) -> Said | None:
    """Return what a comment says of an output, `None` where it states no dims of one."""
    if _INPUT.search(text):
        said = _SAYS_SO.search(text)
        if said is None:
            return None
        text = text[said.start() :]
    shape = _SHAPE.search(text)
    if shape is not None:
        return _dims_of(text, shape.group(1))
    classes = _CLASSES.search(text)
    if classes is None:
        return None
    return classes.group(1), False


def _dims_of(text: str, shape: str) -> Said | None:
    """Return the dims of a shape in a comment, `None` where one of them is not a dim."""
    dims = list(filter(None, map(str.strip, shape.split(","))))
    if not dims or not all(map(_DIM.fullmatch, dims)):
        return None
    return ",".join(dims), _SAYS_SO.search(text) is not None
