"""`--summary`: what Keras's own `model.summary()` would print, without running anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kfix.model import Unknown
from kfix.report.rows import rows, why
from kfix.results import FileResult, ModelResult
from kfix.shapes import Trace, show


def summary(results: Sequence[FileResult]) -> str:
    """The summaries of every model, each with a line that says where it is."""
    texts = []
    for result in results:
        names: dict[str, int] = {}
        for told in result.models:
            texts.append(_model(told, names))
    return "\n".join(texts)


def _auto_name(cls: str, names: dict[str, int]) -> str:
    """The name that Keras makes up for a layer: `conv2d`, then `conv2d_1`, …"""
    text = re.sub(r"\W+", "", cls) or "unknown"
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", text)
    text = re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()
    number = names.get(text, 0)
    names[text] = number + 1
    return f"{text}_{number}" if number else text


def _table(trace: Trace, names: dict[str, int]) -> tuple[list[tuple[str, str, str]], list[str]]:
    body: list[tuple[str, str, str]] = []
    reasons: list[str] = []
    for row in rows(trace):
        traced = row.traced
        name = row.node.layer.name or _auto_name(row.cls, names)
        shape = {"refused": "refused", "after-refusal": "-"}.get(traced.status) or show(traced.outputs)
        params = "?" if isinstance(traced.params, Unknown) else f"{traced.params:,}"
        body.append((f"{name} ({row.cls})", shape, params))
        unknown = why(traced)
        if unknown is not None and traced.status not in ("refused", "after-refusal"):
            reason = f"? {name}: {unknown.reasons()}"
            if not reasons or reasons[-1].split(": ", 1)[1] != unknown.reasons():
                reasons.append(reason)
        if traced.finding is not None:
            reasons.append(f"! {name}: {traced.finding.message}")
    return body, reasons


def _model(told: ModelResult, names: dict[str, int]) -> str:
    trace = told.trace
    body, reasons = _table(trace, names)
    head = ("Layer (type)", "Output Shape", "Param #")
    widths = [max(len(cells[i]) for cells in [head, *body]) + 2 for i in range(3)]

    def line(left: str, fill: str, middle: str, right: str) -> str:
        return left + middle.join(fill * width for width in widths) + right

    def cells(row: tuple[str, str, str], bar: str) -> str:
        first, second, third = row
        return f"{bar} {first:<{widths[0] - 1}}{bar} {second:<{widths[1] - 1}}{bar}{third:>{widths[2] - 1}} {bar}"

    lines = [f'Model: "{told.model.qualified}"  ({told.place}, input {", ".join(map(show, trace.inputs))})']
    lines.append(line("┏", "━", "┳", "┓"))
    lines.append(cells(head, "┃"))
    lines.append(line("┡", "━", "╇", "┩"))
    for number, row in enumerate(body):
        if number:
            lines.append(line("├", "─", "┼", "┤"))
        lines.append(cells(row, "│"))
    lines.append(line("└", "─", "┴", "┘"))
    params = trace.params
    total = "?" if isinstance(params, Unknown) else f"{params:,} ({_size(params * 4)})"
    lines.append(f" Total params: {total}")
    lines.extend(f" {reason}" for reason in reasons)
    return "\n".join(lines) + "\n"


def _size(count: int) -> str:
    """Bytes as Keras prints them."""
    if not count:
        return "0.00 B"
    units = ["B", "KB", "MB", "GB", "TB", "PB"]
    power = 0
    size = float(count)
    while size >= 1024 and power < len(units) - 1:
        size /= 1024
        power += 1
    return f"{size:.2f} {units[power]}"
