"""Questions about open programs: asked once for all who wait, and about the texts as they were."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from kfix import api
from kfix.lsp.analysis import Analysis
from kfix.lsp.documents import Documents
from tests.lsp.editor import uri
from tests.lsp.test_server import NET

pytestmark = pytest.mark.asyncio


def opened(folder: Path, text: str = NET) -> tuple[Analysis, str, str]:
    documents = Documents()
    net = uri(folder, "net.py")
    documents.open(lsp.TextDocumentItem(net, "python", 1, text))
    return Analysis(documents), net, documents.path(net)


def typed(analysis: Analysis, net: str, version: int, text: str) -> None:
    document = lsp.VersionedTextDocumentIdentifier(version=version, uri=net)
    analysis.documents.change(document, [lsp.TextDocumentContentChangeWholeDocument(text)])


async def test_several_who_ask_share_one_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis, net, path = opened(tmp_path)
    checked: list[str] = []
    check = api.Workspace.check

    def counted(self: api.Workspace, path: str, **options: object) -> api.Report:
        checked.append(path)
        return check(self, path, **options)

    monkeypatch.setattr(api.Workspace, "check", counted)
    answers = await asyncio.gather(*(analysis.answer(path) for _ in range(4)))
    assert checked == [path]
    assert all(answer is answers[0] for answer in answers)
    typed(analysis, net, 2, NET.replace("10)", "11)"))
    assert (await analysis.answer(path)) is not answers[0]
    assert checked == [path, path]


async def test_who_asks_gets_the_answer_about_the_text_as_it_is(tmp_path: Path) -> None:
    analysis, net, path = opened(tmp_path)
    waiting = asyncio.ensure_future(analysis.answer(path))
    await asyncio.sleep(0)
    typed(analysis, net, 2, "# new\n" + NET)
    answer = await waiting
    assert answer.models[0].place.line == 5
    assert answer.texts == {None: "# new\n" + NET}


async def test_lines_move_from_the_text_that_was_read(tmp_path: Path) -> None:
    analysis, net, path = opened(tmp_path)
    await analysis.answer(path)
    waiting = asyncio.ensure_future(analysis.answer(path))
    typed(analysis, net, 2, "# new\n(\n" + NET)
    await waiting
    answer = await analysis.answer(path)
    assert answer.stale
    assert answer.line(None, 6) == 8


async def test_repairs_are_remembered_until_the_text_changes(tmp_path: Path) -> None:
    analysis, net, path = opened(tmp_path)
    fixed = await analysis.fix(path)
    assert fixed is not None
    assert fixed.changed
    assert await analysis.fix(path) is fixed
    typed(analysis, net, 2, NET + "# new\n")
    assert await analysis.fix(path) is not fixed


async def test_a_search_ends_when_the_text_changes(tmp_path: Path) -> None:
    analysis, net, path = opened(tmp_path)
    waiting = asyncio.ensure_future(analysis.fix(path))
    await asyncio.sleep(0)
    typed(analysis, net, 2, NET + "# new\n")
    assert await waiting is None
