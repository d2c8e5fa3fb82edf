"""`--why`: what kfix cannot infer of each model, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.engine.results import FileResult, ModelResult
from kfix.model.unknown import Unknown
from kfix.report import style
from kfix.report.rows import is_refused, rows, why
from kfix.shapes import show


def reasons(results: Sequence[FileResult], width: int = 80) -> str:
    """Return each layer of unknown shape with its reasons and their places, the nearest first.

    No line is wider than `width`, but for a place, which stays whole.

    A reason is not repeated for later layers of the same model. The limits that were hit come last.
    """
    lines: list[str] = []
    for result in results:
        lines.extend(line for model_result in result.models for line in _model(model_result))
        lines.extend(
            f"{place or result.path}: limit reached: {why}" for why, place in result.limits
        )
    return "".join(f"{part}\n" for line in lines for part in _fitted(line, width))


def _fitted(line: str, width: int) -> list[str]:
    """Return a line in parts that are as wide as they may be, those behind the first indented."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return style.wrapped(line, width, indent)


def _model(model_result: ModelResult) -> Iterator[str]:
    seen: set[str] = set()
    first = True
    for row in rows(model_result.trace):
        unknown = why(row.traced)
        if unknown is None or is_refused(row.traced):
            continue
        text = unknown.reasons()
        if text in seen:
            continue
        seen.add(text)
        if first:
            yield f"{model_result.place}: `{model_result.model.qualified}`"
            first = False
        where = ""
        if (place := model_result.places.get(row.node.layer.site)) is not None:
            where = f" ({place.seen_from(model_result.place.path)})"
        yield f"  {row.cls}{where}: output shape {show(row.traced.outputs)}"
        yield from _chain(model_result, unknown)


def _chain(model_result: ModelResult, unknown: Unknown) -> Iterator[str]:
    because = ""
    for link in unknown.chain():
        line = f"    {because}{link.why}"
        if link.site is not None and link.site in model_result.places:
            line += f"  {model_result.places[link.site]}"
        yield line
        because = "because "
