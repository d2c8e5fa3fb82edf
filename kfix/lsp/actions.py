"""Repairs, targets and ignored codes as code actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lsprotocol import types as lsp

from kfix import api
from kfix.lsp import comments
from kfix.lsp.analysis import Answer
from kfix.lsp.diagnostics import SOURCE, placed
from kfix.lsp.documents import Documents, Spot, uri_of
from kfix.lsp.texts import Text

FIX_ALL = "source.fixAll.kfix"
KINDS = [lsp.CodeActionKind.QuickFix, FIX_ALL]

Changes = Mapping[str, Sequence[api.Change]]
Cells = Mapping[str, Mapping[int, Sequence[api.Change]]]
Changed = tuple[Text, Sequence[api.Change]]


def wants(only: Sequence[str] | None, kind: str) -> bool:
    """Return whether a client that asks for some kinds of actions asks for this one."""
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in only)


def in_lines(answer: Answer, spot: Spot, lines: range, documents: Documents) -> list[api.Finding]:
    """Return the findings that are shown in some of these lines, counted from 1."""
    here = documents.text(*spot)
    return [
        finding
        for finding, text, shown in placed(spot.path, answer, documents)
        if text is here and shown.start.line + 1 < lines.stop and shown.end.line + 1 >= lines.start
    ]


def models_of(answer: Answer, findings: Sequence[api.Finding]) -> list[api.Model]:
    """Return the models that one of these findings is about and that a repair is searched for."""
    return [model for model in answer.models if any(found in model.findings for found in findings)]


def models_in(answer: Answer, spot: Spot, lines: range) -> list[api.Model]:
    """Return the models whose definition begins in one of these lines."""
    return [
        model
        for model in answer.models
        if (model.place.path, model.place.cell) == spot and model.place.line in lines
    ]


# --- edits ----------------------------------------------------------------------------------


class Edits:
    """Makes one edit of the workspace of the changes in several files."""

    def __init__(self, documents: Documents, versioned: bool) -> None:
        self._documents = documents
        self._versioned = versioned

    def edit(
        self, changes: Changes, cells: Cells, more: Sequence[Changed] = ()
    ) -> lsp.WorkspaceEdit | None:
        """Return the edit; `None` where the text of a notebook is not open."""
        texts: list[Changed] = [*more]
        for path, several in changes.items():
            if path not in cells:
                texts.append((self._text(path), several))
        if not texts and not cells:
            return None
        for path, by_cell in cells.items():
            for number, several in by_cell.items():
                text = self._documents.text(path, number)
                if text is None:
                    return None
                texts.append((text, several))
        by_uri: dict[str, tuple[Text, list[lsp.TextEdit]]] = {}
        for text, several in texts:
            by_uri.setdefault(text.uri, (text, []))[1].extend(text.edits(several))
        return self.of(list(by_uri.values()))

    def of(self, edits: Sequence[tuple[Text, list[lsp.TextEdit]]]) -> lsp.WorkspaceEdit:
        """Return the edits of texts as one edit, with the versions that they are for."""
        if not self._versioned:
            return lsp.WorkspaceEdit(changes={text.uri: several for text, several in edits})
        return lsp.WorkspaceEdit(
            document_changes=[
                lsp.TextDocumentEdit(
                    lsp.OptionalVersionedTextDocumentIdentifier(text.uri, text.version), several
                )
                for text, several in edits
            ]
        )

    def _text(self, path: str) -> Text:
        """Return the text of a file, as it is on disk where it is not open."""
        text = self._documents.text(path, None)
        if text is None:
            with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
                text = Text(uri_of(path), file.read(), None, self._documents.encoding)
        return text


# --- repairs --------------------------------------------------------------------------------


def repairs(
    fixed: api.Fixed, wanted: api.Model, reported: Sequence[lsp.Diagnostic], edits: Edits
) -> Iterator[lsp.CodeAction]:
    """Yield every repair of a model, the first choice preferred."""
    first = True
    for repair in _repairs_of(fixed, wanted):
        edit = edits.edit(repair.changes, repair.cells)
        if edit is None:
            continue
        yield lsp.CodeAction(
            title=_title(repair),
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=list(reported),
            is_preferred=first,
            edit=edit,
        )
        first = False


def _repairs_of(fixed: api.Fixed, wanted: api.Model) -> tuple[api.Repair, ...]:
    """Return the repairs of a model; none where they build on that of an earlier model."""
    for model in fixed.models:
        if model.place == wanted.place:
            return model.repairs
        if any(repair.applied for repair in model.repairs):
            break
    return ()


def _title(repair: api.Repair) -> str:
    words = "; ".join(edit.text for edit in repair.edits)
    said = f"{words[:1].upper()}{words[1:]}"
    if repair.safety != "safe":
        said += " (unsafe)"
    return said


def fix_all(
    fixed: api.Fixed, edits: Edits, more: Sequence[Changed] = ()
) -> lsp.WorkspaceEdit | None:
    """Return all safe repairs and more changes as one edit, `None` without repairs."""
    if not fixed.changed:
        return None
    return edits.edit(fixed.changes, fixed.cells, more)


# --- comments -------------------------------------------------------------------------------


def ignores(
    findings: Sequence[api.Finding],
    spot: Spot,
    text: Text,
    reported: Sequence[lsp.Diagnostic],
    edits: Edits,
) -> Iterator[lsp.CodeAction]:
    """Yield for each code an action that ignores it at its place."""
    seen: set[tuple[str, int]] = set()
    for finding in findings:
        key = (finding.code, finding.place.line)
        if key in seen or (finding.place.path, finding.place.cell) != spot:
            continue
        seen.add(key)
        change = comments.ignored(text.text, finding.place.line, finding.code)
        yield lsp.CodeAction(
            title=f"Ignore {finding.code} here",
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[one for one in reported if one.code == finding.code],
            edit=edits.of([(text, text.edits([change]))]),
        )


def targets(models: Sequence[api.Model], text: Text, edits: Edits) -> Iterator[lsp.CodeAction]:
    """Yield for each model an action that declares its target in a comment."""
    for model in models:
        change = comments.declared(text.text, model.place.line, _likely(model))
        if change is not None:
            name = model.name or "the model"
            yield lsp.CodeAction(
                title=f"Declare the target of {name} here: {change.text.strip()}",
                kind=lsp.CodeActionKind.QuickFix,
                edit=edits.of([(text, text.edits([change]))]),
            )


def _likely(model: api.Model) -> str:
    """Return the target to write: the expected one, else a vector as wide as the output."""
    expected = (found.expected for found in model.findings if found.code == "KFX101")
    for shape in expected:
        return ",".join(shape.removeprefix("(None, ").rstrip(",)").split(", "))
    for output in filter(None, model.output_shapes):
        if isinstance(output[-1], int):
            return str(output[-1])
    return "10"


def of_kfix(context: lsp.CodeActionContext, lines: range) -> list[lsp.Diagnostic]:
    """Return the diagnostics of kfix that the client names; some clients leave out their source."""
    return [
        one
        for one in context.diagnostics
        if one.source in (SOURCE, None) and one.range.start.line + 1 in lines
    ]
