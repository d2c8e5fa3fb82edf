"""Every command and every link of the pages for people."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from kfix.cli.main import SUBCOMMANDS, command
from tests.cli.test_main import REFUSED, WRONG

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
MADE = ("findings.md", "errors.md", "layers.md", "api.md")
"""Pages made from the code; theirs are tested there."""
COMMAND = re.compile(r"(?:\$ )?((?:python \S+ 2>&1 \| )?kfix(?:-keras)? .+)")
WITHOUT_SHELL = re.compile(r"python \S+ 2>&1 \| | < \S+")
ENCODER = """
encoder = keras.Sequential([layers.Input((64,)), layers.Dense(16)])
"""
LOG = """\
Traceback (most recent call last):
  File "train.py", line 7, in <module>
    model.add(Dense(1))
ValueError: Input 0 of layer "lstm_1" is incompatible with the layer: expected ndim=3, found ndim=2.
"""


class Line(NamedTuple):
    """One line of a page, and whether it is in a block of code."""

    text: str
    code: bool


def lines(page: Path) -> Iterator[Line]:
    """Yield the lines of a page; the fences of blocks are left out."""
    fenced = False
    for text in page.read_text().splitlines():
        if text.startswith("```"):
            fenced = not fenced
        else:
            yield Line(text, fenced or text.startswith("    "))


def commands(page: Path) -> Iterator[str]:
    """Yield the commands of kfix in the blocks of a page."""
    for line in lines(page):
        found = COMMAND.fullmatch(line.text.strip())
        if line.code and found is not None:
            yield found[1]


COMMANDS = sorted(set(chain.from_iterable(commands(p) for p in PAGES if p.name not in MADE)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with the files that the pages talk about."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    programs = {"model.py": WRONG, "src/net.py": WRONG, "train.py": REFUSED}
    for name, text in {**programs, "log.txt": LOG}.items():
        (tmp_path / name).write_text(text)
    for name, text in programs_of(DOCS / "tutorial.md"):
        (tmp_path / name).write_text(text)
    return tmp_path


def programs_of(page: Path) -> list[tuple[str, str]]:
    """Return the programs of a page that have their names in the first line."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    return [(found[1], block) for block in blocks if (found := re.match(r"# (\S+\.py)\n", block))]


def test_the_pages_have_commands() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_runs(line: str, folder: Path) -> None:
    words = shlex.split(WITHOUT_SHELL.sub("", line), comments=True)[1:]
    if words in SUBCOMMANDS:
        return
    if "::" in line:
        (folder / "model.py").write_text(WRONG + ENCODER)
    text = LOG
    if "--error" not in words:
        text = WRONG
    result = CliRunner(env={"COLUMNS": "80"}).invoke(command, words, input=text)
    assert result.exit_code in (0, 1), result.output


def test_the_diagnostic_of_the_page_is_what_is_printed(folder: Path) -> None:
    (folder / "model.py").write_bytes((ROOT / "fixtures" / "no_flatten.py").read_bytes())
    [printed] = re.findall(
        r"```console\n\$ kfix model.py\n(.*?)```", (DOCS / "usage.md").read_text(), re.DOTALL
    )
    result = CliRunner(env={"COLUMNS": "80"}).invoke(command, ["model.py"])
    assert result.output.rstrip("\n") == printed.rstrip("\n")


@pytest.mark.usefixtures("folder")
def test_the_tutorial_prints_what_it_says() -> None:
    page = (DOCS / "tutorial.md").read_text()
    blocks = re.findall(r"```console\n\$ kfix ([^\n]*)\n(.*?)```", page, re.DOTALL)
    assert len(blocks) > 6
    for words, printed in blocks:
        if printed:
            result = CliRunner(env={"COLUMNS": "80"}).invoke(command, shlex.split(words))
            assert result.output.rstrip("\n") == printed.rstrip("\n"), words


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page."""
    titles = [line.text.lstrip("# ") for line in lines(page) if line.text.startswith("#")]
    plain = (re.sub(r"[^\w\s-]", "", title).strip().lower() for title in titles)
    return {re.sub(r"\s+", "-", title) for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_is_dead(page: Path) -> None:
    text = "\n".join(line.text for line in lines(page) if not line.code)
    text = text.replace("https://github.com/kfix-keras/kfix/blob/main/", f"{ROOT}/")
    text = text.replace("https://github.com/kfix-keras/kfix/raw/main/", f"{ROOT}/")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http:", "https:")):
            continue
        name, _, anchor = link.partition("#")
        target = page
        if name:
            target = page.parent / name
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_has_a_place_in_the_site() -> None:
    listed = re.findall(r"^ +- .*: (\w+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in DOCS.glob("*.md"))
