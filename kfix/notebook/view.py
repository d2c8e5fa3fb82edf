"""The report in the output of a cell: HTML in a notebook, text in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from html import escape
from typing import Protocol

from kfix import api
from kfix.notebook.cells import Ran, texts

_STYLE = """<style scoped>
.kfix { font-family: var(--jp-code-font-family, monospace); font-size: 13px; line-height: 1.5 }
.kfix table { border-collapse: collapse; margin: 4px 0 12px }
.kfix th, .kfix td { text-align: left !important; padding: 1px 14px 1px 0; border: 0 }
.kfix th { font-weight: 600; border-bottom: 1px solid #8886 }
.kfix .error { color: #c62828; font-weight: 600 }
.kfix .warning { color: #b26a00; font-weight: 600 }
.kfix .fixed { color: #2e7d32; font-weight: 600 }
.kfix .note, .kfix .quiet { opacity: .7 }
.kfix .wrong td { background: #c6282814 } .kfix ul { margin: 2px 0 6px; padding-left: 22px }
.kfix pre { margin: 4px 0 8px; padding: 6px 10px; background: #8881; overflow-x: auto }
.kfix ins { color: #2e7d32; text-decoration: none }
.kfix del { color: #c62828; text-decoration: none }
</style>"""


_CELL = re.compile(r"\bcell ([0-9]{1,6})\b")


class Printer(Protocol):
    """What is used of IPython's pretty printer."""

    def text(self, text: str) -> None:
        """Print a text."""
        ...


class View:
    """A report that shows itself; `cells` are the cells that it is about."""

    def __init__(self, report: api.Fixed, cells: Sequence[Ran]) -> None:
        self.report = report
        self.models = latest(report.models)
        self._cells = cells
        self._fixed = texts(report.text)
        self.next_cell = False
        """Whether the fixed cell is put into the next one."""

    def fixed_cells(self) -> list[str]:
        """Return the texts of the cells that the repairs of the models shown change."""
        numbers = {number for model in self.models for number in self._changed(model)}
        return [self._fixed[number] for number in sorted(numbers)]

    def _changed(self, model: api.Model) -> set[int]:
        applied = (repair for repair in model.repairs if repair.applied)
        return {number for one in applied for number in one.cells.get(self.report.path, ())}

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        """Print the report as text."""
        printer.text("\n".join(self._lines()))

    def _repr_html_(self) -> str:
        """Return the report as HTML."""
        parts = [part for model in self.models for part in self._model(model)]
        parts += [f"<p class=quiet>{escape(self._counted(note))}</p>" for note in self.report.notes]
        body = "\n".join(parts) or "<p>No Keras model here.</p>"
        return f"{_STYLE}<div class=kfix>{body}</div>"

    # --- text -------------------------------------------------------------------------------

    def _lines(self) -> Iterator[str]:
        for model in self.models:
            yield f"{self._at(model.place)}: {_headline(model)}"
            for finding in model.findings:
                where = self._at(finding.place)
                said = self._counted(_message(finding))
                yield f"  {where}: {finding.severity} {finding.code}: {said}"
            yield from (f"  {self._counted(words)}" for _, words in _repairs(model))
        if not self.models:
            yield "No Keras model here."
        yield from map(self._counted, self.report.notes)
        if self.next_cell:
            yield "The fixed cell is the next one."

    def _at(self, place: api.Place) -> str:
        """Return a place as the person counts: `In [3], line 2`."""
        if place.cell is None or place.cell >= len(self._cells):
            return str(place)
        return f"In [{self._cells[place.cell].number}], line {place.line}"

    def _counted(self, text: str) -> str:
        """Return a text in which kfix counts the cells, as the person counts them."""
        return _CELL.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        number = int(found[1])
        if not 0 < number <= len(self._cells):
            return found[0]
        return f"In [{self._cells[number - 1].number}]"

    # --- HTML -------------------------------------------------------------------------------

    def _model(self, model: api.Model) -> Iterator[str]:
        yield f"<b>{escape(_headline(model))}</b> <span class=quiet>{self._at(model.place)}</span>"
        yield from self._table(model)
        yield from map(self._finding, model.findings)
        repairs = [
            f"<li class={kind}>{escape(self._counted(words))}</li>"
            for kind, words in _repairs(model)
        ]
        if repairs:
            yield f"<ul>{''.join(repairs)}</ul>"
        for number in sorted(self._changed(model)):
            yield f"<pre>{_difference(self._cells[number].text, self._fixed[number])}</pre>"

    def _table(self, model: api.Model) -> Iterator[str]:
        wrong = {finding.place.line for finding in model.findings if finding.fails}
        yield "<table><tr><th>line<th>layer<th>output shape<th>parameters</tr>"
        for call in model.calls:
            if call.operation:
                continue
            mark = " class=wrong" * (call.place.line in wrong)
            params = api.count_text(call.params).partition(" ")[0]
            shape = api.shape_text(call.output_shapes)
            if call.status in ("refused", "after-refusal"):
                shape, params = {"refused": "refused"}.get(call.status, "–"), ""
            why = escape("; ".join(call.why), quote=True)
            yield f"<tr{mark}><td>{call.place.line}<td>{escape(call.name)}"
            yield f'<td title="{why}">{escape(shape)}<td>{params}</tr>'
        yield "</table>"

    def _finding(self, finding: api.Finding) -> str:
        line, message = self._source(finding.place), self._counted(_message(finding))
        said = (
            f"<span class={finding.severity}>{finding.severity}</span> "
            f'<a href="{escape(finding.url, quote=True)}">{finding.code}</a> '
            f"{escape(message)} <span class=quiet>{self._at(finding.place)}</span>"
        )
        return f"<div>{said}{line}</div>"

    def _source(self, place: api.Place) -> str:
        """Return the line of a place."""
        if place.cell is None or place.cell >= len(self._cells):
            return ""
        lines = self._cells[place.cell].text.splitlines()
        if place.line > len(lines):
            return ""
        return f"<pre>{escape(lines[place.line - 1].strip())}</pre>"


def latest(models: Sequence[api.Model]) -> list[api.Model]:
    """Return the models without those that a later cell has replaced by one of the same name."""
    last = {(model.function, model.name, model.name or id(model)): model for model in models}
    kept = set(map(id, last.values()))
    return [model for model in models if id(model) in kept]


def _headline(model: api.Model) -> str:
    name, shapes = model.name or "model", api.shape_text(model.output_shapes or (None,))
    return f"{name}: output {shapes}, {api.count_text(model.params)}"


def _message(finding: api.Finding) -> str:
    return finding.message + f" ({finding.hint})" * bool(finding.hint)


def _repairs(model: api.Model) -> Iterator[tuple[str, str]]:
    """Yield the repairs of a model in words, each with its class in the HTML."""
    for number, repair in enumerate(model.repairs, 1):
        words = "; ".join(edit.text for edit in repair.edits) or repair.why
        if repair.applied:
            yield "fixed", f"fixed: {words}"
        else:
            unsafe = f" ({repair.safety})" * (repair.safety != "safe")
            yield "quiet", f"--pick {number}: {words}{unsafe}"
    yield from (("quiet", remark) for remark in model.remarks)


def _difference(before: str, after: str) -> str:
    """Return the lines of a cell that a repair changes, and those around them, as HTML."""
    lines = []
    for line in unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2):
        if line.startswith(("---", "+++", "@@")):
            continue
        tag = {"+": "ins", "-": "del"}.get(line[:1], "span")
        lines.append(f"<{tag}>{escape(line)}</{tag}>")
    return "\n".join(lines)
