"""The report for people: headlines, the table of layers, the edit in words."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kfix.engine.diagnosis import met
from kfix.engine.results import FileResult, Found, ModelResult, Proven
from kfix.model.unknown import Unknown
from kfix.report import style
from kfix.report.beside import beside
from kfix.report.rows import Row
from kfix.shapes import Trace, show


def headline(found: Found) -> str:
    """`path:line:col CODE message`."""
    finding = found.finding
    hint = f" ({finding.hint})" if finding.hint and finding.hint not in finding.message else ""
    return f"{found.place} {style.severity(finding.code, finding.severity)} {finding.message}{hint}"


def findings(result: FileResult, quiet: bool = False, writes: bool = True) -> str:
    """Everything to be said of one file, without the diff; `writes`: the repairs are made, not only shown."""
    said: set[tuple[object, ...]] = set()
    blocks = [
        "\n".join(lines) for told in result.models if (lines := model(told, said, quiet, writes))
    ]
    notes = "" if quiet else "".join(f"{result.path}: {note}\n" for note in result.notes)
    return notes + ("\n\n".join(blocks) + "\n" if blocks else "")


def model(
    told: ModelResult, said: set[tuple[object, ...]], quiet: bool = False, writes: bool = True
) -> list[str]:
    """The lines about one model; `said` are the headlines that were printed already."""
    lines = []
    for found in told.findings:
        key = (found.place, found.finding.code, found.finding.message)
        if key not in said:
            said.add(key)
            lines.append(headline(found))
    declared = told.target is not None and told.target.weight == "declared"
    as_wanted = declared and met(told.traces, told.wanted)
    wrong = any(found.finding.fails for found in told.findings) or (declared and not as_wanted)
    if ((lines and wrong) or told.repairs) and not quiet:
        lines.append(table(told))
        lines.extend(_repairs(told, writes))
    elif as_wanted and not quiet:
        gives = ", ".join(map(show, told.trace.outputs))
        lines.append(f"{told.place} `{told.model.name}` gives {gives}, as wanted")
    return lines


def table(told: ModelResult) -> str:
    """The layers with their output shapes, the place of a fault marked; beside them what the repair makes of it."""
    shown = _shown(told)
    pairs = beside(told.trace, shown.traces[0] if shown is not None else None)
    marks = _marks(told, [pair.before for pair in pairs if pair.before is not None])
    number = -1
    body = []
    for pair in pairs:
        row = pair.before or pair.after
        assert row is not None
        after = "" if pair.after is None else _output(pair.after)
        if pair.before is None:
            body.append(("+", "", row.cls, "", "", after))
            continue
        number += 1
        place = told.places.get(row.node.layer.site)
        line = "" if place is None else str(place.line)
        shape, mark = _output(row), marks.get(number, "")
        params = _count(row.traced.params) if shape not in ("refused", "-") else ""
        gone = shown is not None and pair.after is None
        body.append((mark or ("-" if gone else ""), line, row.cls, shape, params, after))
    last = "" if shown is None else "after the repair"
    cells = [("", "line", "layer", "output shape", "params", last), *body]
    widths = [max(len(one[i]) for one in cells) for i in range(1, 6)]
    lines = []
    for mark, line, cls, shape, params, after in cells:
        sign = mark if mark in ("+", "-") else ">" if mark else " "
        arrow = (
            click.style(sign, fg={"+": "green", ">": "red", "-": "red"}[sign], bold=True)
            if mark
            else " "
        )
        text = f"  {arrow} {line:>{widths[0]}}  {cls:<{widths[1]}}  {shape:<{widths[2]}}  {params:>{max(widths[3], 10)}}"
        text += f"  {after:<{widths[4]}}" if shown is not None else ""
        code = mark if sign == ">" else ""
        lines.append(text.rstrip() + (f"  {style.severity(code, 'error')}" if code else ""))
    lines[0] = click.style(lines[0], dim=True)
    inputs = ", ".join(show(shape) for shape in told.trace.inputs)
    return f"  model {click.style(told.model.qualified, bold=True)}, input {inputs}\n" + "\n".join(
        lines
    )


def _marks(told: ModelResult, layers: Sequence[Row]) -> dict[int, str]:
    """Which rows the errors are about: the use that is refused, else the last use of the layer that is named."""
    marks: dict[int, str] = {}
    for finding in (found.finding for found in told.findings if found.finding.fails):
        refused = [number for number, row in enumerate(layers) if row.traced.finding is finding]
        named = [
            n
            for n, row in enumerate(layers)
            if finding.site in (row.node.site, row.node.layer.site)
        ]
        for number in (refused or named)[-1:]:
            marks.setdefault(number, finding.code)
    return marks


def _shown(told: ModelResult) -> Proven | None:
    """The repair that the table shows: the one that is made, or the first choice."""
    return told.applied or next((proven for proven in told.repairs if not proven.advice), None)


def _output(row: Row) -> str:
    return {"refused": "refused", "after-refusal": "-"}.get(row.traced.status) or show(
        row.traced.outputs
    )


def astray(told: ModelResult, proven: Proven) -> str | None:
    """Where the shape first goes another way than in the repaired model: not always where Keras notices it."""
    missing: Row | None = None
    for pair in beside(told.trace, proven.traces[0]):
        if pair.before is None:
            missing = missing or pair.after
            continue
        place = told.places.get(pair.before.node.layer.site)
        where = "" if place is None else f" (line {place.line})"
        if missing is not None:
            return f"the shape goes astray before {pair.before.cls}{where}, where {missing.cls} is missing"
        if pair.after is None:
            return f"the shape goes astray at {pair.before.cls}{where}, which has no place there"
        now, then = _output(pair.before), _output(pair.after)
        if now != then:
            gives = "is refused" if now == "refused" else f"gives {now}"
            return f"the shape goes astray at {pair.before.cls}{where}, which {gives} and should give {then}"
    return None if missing is None else f"at the end {missing.cls} is missing"


def _count(params: int | Unknown) -> str:
    return "?" if isinstance(params, Unknown) else f"{params:,}"


def _repairs(told: ModelResult, writes: bool) -> list[str]:
    lines = []
    first = _shown(told)
    if first is not None and (where := astray(told, first)) is not None:
        lines.append(f"  {where}")
    runner = False
    for number, proven in enumerate(told.repairs, 1):
        if proven.advice:
            lines.append(f"  {click.style('advice:', bold=True)} {proven.repair.why}")
            continue
        words = "; ".join(edit.text for edit in proven.edits)
        label = f"repair {number}:"
        if proven.applied:
            label = "mended:" if writes else "would be mended:"
        label = click.style(label, fg="green" if proven.applied else None, bold=True)
        lines.append(
            f"  {label} {words} -> {_outcome(proven.traces[0])}{_more(told.trace, proven)}{_extras(proven)}"
        )
        if proven is first and proven.repair.why:
            lines.append(f"    {proven.repair.why}")
        elif first is not None and not runner and proven.repair.why:
            runner = True
            lines.append(
                f"    that would mean: {proven.repair.why}{_dearer(first.traces[0], proven.traces[0])}"
            )
        lines.extend(f"    but {warning}" for warning in proven.warnings)
        if proven.applied and proven.left:
            lines.append(f"    but {', '.join(proven.left)} is left: see the advice")
    if told.applied is not None and sum(not proven.advice for proven in told.repairs) > 1:
        lines.append("  another repair is taken with --pick N")
    lines.extend(f"  {remark}" for remark in told.remarks)
    return lines


def _outcome(trace: Trace) -> str:
    return f"{', '.join(show(shape) for shape in trace.outputs)}, {_count(trace.params)} parameters"


def _more(before: Trace, proven: Proven) -> str:
    """What the repair costs in parameters."""
    was, now = before.params, proven.traces[0].params
    if (
        before.refusal is not None
        or isinstance(was, Unknown)
        or isinstance(now, Unknown)
        or was == now
    ):
        return ""
    return f" ({now - was:+,})"


def _dearer(first: Trace, other: Trace) -> str:
    """How much lighter or heavier another repair is."""
    one, two = first.params, other.params
    if isinstance(one, Unknown) or isinstance(two, Unknown) or one == two:
        return ""
    return f"; {abs(two - one):,} parameters {'fewer' if two < one else 'more'}"


def _extras(proven: Proven) -> str:
    extras = [proven.repair.safety]
    if proven.verified is not None:
        extras.append("verified" if proven.verified else "not verified")
    return f" [{', '.join(extras)}]"


def summary(results: Sequence[FileResult], writes: bool, searched: bool) -> str:
    """One line about the whole run."""
    models = sum(len(result.models) for result in results)
    errors = sum(told.left for result in results for told in result.models)
    changed = sum(result.changed for result in results)
    failed = sum(result.error is not None for result in results)
    parts = [f"{_n(len(results), 'file')}, {_n(models, 'model')}"]
    if searched and changed:
        parts.append(f"{_n(changed, 'file')} {'mended' if writes else 'would be mended'}")
    if errors:
        parts.append(f"{_n(errors, 'error')} {'left' if searched else 'found'}")
    if failed:
        parts.append(f"{_n(failed, 'file')} not done")
    unknown = sum(
        f.finding.code == "KFX102" for r in results for told in r.models for f in told.findings
    )
    if unknown:
        parts.append(f"{_n(unknown, 'target')} neither met nor missed")
    if len(parts) == 1:
        parts.append("nothing to mend")
    return ": ".join([parts[0], ", ".join(parts[1:])])


def _n(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
