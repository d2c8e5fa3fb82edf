"""Comments that say what a model gives: `# should be (batch_size, 10)`, `# -> (None, 28, 28, 1)`, `# 10 classes`.

Only those count that stand on the last layer, on the call that makes the model, or alone above one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from kfix.model.graph import Model, Remark
from kfix.model.site import Place, Site
from kfix.source.syntax.document import Unit
from kfix.source.syntax.lines import split_lines, without_end

_BATCH = r"none|batch(?:[_ ]?size)?|bs|b|n|\?"
_SHAPE = re.compile(rf"\(\s*(?:{_BATCH})\s*,([^()]*)\)", re.IGNORECASE)
_DIM = re.compile(r"\d{1,8}|none|\?", re.IGNORECASE)
_SAYS_SO = re.compile(
    r"\b(should|must|intended|expected|desired|want(?:s|ed)?|outputs?|gives?|returns?)\b|->|=>|→",
    re.IGNORECASE,
)
_CLASSES = re.compile(r"\b([1-9]\d{0,5})[ -](?:\w+ )?(?:classes|categories)\b", re.IGNORECASE)


def remarks(
    unit: Unit, models: Sequence[Model], place: Callable[[Site], Place]
) -> Iterator[Remark]:
    """Yield what the comments of a unit say of models with one output."""
    if "#" not in unit.text:
        return
    lines = [without_end(line) for line in split_lines(unit.text)]
    for model in models:
        if len(model.outputs) != 1 or (model.site.path, model.site.cell) != (unit.path, unit.cell):
            continue
        last = next((node for node in model.nodes if node.id == model.outputs[0].node), None)
        for site in (last.site if last is not None else None, model.site):
            if site is None or (site.path, site.cell) != (unit.path, unit.cell):
                continue
            found = _said(lines, place(site))
            if found is not None:
                yield Remark(model.uid, found[0], site, found[1])
                break


def _said(lines: Sequence[str], at: Place) -> tuple[str, bool] | None:
    """Return the dims told by the comments on the lines of a place, or by the one above it."""
    above = ""
    if at.line > 1:
        above = lines[at.line - 2].strip()
    texts = [_comment(line) for line in lines[at.line - 1 : at.end_line]]
    if above.startswith("#"):
        texts.append(above)
    for text in texts:
        found = _read(text)
        if found is not None:
            return found
    return None


def _comment(line: str) -> str:
    return line.partition("#")[2] if "kfix:" not in line else ""


def _read(text: str) -> tuple[str, bool] | None:
    """Return the dims that a comment tells, and whether it says that they are those of the output."""
    shape = _SHAPE.search(text)
    if shape is not None:
        dims = [dim.strip() for dim in shape.group(1).split(",") if dim.strip()]
        if dims and all(_DIM.fullmatch(dim) for dim in dims):
            return ",".join(dims), _SAYS_SO.search(text) is not None
        return None
    classes = _CLASSES.search(text)
    return (classes.group(1), False) if classes is not None else None
