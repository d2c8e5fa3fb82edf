"""`CompileMetrics` of Keras (`trainers/compile_utils.py`): which metrics are for which output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kfix.model.record import Value
from kfix.model.unknown import Unknown
from kfix.shapes.training.nested import Mismatch, flatten, is_nested, tuples, zipped
from kfix.shapes.training.refusals import NotKnown, Refused
from kfix.shapes.values import listed


class Measured(Value):
    """One metric, and the labels and the output that it compares."""

    argument: str
    metric: Any
    labels: Any
    output: Any


def check_type(argument: str, metrics: object) -> None:
    """Raise `Refused` for metrics of a type that `compile` does not take."""
    if isinstance(metrics, list | tuple | dict | Unknown):
        return
    if metrics:
        shown, advice = "one metric", ""
        if isinstance(metrics, str | int | float):
            shown = repr(metrics)
        if isinstance(metrics, str):
            advice = f"write it in a list: [{shown}]"
        raise Refused(argument, "a list, tuple or dictionary", shown, advice)


def measured(
    argument: str, metrics: Any, names: Sequence[str] | None, labels: Any, outputs: Any
) -> Iterator[Measured]:
    """Yield the metrics one by one, as `CompileMetrics._build_metrics_set` deals them out."""
    if isinstance(metrics, Unknown):
        raise NotKnown
    if not metrics:
        return
    leaves = flatten(outputs)
    if len(leaves) == 1:
        for one in flatten(metrics):
            yield Measured(argument, _present(argument, one), flatten(labels)[0], leaves[0])
        return
    flat = is_nested(outputs) and len(outputs) == len(leaves)
    order = _order(names, outputs)
    rows = _flat(metrics, order, len(leaves))
    if rows is None or not flat:
        yield from _deep(argument, metrics, labels, outputs)
        return
    pairs = zip(rows, _leaves(labels, order), _leaves(outputs, order), strict=False)
    for row, label, output in pairs:
        yield from _listed(argument, row, label, output)


def _order(names: Sequence[str] | None, outputs: Any) -> Sequence[str] | None:
    """Return the names of the outputs: the keys of a dictionary before those of the layers."""
    if isinstance(outputs, dict) and not (names and set(names) == set(outputs)):
        return sorted(outputs)
    return names


def _flat(metrics: Any, names: Sequence[str] | None, count: int) -> list[Any] | None:
    """Return one entry for each output, `None` where the metrics are of another structure."""
    if isinstance(metrics, list | tuple) and len(metrics) == count:
        return list(metrics)
    if names and isinstance(metrics, dict) and set(metrics) <= set(names):
        return [metrics.get(name) for name in names]
    return None


def _leaves(structure: Any, names: Sequence[str] | None) -> list[Any]:
    if isinstance(structure, dict) and names is not None:
        if not set(names) <= set(structure):
            expected = "the keys " + ", ".join(map(repr, names))
            raise Refused("y", expected, "a dictionary of " + ", ".join(map(repr, structure)))
        return [structure[name] for name in names]
    return flatten(structure)


def _deep(argument: str, metrics: Any, labels: Any, outputs: Any) -> Iterator[Measured]:
    """Yield metrics that have the structure of the outputs."""
    count = len(flatten(outputs))
    try:
        rows = list(zipped(tuples(outputs), [tuples(metrics), tuples(labels), tuples(outputs)]))
    except Mismatch:
        raise Refused(argument, f"metrics for {count} outputs", _form(metrics)) from None
    for row, label, output in rows:
        yield from _listed(argument, row, label, output)


def _form(metrics: Any) -> str:
    if isinstance(metrics, dict):
        return "a dictionary of " + ", ".join(map(repr, metrics))
    return f"a list of {len(metrics)}"


def _listed(argument: str, row: Any, labels: Any, output: Any) -> Iterator[Measured]:
    """Yield the metrics of one output: none, one or a list."""
    if row is None:
        return
    for one in listed(row):
        yield Measured(argument, _present(argument, one), labels, output)


def _present(argument: str, metric: Any) -> Any:
    if metric is None:
        raise Refused(argument, "a metric", "None")
    return metric
