"""The server: what the client says goes to the documents, what it asks for to the analysis."""

from __future__ import annotations

import asyncio
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from kfix import api
from kfix.lsp import actions, shapes
from kfix.lsp.analysis import Analysis, Answer
from kfix.lsp.client import Client
from kfix.lsp.diagnostics import diagnostics
from kfix.lsp.documents import Documents, Spot, path_of
from kfix.lsp.options import Options, options_of
from kfix.lsp.protocol import Protocol
from kfix.lsp.texts import Text
from kfix.version import __version__

_LANGUAGES = ("python", "jupyter")
_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithNotebook(
            notebook=lsp.NotebookDocumentFilterNotebookType(notebook_type="jupyter-notebook"),
            cells=[lsp.NotebookCellLanguage(language="python")],
        )
    ]
)
_WATCHED = ("**/*.py", "**/pyproject.toml")


class Server(LanguageServer):
    """The server with what it knows of the client."""

    def __init__(self) -> None:
        super().__init__(
            "kfix",
            __version__,
            protocol_cls=Protocol,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental,
            notebook_document_sync=_NOTEBOOKS,
        )
        self.documents = Documents()
        self.analysis = Analysis(self.documents)
        self.folders: dict[str, str] = {}
        """The open folders: paths by their URIs."""
        self.cursors: dict[str, tuple[int | None, int]] = {}
        """By path, the cell and the line of the cursor, as the client last sent it."""
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._published: dict[str, set[str]] = {}

    # --- the client -------------------------------------------------------------------------

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a fault: the client goes on. One in an answer is in the answer already."""
        if source is not FeatureRequestError:
            self.log(f"{type(error).__name__}: {error}", lsp.MessageType.Error)

    @property
    def client(self) -> Client:
        """What the client can do."""
        return Client(self.client_capabilities)

    def log(self, message: str, kind: lsp.MessageType = lsp.MessageType.Info) -> None:
        """Write a line into the log of the client."""
        self.window_log_message(lsp.LogMessageParams(kind, message))

    def show(self, message: str) -> None:
        """Show a line to the person."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, message))

    @property
    def edits(self) -> actions.Edits:
        """What makes edits as the client takes them."""
        return actions.Edits(self.documents, self.client.versions_edits)

    def set_options(self, given: object) -> None:
        """Take the settings of the client."""
        wrong: list[str] = []
        self.analysis.options = options_of(given, wrong)
        for message in wrong:
            self.show(message)
        self.analysis.forget()

    @property
    def options(self) -> Options:
        """What the client has set."""
        return self.analysis.options

    def set_folders(self) -> None:
        """Let the analysis know which folders are open."""
        self.analysis.set_folders(self.folders.values())

    # --- diagnostics ------------------------------------------------------------------------

    def changed(self, path: str, delay: bool = True) -> None:
        """Check a program, and those that import it, when nothing has been typed for a while."""
        for one in (path, *self.analysis.users(path)):
            waiting = self._waiting.pop(one, None)
            if waiting is not None:
                waiting.cancel()
            seconds = delay * self.options.delay / 1000
            self._waiting[one] = asyncio.ensure_future(self._check(one, seconds))

    def everything_changed(self) -> None:
        """Check all open programs again."""
        self.analysis.forget()
        for path in self.documents.paths():
            self.changed(path)

    async def _check(self, path: str, seconds: float) -> None:
        known = self.analysis.known(path)
        if known is not None and seconds:
            seconds = max(seconds, min(2 * known.seconds, 1.0))
        await asyncio.sleep(seconds)
        answer = await self.analysis.answer(path)
        self._waiting.pop(path, None)
        if path in self.documents.paths():
            self._publish(path, answer)
            self._refresh()

    def _publish(self, path: str, answer: Answer) -> None:
        if answer.error is not None and answer.error.fault:
            self.log(answer.error.message, lsp.MessageType.Error)
        found = diagnostics(path, answer, self.documents)
        for uri in self._published.get(path, set()) - found.keys():
            self._send(uri, None, [])
        self._published[path] = set(found)
        versions = {text.uri: text.version for _, text in self.documents.texts(path)}
        for uri, several in found.items():
            self._send(uri, versions.get(uri), several)

    def _send(self, uri: str, version: int | None, several: list[lsp.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=several)
        )

    def _refresh(self) -> None:
        """Ask for new requests of hints and lenses: what is shown was that of an earlier text."""
        if self.client.refreshes_hints:
            self.workspace_inlay_hint_refresh(None)
        if self.client.refreshes_lenses:
            self.workspace_code_lens_refresh(None)

    def closed(self, uri: str) -> None:
        """Forget a document that was closed, and take back what was said of it."""
        path = self.documents.path(uri)
        waiting = self._waiting.pop(path, None)
        if waiting is not None:
            waiting.cancel()
        self.documents.close(uri)
        self.analysis.close(path)
        self.cursors.pop(path, None)
        for one in self._published.pop(path, set()):
            self._send(one, None, [])
        for user in self.analysis.users(path):
            self.changed(user)

    # --- questions --------------------------------------------------------------------------

    async def asked(self, uri: str) -> tuple[Spot, Text, Answer] | None:
        """Return where a text belongs, the text, and its answer; `None` if it is not open."""
        spot = self.documents.spot(uri)
        if spot is None:
            return None
        answer = await self.analysis.answer(spot.path)
        text = self.documents.text(*spot)
        if text is None:
            return None
        return spot, text, answer

    def cursor_at(self, spot: Spot, line: int, answer: Answer) -> None:
        """Note where the cursor is; hints are asked for again if it came into another model."""
        before = self.model_of_cursor(spot, answer)
        self.cursors[spot.path] = (spot.cell, line)
        now = self.model_of_cursor(spot, answer)
        if now is not None and now is not before and self.client.refreshes_hints:
            self.workspace_inlay_hint_refresh(None)

    def model_of_cursor(self, spot: Spot, answer: Answer) -> api.Model | None:
        """Return the model that the cursor is in."""
        cell, line = self.cursors.get(spot.path, (None, None))
        return shapes.model_around(answer, spot.path, cell, line)


