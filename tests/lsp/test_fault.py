"""A fault of kfix is a line in the log of the client, and the server goes on."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.lsp.editor import Editor, uri
from tests.lsp.test_server import REFUSED

FAULTY = """
from kfix.engine import file_run
from kfix.lsp.main import serve

as_it_is = file_run.FileRun.run

def run(self):
    if b"fault" in self.project.data(self.path):
        raise ZeroDivisionError("in a rule")
    as_it_is(self)

file_run.FileRun.run = run
serve([])
"""


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-P", "-c", FAULTY]))
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities("neovim")
    await lsp_client.initialize_session(lsp.InitializeParams(capabilities=capabilities))

    @lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    @lsp_client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
    def accepted(*_: object) -> None:
        return None

    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_a_fault_is_logged_and_survived(client: LanguageClient, tmp_path: Path) -> None:
    editor, net = Editor(client), uri(tmp_path, "net.py")
    assert len(await editor.open(net, REFUSED)) == 1
    editor.type(net, "from", "fault = 1\nfrom")
    (shown,) = await editor.diagnostics(net)
    assert (shown.code, shown.range.start.line) == ("KFX201", 6)
    (message,) = [one.message for one in client.log_messages if "fault" in one.message]
    assert "a fault of kfix itself (ZeroDivisionError: in a rule)" in message
    assert await editor.actions(net, "layers.LSTM(4),\n    layers.D") == []
    editor.type(net, "fault = 1\n", "")
    assert len(await editor.diagnostics(net)) == 1
    assert (await editor.actions(net, "layers.LSTM(4),\n    layers.D"))[0].is_preferred
