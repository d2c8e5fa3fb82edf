"""The formats for other tools: each is read back as its tool would read it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import pytest
from jsonschema import Draft202012Validator as Validator

from kfix.report.changes import Change, changes
from kfix.report.formats import FORMATS
from kfix.report.formats.sarif import artifact
from tests.cli.test_main import FIXED, WRONG, run

ROOT = Path(__file__).parents[2]
FIXTURES = sorted(p for p in (ROOT / "fixtures").rglob("*") if p.suffix in (".py", ".ipynb"))


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("model.py")
    path.write_text(WRONG)
    return path


def shown(path: Path, name: str, *options: str) -> str:
    given = (path, "--target", "10", "--dry-run", "--output-format", name, *options)
    return run(*given).stdout


def applied(text: str, several: list[dict[str, Any]]) -> str:
    """Return the text as an editor makes it: by lines and columns, from the last change to the
    first.
    """
    for change in reversed(several):
        lines = text.split("\n")
        starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
        start = starts[change["line"] - 1] + change["column"] - 1
        end = starts[change["end_line"] - 1] + change["end_column"] - 1
        text = text[:start] + change["text"] + text[end:]
    return text


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_editor_that_applies_the_changes_has_the_bytes_of_kfix(
    path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    file = json.loads(run(copy, "--unsafe", "--output-format", "json").stdout)["files"][0]
    own = [change for change in file["changes"] if "path" not in change]
    assert applied(path.read_bytes().decode(), own) == copy.read_bytes().decode()
    assert bool(own) == (path.read_bytes() != copy.read_bytes())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\r\nb\r\n", b"a\nb\r\n"),
        (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfa = 2\n"),
        (b"x = 1", b"x = 1\n"),
        ("# größer\nx = 'ä'; y = 1\n".encode(), "# größer\nx = 'ä'; y = 23\n".encode()),
        (b"# coding: latin-1\nx = '\xe4'\n", b"# coding: latin-1\nx = '\xe4', 2\n"),
        (b"a\nb\nc\nd\n", b"a\nc\nd\ne\n"),
        (b"", b"x\n"),
    ],
)
def test_changes_turn_one_text_into_the_other(old: bytes, new: bytes) -> None:
    encoding = "latin-1" if b"latin-1" in old else "utf-8-sig"
    found = [change._asdict() for change in changes(old, new)]
    assert applied(old.decode(encoding), found) == new.decode(encoding)


def test_a_change_is_as_small_as_it_can_be() -> None:
    assert changes(b"model = f(10)\n", b"model = f(100)\n") == [Change(1, 13, 1, 13, "0")]


def test_github_names_file_lines_and_title(wrong: Path) -> None:
    lines = shown(wrong, "github").splitlines()
    (error,) = [line for line in lines if line.startswith("::error ")]
    properties, _, message = error.removeprefix("::error ").partition("::")
    given = dict(pair.split("=", 1) for pair in properties.split(","))
    assert (given["file"], given["line"], given["endLine"]) == ("model.py", "7", "7")
    assert "KFX101" in given["title"]
    assert "(None, 10)" in message
    assert "%0A" in message


def test_gitlab_tells_findings_apart(wrong: Path) -> None:
    wrong.write_text(WRONG + WRONG.replace("model", "other"))
    report = json.loads(run(wrong, "--check", "--output-format", "gitlab").stdout)
    assert len({issue["fingerprint"] for issue in report}) == len(report) == 2
    for issue in report:
        assert issue["location"]["path"] == "model.py"
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
    wrong.write_text("# one line more\n" + wrong.read_text())
    again = json.loads(run(wrong, "--check", "--output-format", "gitlab").stdout)
    assert [one["fingerprint"] for one in again] == [one["fingerprint"] for one in report]


def test_junit_counts_what_failed(wrong: Path) -> None:
    suites = xml.fromstring(shown(wrong, "junit"))
    assert (suites.get("tests"), suites.get("failures")) == ("1", "1")
    (case,) = suites.iter("testcase")
    assert (case.get("name"), case.get("line")) == ("KFX101", "7")
    wrong.write_text(FIXED)
    suites = xml.fromstring(shown(wrong, "junit"))
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")


def test_mermaid_draws_layers_shapes_and_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures")
    given = ("pooled_shortcut.py", "--check", "--output-format", "mermaid")
    lines = [line.strip() for line in run(*given).stdout.splitlines()]
    assert (lines[0], lines[1], lines[-1]) == ("```mermaid", "flowchart TD", "```")
    boxes = dict(re.findall(r'^(\w+)\["(.*?)"\]', "\n".join(lines), re.MULTILINE))
    assert boxes["layer2"] == "Add<br/>KFX205"
    edges = {tuple(re.findall(r"\b(?:layer|input)\d", line)) for line in lines if "-->" in line}
    assert {("input0", "layer0"), ("layer1", "layer2"), ("input0", "layer2")} <= edges
    assert any("(None, 56, 56, 32)" in line for line in lines if line.startswith("layer1 -->"))


def test_rdjson_suggests_the_repair(wrong: Path) -> None:
    report = json.loads(shown(wrong, "rdjson"))
    (error,) = [one for one in report["diagnostics"] if one["severity"] == "ERROR"]
    assert error["code"]["value"] == "KFX101"
    (suggestion,) = error["suggestions"]
    start, end = suggestion["range"]["start"], suggestion["range"]["end"]
    change = {**start, "end_line": end["line"], "end_column": end["column"]}
    assert applied(WRONG, [{**change, "text": suggestion["text"]}]) == FIXED


def test_rdjson_counts_bytes(wrong: Path) -> None:
    wrong.write_text(WRONG.replace("    layers.Dense", '    "größer" and layers.Dense'))
    report = json.loads(shown(wrong, "rdjson"))
    texts = wrong.read_bytes().split(b"\n")
    for one in report["diagnostics"]:
        start = one["location"]["range"]["start"]
        assert texts[start["line"] - 1][start["column"] - 1 :].startswith(b"layers.Dense")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a b.py", "src/a%20b.py"),
        ("./a.py", "a.py"),
        ("/work/a.py", "file:///work/a.py"),
        (r"C:\work\a.py", "file:///C:/work/a.py"),
        (r"src\a.py", "src/a.py"),
    ],
)
def test_sarif_names_files_by_uris(path: str, uri: str) -> None:
    assert artifact(path) == {"uri": uri}


def test_sarif_carries_fixes_and_rules(wrong: Path) -> None:
    (log,) = json.loads(shown(wrong, "sarif"))["runs"]
    rules = log["tool"]["driver"]["rules"]
    results = {result["ruleId"]: result for result in log["results"]}
    for result in log["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    error = results["KFX101"]
    assert error["level"] == "error"
    (location,) = error["locations"]
    assert location["physicalLocation"]["region"]["startLine"] == 7
    (change,) = error["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    edit = {
        "line": region["startLine"],
        "column": region["startColumn"],
        "end_line": region["endLine"],
        "end_column": region["endColumn"],
        "text": replacement["insertedContent"]["text"],
    }
    assert applied(WRONG, [edit]) == FIXED


REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "additionalProperties": False,
    "properties": {
        name: {"type": "integer", "minimum": 1}
        for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    "properties": {"uri": {"type": "string", "pattern": r"^[^\\\\ ]+$"}},
}
REPLACEMENT = {
    "type": "object",
    "required": ["deletedRegion"],
    "properties": {"deletedRegion": REGION, "insertedContent": TEXT},
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
    "properties": {
        "message": TEXT,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "locations": {
            "type": "array",
            "items": {
                "properties": {
                    "physicalLocation": {
                        "required": ["artifactLocation"],
                        "properties": {"artifactLocation": ARTIFACT, "region": REGION},
                    }
                }
            },
        },
        "fixes": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["artifactChanges"],
                "properties": {
                    "description": TEXT,
                    "artifactChanges": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "required": ["artifactLocation", "replacements"],
                            "properties": {
                                "artifactLocation": ARTIFACT,
                                "replacements": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": REPLACEMENT,
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "shortDescription": TEXT, "fullDescription": TEXT},
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "format": "uri"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {"rules": {"type": "array", "items": RULE}},
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "invocations": {
                        "items": {
                            "required": ["executionSuccessful"],
                            "properties": {"executionSuccessful": {"type": "boolean"}},
                        }
                    },
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""What SARIF 2.1.0 requires of the properties that kfix writes (sections 3.13 to 3.57 of the
standard).
"""


