"""Notebooks and several folders through the server."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from kfix.lsp.texts import Text
from tests.lsp.editor import Editor, uri

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVER = [sys.executable, "-m", "kfix", "server"]
CELLS = [
    "%matplotlib inline\nfrom keras import Sequential, layers",
    "# Net",
    "model = Sequential([\n    layers.Input((8, 8)),\n    layers.LSTM(4),\n    layers.LSTM(4),\n])",
]


@pytest_lsp.fixture(scope="module", config=ClientServerConfig(server_command=SERVER))
async def client(
    lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    capabilities = client_capabilities("visual-studio-code")
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities,
            workspace_folders=[lsp.WorkspaceFolder(one.as_uri(), one.name) for one in folders],
        )
    )

    @lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    @lsp_client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
    @lsp_client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
    def accepted(*_: object) -> None:
        return None

    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient) -> Editor:
    return Editor(client)


def opened(editor: Editor, folder: Path) -> list[str]:
    """Open a notebook and return the URIs of its cells."""
    notebook = uri(folder, "net.ipynb")
    uris = [f"vscode-notebook-cell:{notebook.removeprefix('file:')}#c{n}" for n in range(3)]
    kinds = [lsp.NotebookCellKind.Code, lsp.NotebookCellKind.Markup, lsp.NotebookCellKind.Code]
    cells = [lsp.NotebookCell(kind, one) for kind, one in zip(kinds, uris, strict=True)]
    for one, text in zip(uris, CELLS, strict=True):
        editor.texts[one] = Text(one, text, 1)
    editor.client.notebook_document_did_open(
        lsp.DidOpenNotebookDocumentParams(
            lsp.NotebookDocument(notebook, "jupyter-notebook", 1, cells),
            [
                lsp.TextDocumentItem(one, "python", 1, editor.texts[one].text)
                for one in (uris[0], uris[2])
            ],
        )
    )
    return uris


def replaced(editor: Editor, folder: Path, cell: str, text: str) -> None:
    """Replace the text of a cell."""
    known = editor.texts[cell]
    change = lsp.TextDocumentContentChangeWholeDocument(text)
    known.apply(change)
    known.version = (known.version or 0) + 1
    content = lsp.NotebookDocumentCellContentChanges(
        lsp.VersionedTextDocumentIdentifier(version=known.version, uri=cell), [change]
    )
    editor.client.notebook_document_did_change(
        lsp.DidChangeNotebookDocumentParams(
            lsp.VersionedNotebookDocumentIdentifier(known.version, uri(folder, "net.ipynb")),
            lsp.NotebookDocumentChangeEvent(
                cells=lsp.NotebookDocumentCellChanges(text_content=[content])
            ),
        )
    )


async def test_a_notebook_is_one_program(editor: Editor, tmp_path: Path) -> None:
    first, _, last = opened(editor, tmp_path)
    (error,) = await editor.diagnostics(last)
    assert error.severity == lsp.DiagnosticSeverity.Error
    assert error.range.start == lsp.Position(3, 4)
    assert await editor.hints(last) == {1: "→ (None, 8, 8)", 2: "→ (None, 4)"}
    found = await editor.actions(last, "layers.LSTM(4),\n]")
    edit = found[0].edit
    assert edit is not None
    assert edit.document_changes is not None
    (change,) = edit.document_changes
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document.uri == last
    assert "return_sequences" in found[0].title
    replaced(
        editor, tmp_path, last, CELLS[2].replace("4),\n    l", "4, return_sequences=True),\n    l")
    )
    assert await editor.diagnostics(last) == []
    replaced(editor, tmp_path, first, CELLS[0] + "\nx = [")
    (broken,) = await editor.diagnostics(first)
    assert broken.code == "KFX000"
    assert (await editor.hints(last))[3] == "→ (None, 4)"


async def test_all_of_a_notebook_is_fixed_in_its_cells(editor: Editor, tmp_path: Path) -> None:
    _, _, last = opened(editor, tmp_path)
    await editor.diagnostics(last)
    (action,) = await editor.actions(last, "model", ["source.fixAll"])
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (change,) = action.edit.document_changes
    assert isinstance(change, lsp.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (last, 1)
    (edit,) = change.edits
    assert isinstance(edit, lsp.TextEdit)
    assert (edit.range.start, edit.new_text) == (lsp.Position(2, 17), ", return_sequences=True")


async def test_cells_come_and_go(editor: Editor, tmp_path: Path) -> None:
    _, _, last = opened(editor, tmp_path)
    await editor.diagnostics(last)
    structure = lsp.NotebookDocumentCellChangeStructure(
        array=lsp.NotebookCellArrayChange(start=0, delete_count=1),
        did_close=[lsp.TextDocumentIdentifier(uri(tmp_path, "gone"))],
    )
    editor.client.notebook_document_did_change(
        lsp.DidChangeNotebookDocumentParams(
            lsp.VersionedNotebookDocumentIdentifier(2, uri(tmp_path, "net.ipynb")),
            lsp.NotebookDocumentChangeEvent(
                cells=lsp.NotebookDocumentCellChanges(structure=structure)
            ),
        )
    )
    assert await editor.diagnostics(last) == []
    editor.client.notebook_document_did_close(
        lsp.DidCloseNotebookDocumentParams(
            lsp.NotebookDocumentIdentifier(uri(tmp_path, "net.ipynb")),
            [lsp.TextDocumentIdentifier(last)],
        )
    )
    assert await editor.hints(last) == {}


async def test_a_folder_that_is_opened_later_counts(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    text = CELLS[0].replace("%matplotlib inline\n", "") + "\n" + CELLS[2] + "\n"
    assert len(await editor.open(net, text)) == 1
    event = lsp.WorkspaceFoldersChangeEvent([lsp.WorkspaceFolder(tmp_path.as_uri(), "three")], [])
    params = lsp.DidChangeWorkspaceFoldersParams(event)
    editor.client.workspace_did_change_workspace_folders(params)
    assert len(await editor.diagnostics(net)) == 1
