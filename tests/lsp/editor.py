"""An editor for tests: opens, types, applies edits as a client does, in UTF-16."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from kfix.lsp.texts import Text

PUBLISHED = lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
EVERYWHERE = lsp.Range(lsp.Position(0, 0), lsp.Position(10_000, 0))


class Editor:
    """What a person sees and does."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.texts: dict[str, Text] = {}
        self.published: list[lsp.PublishDiagnosticsParams] = []
        """What was published since the editor was made, in order."""
        client.protocol.fm.features[PUBLISHED] = self._take

    def _take(self, *given: object) -> None:
        """Note what is published: two notifications may come at once."""
        assert isinstance(given[-1], lsp.PublishDiagnosticsParams)
        self.published.append(given[-1])

    async def open(self, uri: str, text: str) -> list[lsp.Diagnostic]:
        self.texts[uri] = Text(uri, text, 1)
        item = lsp.TextDocumentItem(uri, "python", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return await self.diagnostics(uri)

    def type(self, uri: str, old: str, new: str) -> None:
        """Replace the first `old` of a text by `new`, as an incremental change."""
        text = self.texts[uri]
        offset = text.text.index(old)
        start = _position(text, offset)
        end = _position(text, offset + len(old))
        change = lsp.TextDocumentContentChangePartial(text=new, range=lsp.Range(start, end))
        self._change(uri, change)

    def _change(self, uri: str, change: lsp.TextDocumentContentChangeEvent) -> None:
        text = self.texts[uri]
        text.apply(change)
        text.version = (text.version or 0) + 1
        document = lsp.VersionedTextDocumentIdentifier(version=text.version, uri=uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))

    async def diagnostics(self, uri: str) -> list[lsp.Diagnostic]:
        """Wait for the diagnostics of a text as it is."""
        async with asyncio.timeout(30):
            while not (found := self._described(uri)):
                await asyncio.sleep(0.01)
        self.published.clear()
        return list(found[-1].diagnostics)

    def _described(self, uri: str) -> list[lsp.PublishDiagnosticsParams]:
        version = self.texts[uri].version if uri in self.texts else None
        return [one for one in self.published if (one.uri, one.version) == (uri, version)]

    def close(self, uri: str) -> None:
        del self.texts[uri]
        identifier = lsp.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(identifier))

    # --- requests ---------------------------------------------------------------------------

    async def hints(self, uri: str, lines: lsp.Range = EVERYWHERE) -> dict[int, str]:
        """Return the labels by 0-based lines."""
        params = lsp.InlayHintParams(lsp.TextDocumentIdentifier(uri), lines)
        found = await self.client.text_document_inlay_hint_async(params) or ()
        assert len({hint.position.line for hint in found}) == len(found)
        return {hint.position.line: str(hint.label) for hint in found}

    async def hover(self, uri: str, word: str) -> str:
        """Return the hover on the first `word`."""
        text = self.texts[uri]
        at = _position(text, text.text.index(word))
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), at)
        found = await self.client.text_document_hover_async(params)
        if found is None:
            return ""
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value

    async def lenses(self, uri: str) -> list[lsp.Command]:
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri))
        found = await self.client.text_document_code_lens_async(params) or ()
        return [lens.command for lens in found if lens.command is not None]

    async def actions(
        self,
        uri: str,
        word: str,
        only: list[str] | None = None,
        outcome: tuple[lsp.Diagnostic, ...] = (),
    ) -> list[lsp.CodeAction]:
        """Return the actions where the first `word` stands."""
        text = self.texts[uri]
        at = _position(text, text.text.index(word))
        context = lsp.CodeActionContext(diagnostics=list(outcome), only=only)
        document = lsp.TextDocumentIdentifier(uri)
        params = lsp.CodeActionParams(document, lsp.Range(at, at), context)
        found = await self.client.text_document_code_action_async(params) or ()
        return [action for action in found if isinstance(action, lsp.CodeAction)]

    def apply(self, edit: lsp.WorkspaceEdit | None) -> None:
        """Apply an edit to the open texts as a client does, that of an older version never."""
        assert edit is not None
        assert edit.document_changes is not None
        for change in edit.document_changes:
            assert isinstance(change, lsp.TextDocumentEdit)
            text = self.texts[change.text_document.uri]
            assert change.text_document.version == text.version
            for one in sorted(change.edits, key=lambda one: _key(one.range), reverse=True):
                assert isinstance(one, lsp.TextEdit)
                partial = lsp.TextDocumentContentChangePartial(text=one.new_text, range=one.range)
                self._change(text.uri, partial)

    async def quiet(self, seconds: float = 0.3) -> None:
        """Let the server talk for a while."""
        await asyncio.sleep(seconds)


def _key(range_: lsp.Range) -> tuple[int, int]:
    return range_.start.line, range_.start.character


def _position(text: Text, offset: int) -> lsp.Position:
    before = text.text[:offset]
    line = before.count("\n") + 1
    return text.position(line, offset - (before.rfind("\n") + 1) + 1)


def uri(folder: Path, name: str) -> str:
    return (folder / name).as_uri()