def test_sarif_has_the_structure_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    given = ("fixtures", "--dry-run", "--unsafe", "--output-format", "sarif")
    log = json.loads(run(*given).stdout)
    errors = [f"{one.json_path}: {one.message}" for one in Validator(SARIF).iter_errors(log)]
    assert errors == []
    assert sum("fixes" in result for result in log["runs"][0]["results"]) > 20


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "text"])
def test_a_file_that_cannot_be_read_is_in_every_report(name: str, wrong: Path) -> None:
    wrong.write_text("import keras\nmodel = keras.Sequential([\n")
    result = run(wrong, "--output-format", name)
    assert result.exit_code == 2
    assert "syntax error" in result.stdout


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_goes_to_a_file(name: str, wrong: Path) -> None:
    result = run(wrong, "--target", "10", "--output-format", name, "--output-file", "report")
    assert result.exit_code == 0
    assert "KFX101" in Path("report").read_text()
    assert "KFX101" not in result.stdout
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["model.py", "report"]


def test_a_report_does_not_overwrite_a_program(wrong: Path) -> None:
    result = run(wrong, "--check", "--output-file", f"./{wrong}")
    assert (result.exit_code, wrong.read_text()) == (2, WRONG)
    assert "--output-file" in result.stderr


def test_a_report_that_cannot_be_written_is_an_error(wrong: Path) -> None:
    result = run(wrong, "--check", "--output-file", "no/where/report")
    assert result.exit_code == 2
    assert "no/where/report" in result.stderr
