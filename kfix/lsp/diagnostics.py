"""Findings as diagnostics."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as lsp

from kfix import api
from kfix.lsp.analysis import Answer
from kfix.lsp.documents import Documents
from kfix.lsp.texts import Text
from kfix.model.record import replace

SOURCE = "kfix"
_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}
UNREADABLE = "KFX000"
"""The code where a text cannot be read."""


def diagnostics(path: str, answer: Answer, documents: Documents) -> dict[str, list[lsp.Diagnostic]]:
    """Return the diagnostics of a program by the URIs of its texts, each text of it included."""
    found: dict[str, list[lsp.Diagnostic]] = {text.uri: [] for _, text in documents.texts(path)}
    for finding, text, range_ in placed(path, answer, documents):
        diagnostic = _diagnostic(finding, range_, path, documents)
        if diagnostic not in found[text.uri]:
            found[text.uri].append(diagnostic)
    if answer.error is not None and not answer.error.fault:
        here, diagnostic = _unreadable(path, answer, answer.error, documents)
        if here is not None:
            found[here.uri].append(diagnostic)
    return found


def placed(
    path: str, answer: Answer, documents: Documents
) -> Iterator[tuple[api.Finding, Text, lsp.Range]]:
    """Yield the findings with the text and the range that each is shown at."""
    for finding in answer.findings:
        text, range_ = _where(finding, path, answer, documents)
        if text is not None and range_ is not None:
            yield finding, text, range_


def range_of(place: api.Place, answer: Answer, text: Text) -> lsp.Range | None:
    """Return where a place of the report is in the text; `None` where that was changed since."""
    line = answer.line(place.cell, place.line)
    if line is None:
        return None
    by = line - place.line
    return text.range(replace(place, line=line, end_line=place.end_line + by))


def message_of(finding: api.Finding) -> str:
    """Return the sentence of a finding with its hint."""
    if finding.hint:
        return f"{finding.message} ({finding.hint})"
    return finding.message


def _where(
    finding: api.Finding, path: str, answer: Answer, documents: Documents
) -> tuple[Text | None, lsp.Range | None]:
    """Return the text and the range of a finding: one in a module where that is used."""
    place = finding.place
    if place.path != path:
        model = next(one for one in answer.models if finding in one.findings)
        here = next((place for place in _places(model) if place.path == path), None)
        if here is None:
            text = next((text for _, text in documents.texts(path)), None)
            start = lsp.Position(0, 0)
            return text, lsp.Range(start, start)
        place = here
    text = documents.text(place.path, place.cell)
    if text is None:
        return None, None
    return text, range_of(place, answer, text)


def _places(model: api.Model) -> Iterator[api.Place]:
    """Yield the places of a model, in the order in which they are of interest."""
    yield model.place
    for finding in model.findings:
        yield from (related.place for related in finding.related)
    yield from (call.place for call in model.calls)


def _diagnostic(
    finding: api.Finding, range_: lsp.Range, path: str, documents: Documents
) -> lsp.Diagnostic:
    related = [*finding.related]
    if finding.place.path != path:
        related.insert(0, api.Related(finding.place, finding.message))
    return lsp.Diagnostic(
        range=range_,
        message=message_of(finding),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=lsp.CodeDescription(finding.url),
        source=SOURCE,
        related_information=[
            lsp.DiagnosticRelatedInformation(documents.location(one.place), one.text)
            for one in related
        ],
        data={"fails": finding.fails},
    )


def _unreadable(
    path: str, answer: Answer, error: api.Error, documents: Documents
) -> tuple[Text | None, lsp.Diagnostic]:
    """Return the text that cannot be read, and a diagnostic that says so."""
    place, texts = error.place, dict(documents.texts(path))
    text = next(iter(texts.values()), None)
    if place is not None:
        text = texts.get(place.cell, text)
    said = error.message.removeprefix(error.path).lstrip(":0123456789 ")
    if answer.report is not None:
        said += "; kfix shows the shapes of the last text that it could read"
    start = lsp.Position(0, 0)
    if place is not None and text is not None:
        start = text.position(place.line, place.column)
    return text, lsp.Diagnostic(
        range=lsp.Range(start, start),
        message=said,
        severity=lsp.DiagnosticSeverity.Information,
        code=UNREADABLE,
        source=SOURCE,
    )