server = Server()


# --- the life of the server -------------------------------------------------------------------


@server.feature(lsp.INITIALIZE)
def initialize(ls: Server, params: lsp.InitializeParams) -> None:
    """Take the folders and the options of the client, and how it counts positions."""
    ls.documents.encoding = str(ls.workspace.position_encoding or "utf-16")
    for folder in params.workspace_folders or ():
        ls.folders[folder.uri] = to_fs_path(folder.uri) or folder.uri
    if not ls.folders and params.root_uri:
        ls.folders[params.root_uri] = to_fs_path(params.root_uri) or params.root_uri
    ls.set_folders()
    ls.analysis.options = options_of(params.initialization_options, [])


@server.feature(lsp.INITIALIZED)
async def initialized(ls: Server, params: lsp.InitializedParams) -> None:
    """Ask for the settings, and to be notified when they or files on disk change."""
    registrations: list[lsp.Registration] = []
    if ls.client.registers("did_change_watched_files"):
        watchers = [lsp.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registrations.append(lsp.Registration("kfix-files", method, options))
    if ls.client.registers("did_change_configuration"):
        method = lsp.WORKSPACE_DID_CHANGE_CONFIGURATION
        registrations.append(lsp.Registration("kfix-settings", method, {"section": "kfix"}))
    if registrations:
        ls.client_register_capability(lsp.RegistrationParams(registrations))
    if ls.client.answers_settings:
        await _pull(ls)


async def _pull(ls: Server) -> None:
    """Ask for the settings."""
    asked = lsp.ConfigurationParams([lsp.ConfigurationItem(section="kfix")])
    answers = await asyncio.wrap_future(ls.workspace_configuration(asked))
    if answers and answers[0]:
        ls.set_options(answers[0])
        ls.everything_changed()


@server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
async def settings_changed(ls: Server, params: lsp.DidChangeConfigurationParams) -> None:
    """Take new settings; some clients send them, the others are asked."""
    if isinstance(params.settings, dict) and params.settings.get("kfix"):
        ls.set_options(params.settings)
        ls.everything_changed()
    elif ls.client.answers_settings:
        await _pull(ls)


@server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
def folders_changed(ls: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Take folders in and out."""
    for folder in params.event.removed:
        ls.folders.pop(folder.uri, None)
    for folder in params.event.added:
        ls.folders[folder.uri] = to_fs_path(folder.uri) or folder.uri
    ls.set_folders()
    ls.everything_changed()


@server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def files_changed(ls: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Check again what may read a file that changed on disk."""
    ls.everything_changed()


# --- documents --------------------------------------------------------------------------------


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
async def opened(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Check a program that was opened."""
    document = params.text_document
    if document.language_id in _LANGUAGES or document.uri.endswith(".py"):
        ls.documents.open(document)
        ls.changed(ls.documents.path(document.uri), delay=False)


@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
async def typed(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Check a program again."""
    ls.documents.change(params.text_document, params.content_changes)
    spot = ls.documents.spot(params.text_document.uri)
    if spot is not None:
        ls.changed(spot.path)


@server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
async def closed(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forget a program."""
    ls.closed(params.text_document.uri)


@server.feature(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
async def notebook_opened(ls: Server, params: lsp.DidOpenNotebookDocumentParams) -> None:
    """Check a notebook that was opened."""
    ls.documents.open_notebook(params)
    ls.changed(path_of(params.notebook_document.uri), delay=False)


@server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
async def notebook_typed(ls: Server, params: lsp.DidChangeNotebookDocumentParams) -> None:
    """Check a notebook again."""
    ls.documents.change_notebook(params)
    ls.changed(path_of(params.notebook_document.uri))


@server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
async def notebook_closed(ls: Server, params: lsp.DidCloseNotebookDocumentParams) -> None:
    """Forget a notebook."""
    ls.closed(params.notebook_document.uri)
