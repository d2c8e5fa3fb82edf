"""What the pages say is what the code does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kfix.cli.main import command
from kfix.findings import all_findings
from kfix.report.formats import FORMATS
from scripts import make_docs

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", make_docs.pages(), ids=lambda page: page.name)
def test_pages_made_from_the_code_are_current(page: Path) -> None:
    assert page.read_text() == make_docs.pages()[page], "run make docs"


def test_every_option_is_in_the_readme_and_no_other() -> None:
    options = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
        if name not in ("--version", "--help", "--quiet")
    }
    rows = [row for row in README.splitlines() if row.startswith("| `-")]
    named = {
        name for row in rows for name in re.findall(r"(?<!\S)`?(-q|--[a-z-]+)", row.split("|")[1])
    }
    assert named == options


def test_every_report_format_is_in_the_readme_and_the_page() -> None:
    [row] = [line for line in README.splitlines() if line.startswith("| `--output-format")]
    assert set(re.findall(r"`([a-z]+)`", row)) == set(FORMATS)
    rows = re.findall(r"^\| `([a-z]+)` \|", (ROOT / "docs" / "usage.md").read_text(), re.MULTILINE)
    assert set(FORMATS) - {"text"} <= set(rows)


def test_the_table_of_packages_has_every_package() -> None:
    page = (ROOT / "docs" / "development.md").read_text()
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `kfix/")]
    named = [name for row in rows for name in re.findall(r"`kfix/(\w+)`", row)]
    packages = [path.parent.name for path in (ROOT / "kfix").glob("*/__init__.py")]
    assert sorted(named) == sorted(packages)


def test_every_finding_has_a_code_of_its_own_and_says_what_keras_says() -> None:
    for code, cls in all_findings().items():
        assert re.fullmatch(r"KFX[1-9]\d\d", code)
        assert cls.severity in ("error", "warning", "note")
        assert cls.__doc__ is not None
        assert cls.__doc__.strip().count("\n") > 1, f"{code} needs more than a headline"


def test_the_task_for_an_editor_is_json_and_its_pattern_matches() -> None:
    page = (ROOT / "docs" / "editors.md").read_text()
    [task] = re.findall(r"```json\n(\{\"version.*?)```", page, re.DOTALL)
    pattern = json.loads(task)["tasks"][0]["problemMatcher"]["pattern"]
    match = re.match(
        pattern["regexp"],
        "src/model.py:8:5: error KFX101: `model` has output shape (None, 5, 5, 10), expected 10",
    )
    assert match is not None
    assert [match[pattern[part]] for part in ("file", "line", "column", "code")] == [
        "src/model.py",
        "8",
        "5",
        "KFX101",
    ]


def test_the_worked_example_prints_what_the_page_says() -> None:
    page = (ROOT / "docs" / "development.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    [printed] = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    command = [sys.executable, "-c", example]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == printed


def test_every_path_on_the_page_for_developers_exists() -> None:
    page = (ROOT / "docs" / "development.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    paths = set(re.findall(r"`((?:kfix|tests|scripts|docs|bench)/[\w/.]*)`", page))
    assert {"kfix/edits", "kfix/shapes/rules/"} <= paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
