"""The report for people: each finding with its source lines, what Keras says, and the repairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kfix.engine.results import FileResult, Found, ModelResult, any_fails
from kfix.model.record import Value
from kfix.report import style

if TYPE_CHECKING:
    from kfix.report.excerpt import Texts

_ORDER = ("error", "warning", "note")


class Look(Value):
    """How findings are printed: `writes` says whether the repairs are made, or only shown."""

    width: int = 80
    quiet: bool = False
    writes: bool = True
    show_layers: bool = False


class Report:
    """The text of one run; a finding that several files share is reported once."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._said: set[tuple[object, ...]] = set()
        self._explained: set[str] = set()
        self._log = "the log"

    def file(self, result: FileResult) -> str:
        """Return all that is to be said of one file, without the diff."""
        blocks: list[str] = []
        if result.evidence is not None:
            self._log = result.evidence.log
            from kfix.report import evidence

            look = self._look
            blocks.extend(evidence.lines(result.evidence, result.path, look.width, look.quiet))
        if not self._look.quiet:
            blocks.extend(self._notes(result))
        for model_result in result.models:
            blocks.extend(self.model(model_result, result.texts))
        return "".join(f"{block}\n" for block in blocks)

    def model(self, model_result: ModelResult, texts: Texts) -> list[str]:
        """Return the findings of a model, each with its source lines, and then its repairs."""
        # A run without models needs no shapes: they are imported here.
        from kfix.engine.diagnosis import met
        from kfix.report.layer_table import table
        from kfix.report.repairs import fixed, repairs
        from kfix.shapes import show

        look = self._look
        lines: list[str] = []
        news = [found for found in model_result.findings if self._is_new(found)]
        for findings in by_line(news):
            lines.extend(self._findings(findings, model_result, texts))
        if look.quiet:
            return [*lines, *fixed(model_result, look.writes, look.width)]
        declared = model_result.weight == "declared"
        as_expected = declared and met(model_result.traces, model_result.wanted)
        wrong = any_fails(model_result.findings)
        if (news and wrong) or model_result.repairs:
            if look.show_layers:
                lines.append(table(model_result, look.width))
            lines.extend(repairs(model_result, look.writes, look.width))
        elif as_expected:
            shapes = ", ".join(map(show, model_result.trace.outputs))
            subject = f"{model_result.place}: `{model_result.model.name}`"
            said = f"{subject} has output shape {shapes}, as expected"
            lines.extend(style.wrapped(said, look.width, "    "))
        lines.extend(self._see(news, wrong))
        return lines

    def _notes(self, result: FileResult) -> list[str]:
        look = self._look
        return [
            line
            for note in result.notes
            for line in style.wrapped(f"{result.path}: note: {note}", look.width, "    ")
        ]

    def _is_new(self, found: Found) -> bool:
        key = (found.place, found.finding.code, found.finding.facts)
        if key in self._said:
            return False
        self._said.add(key)
        return True

    def _findings(
        self, findings: Sequence[Found], model_result: ModelResult, texts: Texts
    ) -> list[str]:
        """Return the headlines of one line, its source once, and what Keras says."""
        from kfix.report.excerpt import excerpt
        from kfix.report.sentences import keras_says

        look = self._look
        lines = [line for found in findings for line in headline(found, look.width)]
        if look.quiet:
            return lines
        lines.extend(excerpt(findings[0], model_result, texts, look.width))
        for found in findings:
            says = keras_says(found.finding)
            if says and found.finding.severity != "note":
                said = f'  Keras says: "… {says} …"'
                lines.extend(style.wrapped(said, look.width, "    "))
        known = next((found.log_line for found in findings if found.log_line is not None), None)
        if known is not None:
            lines.append(f"  known from the error, line {known} of {self._log}")
        return lines

    def _see(self, news: list[Found], wrong: bool) -> list[str]:
        """Return where to read more, once for each code of a run."""
        codes = [found.finding.code for found in news if found.finding.severity != "note"]
        new = [code for code in dict.fromkeys(codes) if code not in self._explained]
        self._explained.update(new)
        if not new:
            return []
        said = f"  see: kfix --explain {','.join(new)}"
        if wrong and not self._look.show_layers:
            said += "; all layers: --show-layers"
        return style.wrapped(said, self._look.width, "    ")


def by_line(findings: Sequence[Found]) -> Iterator[list[Found]]:
    """Yield the findings of each line of the program, the worst of a line first."""
    lines: dict[tuple[str, int | None, int], list[Found]] = {}
    for found in findings:
        place = found.place
        lines.setdefault((place.path, place.cell, place.line), []).append(found)
    for several in lines.values():
        yield sorted(several, key=lambda found: _ORDER.index(found.finding.severity))


def headline(found: Found, width: int) -> list[str]:
    """Return `path:line:column: severity CODE: message` as lines of at most `width` columns."""
    from kfix.report.sentences import message

    finding = found.finding
    mark = f"{finding.severity} {finding.code}:"
    place = str(found.place).replace(" ", style.NO_BREAK)
    text = f"{place}: {mark.replace(' ', style.NO_BREAK)} {message(finding)}"
    lines = style.wrapped(text, width, "    ")
    colour = style.severity(mark, finding.severity)
    return [line.replace(mark, colour, 1) for line in lines]
