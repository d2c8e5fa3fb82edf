"""The Python API: typed results, errors with a place, no printing, several threads at once."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kfix
from kfix import api
from tests.cli.test_main import FIXED, REFUSED, WRONG, run

ROOT = Path(__file__).parents[1]
FIXTURES = sorted((ROOT / "fixtures").glob("*.py"))


def test_check_returns_findings_with_places() -> None:
    report = kfix.check(WRONG, target=10)
    (error,) = [found for found in report.findings if found.fails]
    assert (error.code, error.severity, error.actual, error.expected) == (
        "KFX101",
        "error",
        "(None, 26, 26, 10)",
        "(None, 10)",
    )
    assert (error.place.line, error.place.column, error.place.end_column) == (7, 5, 21)
    assert not report.ok
    assert report.models[0].output_shapes == ((None, 26, 26, 10),)
    assert report.models[0].repairs == ()
    assert kfix.check(FIXED, target=10).ok


def test_the_worst_finding_of_a_line_comes_first() -> None:
    report = kfix.check(WRONG, target=10)
    assert [found.severity for found in report.findings] == ["error", "note"]
    assert len({found.place.line for found in report.findings}) == 1


@pytest.mark.parametrize("target", [10, "10", (10,), "(None, 10)", {"0": 10}])
def test_fix_returns_the_text_and_the_repairs(target: api.Target) -> None:
    fixed = kfix.fix(WRONG, target=target)
    assert (fixed.text, fixed.changed, fixed.ok) == (FIXED, True, True)
    (repair,) = fixed.repairs
    assert [edit.kind for edit in repair.edits] == ["insert-layer"]
    assert repair.output_shapes == ((None, 10),)
    assert "+    layers.Flatten()," in fixed.diff
    assert kfix.fix(WRONG, target=target, pick=2).text != FIXED


def test_a_program_that_is_right_stays() -> None:
    fixed = kfix.fix(FIXED, target=10)
    assert (fixed.text, fixed.changed, fixed.repairs, fixed.diff) == (FIXED, False, (), "")


def test_paths_are_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(REFUSED)
    for source in (path, str(path)):
        fixed = kfix.fix(source)
        assert "return_sequences=True" in fixed.text
        assert fixed.files == {str(path): fixed.text.encode()}
    assert path.read_text() == REFUSED


def test_the_report_is_the_json_of_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(WRONG)
    said = json.loads(run(path, "--target", "10", "--check", "--output-format", "json").stdout)
    assert kfix.check(path, target=10).as_dict() == said["files"][0]


def test_summary_is_the_text_of_keras() -> None:
    found = kfix.summary(FIXED)
    assert "Total params" in found.text
    assert found.models[0].params == 216_650


def test_a_program_that_is_none_raises_with_a_place() -> None:
    with pytest.raises(kfix.Error) as raised:
        kfix.check("import keras\nmodel = keras.Sequential([\n", path="net.py")
    assert raised.value.path == "net.py"
    assert raised.value.place is not None
    assert raised.value.place.line in (2, 3)


def test_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(kfix.Error) as raised:
        kfix.check(tmp_path / "none.py")
    assert raised.value.place is None


def test_arguments_that_are_none_raise() -> None:
    with pytest.raises(kfix.Error):
        kfix.check(WRONG, target="wide")
    with pytest.raises(kfix.Error):
        kfix.check(WRONG, select=["KFX999"])
    with pytest.raises(kfix.Error):
        kfix.fix(WRONG, only=["glue"])
    with pytest.raises(kfix.Error):
        kfix.fix(WRONG, target=10, model="nope")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    kfix.fix(WRONG, target=10)
    kfix.check(REFUSED)
    kfix.summary(WRONG)
    assert capfd.readouterr() == ("", "")


def test_threads_get_what_one_thread_gets() -> None:
    texts = [path.read_text() for path in FIXTURES[:24]]
    alone = [kfix.fix(text).text for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: kfix.fix(text).text, texts)) == alone


def test_the_import_of_the_package_costs_nothing() -> None:
    code = (
        "import sys, kfix; print(any(name.startswith(('libcst', 'click', 'kfix.')) for name in "
        "sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert shown.stdout == "False\n"


def test_the_examples_of_the_page_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import doctest

    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(WRONG)
    page = (ROOT / "docs" / "api.md").read_text()
    test = doctest.DocTestParser().get_doctest(page, {}, "api.md", "docs/api.md", 0)
    assert len(test.examples) > 5
    runner = doctest.DocTestRunner(verbose=False)
    assert runner.run(test).failed == 0
