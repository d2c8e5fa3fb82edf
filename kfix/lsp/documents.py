"""The documents that are open in the client: programs, notebooks, and where their files are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lsprotocol import types as lsp
from pygls.uris import from_fs_path, to_fs_path

from kfix.api import Place
from kfix.lsp.texts import Text

_KINDS = {True: "code", False: "markdown"}


class Cell(NamedTuple):
    """One cell of a notebook: the URI of its text, and whether it is code."""

    uri: str
    code: bool


class Spot(NamedTuple):
    """The program that a text belongs to: its path, and the number of the cell in a notebook."""

    path: str
    cell: int | None


class Documents:
    """All that is open, by URI as the client writes it, and by the path that it goes by here."""

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self._texts: dict[str, Text] = {}
        self._uris: dict[str, str] = {}
        self._notebooks: dict[str, list[Cell]] = {}

    # --- programs ---------------------------------------------------------------------------

    def open(self, item: lsp.TextDocumentItem) -> None:
        """Open a text, in the place of one that was open before."""
        self._texts[item.uri] = Text(item.uri, item.text, item.version, self.encoding)
        self._uris[self.path(item.uri)] = item.uri

    def change(
        self,
        document: lsp.VersionedTextDocumentIdentifier,
        changes: Iterable[lsp.TextDocumentContentChangeEvent],
    ) -> None:
        """Change a text; one that was never opened is left alone."""
        text = self._texts.get(document.uri)
        if text is None:
            return
        for change in changes:
            text.apply(change)
        text.version = document.version

    def close(self, uri: str) -> None:
        """Close a text or a notebook."""
        path = self.path(uri)
        self._texts.pop(uri, None)
        for cell in self._notebooks.pop(uri, ()):
            self._texts.pop(cell.uri, None)
        if self._uris.get(path) == uri:
            del self._uris[path]

    # --- notebooks --------------------------------------------------------------------------

    def open_notebook(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        """Open a notebook with the texts of its cells."""
        notebook = params.notebook_document
        self._notebooks[notebook.uri] = list(map(_cell, notebook.cells))
        self._uris[path_of(notebook.uri)] = notebook.uri
        self._open_cells(params.cell_text_documents)

    def change_notebook(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        """Change the cells of a notebook, their order and their texts."""
        cells = self._notebooks.get(params.notebook_document.uri)
        changed = params.change.cells
        if cells is None or changed is None:
            return
        if changed.structure is not None:
            array = changed.structure.array
            added = map(_cell, array.cells or ())
            cells[array.start : array.start + array.delete_count] = added
            self._open_cells(changed.structure.did_open or ())
            for closed in changed.structure.did_close or ():
                self._texts.pop(closed.uri, None)
        kinds = {cell.document: _cell(cell) for cell in changed.data or ()}
        cells[:] = [kinds.get(cell.uri, cell) for cell in cells]
        for content in changed.text_content or ():
            self.change(content.document, content.changes)

    def _open_cells(self, items: Iterable[lsp.TextDocumentItem]) -> None:
        for item in items:
            self._texts[item.uri] = Text(item.uri, item.text, item.version, self.encoding)

    # --- questions --------------------------------------------------------------------------

    def spot(self, uri: str) -> Spot | None:
        """Return which program a text is, or is a cell of; `None` for what is not open."""
        if uri not in self._texts:
            return None
        for notebook, cells in self._notebooks.items():
            for number, cell in enumerate(cells):
                if cell.uri == uri:
                    return Spot(path_of(notebook), number)
        return Spot(self.path(uri), None)

    def path(self, uri: str) -> str:
        """Return the path that a document goes by.

        Some clients open a notebook as one text, a program: its path does not end as a notebook's.
        """
        path = path_of(uri)
        if uri in self._texts and path.endswith(".ipynb"):
            return f"{path}.py"
        return path

    def text(self, path: str, cell: int | None) -> Text | None:
        """Return the open text of a program, or of a cell of it."""
        uri = self._uris.get(path)
        if uri is not None and cell is not None:
            uri = next((one.uri for one in self._notebooks.get(uri, ())[cell : cell + 1]), None)
        return self._texts.get(uri or "")

    def texts(self, path: str) -> Iterator[tuple[int | None, Text]]:
        """Yield the texts of an open program: its only one, or its code cells."""
        uri = self._uris.get(path, "")
        if uri in self._texts:
            yield None, self._texts[uri]
        for number, cell in enumerate(self._notebooks.get(uri, ())):
            if cell.code and cell.uri in self._texts:
                yield number, self._texts[cell.uri]

    def paths(self) -> list[str]:
        """Return the paths of all open programs."""
        return list(self._uris)

    def source(self, path: str) -> str:
        """Return what stands for the file of an open program: its text, a notebook as JSON."""
        uri = self._uris[path]
        if uri not in self._notebooks:
            return self._texts[uri].text
        sources = {number: text.text for number, text in self.texts(path)}
        cells = [
            {"cell_type": _KINDS[cell.code], "source": sources.get(number, "")}
            for number, cell in enumerate(self._notebooks[uri])
        ]
        return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5})

    def versions(self, path: str) -> tuple[object, ...]:
        """Return what changes whenever the text of a program does."""
        return tuple((cell, text.uri, text.version, id(text)) for cell, text in self.texts(path))

    def location(self, place: Place) -> lsp.Location:
        """Return a place for the client, exact where its text is open."""
        text = self.text(place.path, place.cell)
        if text is not None:
            return lsp.Location(text.uri, text.range(place))
        start = lsp.Position(place.line - 1, place.column - 1)
        uri = self._uris.get(place.path) or uri_of(place.path)
        return lsp.Location(uri, lsp.Range(start, start))


def path_of(uri: str) -> str:
    """Return the path that a document goes by: of a file its own, else the URI itself."""
    if not uri.startswith("file:"):
        return uri
    return to_fs_path(uri) or uri


def uri_of(path: str) -> str:
    """Return the URI of a path as most clients write it."""
    return from_fs_path(path) or path


def _cell(cell: lsp.NotebookCell) -> Cell:
    return Cell(cell.document, cell.kind == lsp.NotebookCellKind.Code)
