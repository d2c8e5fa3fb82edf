"""Comments that keep findings quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_main import REFUSED, WRONG, run


def check(tmp_path: Path, text: str, *args: str) -> tuple[int, str, str]:
    path = tmp_path / "net.py"
    path.write_text(text)
    result = run(path, *args)
    return result.exit_code, result.output, path.read_text()


@pytest.mark.parametrize(
    "comment",
    [
        "# kfix: ignore",
        "# kfix: ignore[KFX101]",
        "# kfix: ignore[KFX3, KFX1]",
        "# noqa: E501, KFX101",
    ],
)
def test_on_the_line(tmp_path: Path, comment: str) -> None:
    quiet = WRONG.replace("layers.Dense(10),", f"layers.Dense(10),  {comment}")
    code, output, text = check(tmp_path, quiet, "--target", "10")
    assert code == 0, output
    assert "error KFX101" not in output
    assert text == quiet


@pytest.mark.parametrize("comment", ["# kfix: ignore", "# kfix: ignore[KFX1]"])
def test_above_the_statement(tmp_path: Path, comment: str) -> None:
    quiet = WRONG.replace("model = ", f"{comment}\nmodel = ")
    code, output, text = check(tmp_path, quiet, "--target", "10")
    assert code == 0, output
    assert text == quiet


@pytest.mark.parametrize("comment", ["# kfix: ignore[KFX202]", "# noqa: E501", "# noqa"])
def test_another_code_hides_nothing(tmp_path: Path, comment: str) -> None:
    loud = WRONG.replace("layers.Dense(10),", f"layers.Dense(10),  {comment}")
    code, output, text = check(tmp_path, loud, "--target", "10")
    assert code == 0
    assert "KFX101" in output
    assert "Flatten()" in text


def test_a_refusal_that_is_kept_quiet_is_not_edited(tmp_path: Path) -> None:
    quiet = REFUSED.replace("model.add(LSTM(16))", "model.add(LSTM(16))  # kfix: ignore")
    code, output, text = check(tmp_path, quiet)
    assert code == 0, output
    assert text == quiet


def test_it_counts_for_the_next_statement_alone(tmp_path: Path) -> None:
    text = REFUSED.replace("model.add(LSTM(32", "# kfix: ignore\nmodel.add(LSTM(32")
    code, _, after = check(tmp_path, text)
    assert code == 0
    assert "return_sequences=True" in after


def test_a_string_is_no_comment(tmp_path: Path) -> None:
    text = "note = '''\n# kfix: ignore\n'''\n" + REFUSED
    assert "return_sequences=True" in check(tmp_path, text)[2]
