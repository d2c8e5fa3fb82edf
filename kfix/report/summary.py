"""`--summary`: what Keras's own `model.summary()` would print, without running anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.engine.results import FileResult, ModelResult
from kfix.model.graph import Layer
from kfix.model.unknown import Unknown
from kfix.report import style
from kfix.report.connections import all_rows, connections, is_chain
from kfix.report.naming import Names
from kfix.report.rows import count, is_refused, output_of, rows, why
from kfix.report.sentences import message
from kfix.report.summary_table import table
from kfix.shapes import Trace, show

WIDE = 10_000
"""Columns of a page on which nothing is shortened."""

HEAD = ("Layer (type)", "Output Shape", "Param #", "Connected to")


def summary(results: Sequence[FileResult], columns: int = WIDE) -> str:
    """Return the summary of every model, each with a line that says where it is.

    The tables are made for a terminal of so many columns.
    """
    texts: list[str] = []
    for result in results:
        names = Names(model for model_result in result.models for model in model_result.models)
        texts.extend(
            _model(model_result, names, result.policy, columns) for model_result in result.models
        )
    return "\n".join(texts)


def _table(trace: Trace, names: Names) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the cells of all rows, the head first, and the lines below."""
    fed: dict[int, tuple[str, ...]] = {}
    shown = rows(trace)
    if trace.model.is_functional:
        shown = all_rows(trace)
        if not is_chain(trace.model):
            fed = {uid: (cell,) for uid, cell in connections(trace.model, names).items()}
    body: list[tuple[str, ...]] = [HEAD[: 3 + bool(fed)]]
    reasons: list[str] = []
    for row in shown:
        traced = row.traced
        name = names.of(row.node.layer)
        cells = (f"{name} ({row.cls})", output_of(traced), count(traced.params))
        body.append((*cells, *fed.get(row.node.layer.uid, ())))
        unknown = why(traced)
        if unknown is not None and not is_refused(traced):
            reason = f"? {name}: {unknown.reasons()}"
            if not reasons or reasons[-1].split(": ", 1)[1] != unknown.reasons():
                reasons.append(reason)
        if traced.finding is not None:
            reasons.append(f"! {name}: {message(traced.finding)}")
    return body, reasons


def _model(
    model_result: ModelResult, names: Names, policy: str | Unknown | None, columns: int
) -> str:
    """Return the summary of one model, for a terminal of so many columns."""
    trace = model_result.trace.listed
    (head, *body), reasons = _table(trace, names)
    inputs = ", ".join(map(show, trace.inputs))
    where = f"`{model_result.model.qualified}` at {model_result.place}, input {inputs}"
    headline = f'Model: "{names.of(model_result.model)}"  ({where})'
    lines = style.wrapped(headline, columns, "    ")
    lines.extend(table(head, body, columns))
    params, trained = trace.params, trace.trained_alone
    size, size_trained = _bytes(trace, policy)
    if trace.trainable is False:
        size_trained = 0
    lines.append(f" Total params: {_sized(params, size)}")
    lines.append(f" Trainable params: {_sized(trained, size_trained)}")
    lines.append(f" Non-trainable params: {_sized(params - trained, size - size_trained)}")
    if isinstance(trained, Unknown) and not isinstance(params, Unknown):
        reasons.append(f"? trainable: {trained.reasons()}")
    for reason in reasons:
        lines.extend(style.wrapped(f" {reason}", columns, "   "))
    return "\n".join(lines) + "\n"


def _sized(params: int | Unknown, size: int | Unknown) -> str:
    if isinstance(params, Unknown) or isinstance(size, Unknown):
        return count(params)
    return f"{params:,} ({_size(size)})"


_WIDTHS = {"float16": 2, "bfloat16": 2, "float64": 8}
"""Bytes per element by `dtype=` of a layer or the dtype policy; else 4, with `mixed_…` too."""


def _bytes(trace: Trace, policy: str | Unknown | None) -> tuple[int | Unknown, int | Unknown]:
    """Return the bytes of all weights, and of those that are trained."""
    own = trace.model
    size: int | Unknown = 4 * own.weights
    trained: int | Unknown = 4 * own.trained
    # Keras counts the weights of a shared layer once.
    for row in {row.node.layer.uid: row for row in rows(trace)}.values():
        traced = row.traced
        if traced.inner is not None:
            inside = _bytes(traced.inner, policy)
        else:
            width = _width(row.node.layer, policy)
            inside = width * traced.params, width * traced.trained
            if row.cls == "Normalization" and traced.params != 0:
                inside = inside[0] + 4, inside[1]  # its `count` is an int64
        size, trained = size + inside[0], trained + inside[1]
    return size, trained


def _width(layer: Layer, policy: str | Unknown | None) -> int | Unknown:
    given = layer.argument("dtype")
    said: Any = policy
    if given is not None and given.value is not None:
        said = given.value
    if isinstance(said, Unknown):
        return said
    return _WIDTHS.get(str(said).rpartition(".")[2], 4)


def _size(number: int) -> str:
    """Return a number of bytes as Keras prints it."""
    if not number:
        return "0.00 B"
    units = ["B", "KB", "MB", "GB", "TB", "PB"]
    power = 0
    size = float(number)
    while size >= 1024 and power < len(units) - 1:
        size /= 1024
        power += 1
    return f"{size:.2f} {units[power]}"
