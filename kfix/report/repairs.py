"""The repairs of a model in words: what was fixed, what would be, and what else may be picked."""

from __future__ import annotations

import click

from kfix.engine.results import ModelResult, Proven
from kfix.model.unknown import Unknown
from kfix.report import style
from kfix.report.layer_table import shown
from kfix.report.rows import count
from kfix.shapes import Trace, show

_APPLIED = {True: "fixed", False: "would fix"}
"""The label of an applied repair, by whether it is written."""
_VERIFIED = {True: "verified by Keras", False: "refused by Keras"}


def repairs(model_result: ModelResult, writes: bool, width: int) -> list[str]:
    """Return the repairs of one model, the one that was made or is the first choice first.

    `writes`: whether the applied repair is written, or only shown.
    """
    lines: list[str] = []
    for number, proven in enumerate(model_result.repairs, 1):
        lines.extend(_repair(model_result, proven, number, writes, width))
    for remark in model_result.remarks:
        lines.extend(style.wrapped(f"  note: {remark}", width, "    "))
    return lines


def fixed(model_result: ModelResult, writes: bool, width: int) -> list[str]:
    """Return the repair that was made alone, for `--quiet`."""
    if model_result.applied is None:
        return []
    return style.wrapped(
        _headline(model_result, model_result.applied, 0, writes), width, "    ", _bold
    )


def _repair(
    model_result: ModelResult, proven: Proven, number: int, writes: bool, width: int
) -> list[str]:
    if proven.advice:
        return style.wrapped(f"  suggestion: {proven.repair.why}", width, "    ", _bold)
    lines = style.wrapped(_headline(model_result, proven, number, writes), width, "    ", _bold)
    if proven is shown(model_result) and proven.repair.why:
        lines.extend(style.wrapped(f"    because {proven.repair.why}", width, "      "))
    for warning in proven.warnings:
        lines.extend(style.wrapped(f"    but {warning}", width, "      "))
    if proven.applied and proven.left:
        left = f"    but {', '.join(proven.left)} is left: see the suggestion"
        lines.extend(style.wrapped(left, width, "      "))
    return lines


def _headline(model_result: ModelResult, proven: Proven, number: int, writes: bool) -> str:
    words = "; ".join(edit.text for edit in proven.edits)
    name = label(model_result, proven, number, writes)
    return f"  {name}: {words} {outcome(model_result.trace, proven)}"


def label(model_result: ModelResult, proven: Proven, number: int, writes: bool) -> str:
    """Return what stands before a repair: what became of it, or the option that picks it."""
    if proven.applied:
        return _APPLIED[writes]
    if model_result.applied is not None or number > 1:
        return f"or --pick {number}"
    return f"--pick {number}"


def _bold(line: str) -> str:
    """Return a line with its label in bold, green where it reports a fix."""
    label, colon, rest = line.partition(":")
    colour = "green" if "fix" in label else None
    return click.style(label + colon, fg=colour, bold=True) + rest


def outcome(before: Trace, proven: Proven) -> str:
    """Return the output shape and the parameters of the repaired model."""
    trace = proven.traces[0]
    said = [", ".join(map(show, trace.outputs)), _parameters(before, trace)]
    if proven.verified is not None:
        said.append(_VERIFIED[proven.verified])
    return f"-> {', '.join(said)}"


def _parameters(before: Trace, after: Trace) -> str:
    """Return how many parameters a repair adds; their count where the model could not build."""
    was, now = before.params, after.params
    if before.refusal is not None or isinstance(was, Unknown) or isinstance(now, Unknown):
        return f"{count(now)} parameters"
    if was == now:
        return "no new parameters"
    return f"{now - was:+,} parameters"
