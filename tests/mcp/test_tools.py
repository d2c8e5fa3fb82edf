"""The tools for coding agents, over standard input and output, with the client of the SDK."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.cli.test_main import FIXED, WRONG

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def session() -> AsyncIterator[ClientSession]:
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "kfix", "mcp"])
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as client:
        await client.initialize()
        yield client


async def call(client: ClientSession, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert content.type == "text"
    return content.text


async def test_the_tools_check_fix_and_explain(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(WRONG)
    name = str(path)
    async with session() as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == {"check", "fix", "summary", "explain"}
        said = await call(client, "check", path=name, target="10")
        assert "has output shape (None, 26, 26, 10)" in said
        assert "KFX101" in said
        assert "Total params: " in await call(client, "summary", path=name)
        said = await call(client, "fix", path=name, target="10")
        assert "+    layers.Flatten()," in said
        assert "not written" in said
        assert path.read_text() == WRONG
        said = await call(client, "fix", path=name, target="10", write=True)
        assert "\nwritten\n" in said
        assert path.read_text() == FIXED
        assert "KFX101 output-shape" in await call(client, "explain", code="KFX101")
        assert (await call(client, "explain", code="KFX999")).startswith("error: unknown code")
        assert (await call(client, "check", path=name, target="x")).startswith("error: ")
        assert "no_such" in await call(client, "check", path="no_such.py")


async def test_an_answer_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    line = "m{0} = Sequential([layers.Input((8, 8)), layers.LSTM(4), layers.LSTM(4)])\n"
    lines = [line.format(number) for number in range(100)]
    path.write_text("from keras import Sequential, layers\n" + "".join(lines))
    async with session() as client:
        said = await call(client, "check", path=str(path))
        assert 12_000 < len(said) < 12_200
        assert said.endswith("more characters; name one model to see them")
