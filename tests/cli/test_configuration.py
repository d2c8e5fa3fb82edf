"""Nothing that a person writes for kfix is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_main import FIXED, WRONG, run


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(WRONG)
    return path


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("code", ["KFX9", "rank-mismatc", "E501"])
def test_an_unknown_code_is_refused(option: str, code: str, wrong: Path) -> None:
    result = run(wrong, option, code)
    assert result.exit_code == 2
    assert repr(code) in result.stderr


def test_a_name_stands_for_its_code(wrong: Path) -> None:
    result = run(wrong, "--check", "--target", "10", "--select", "output-shape")
    assert (result.exit_code, "KFX101" in result.stdout) == (1, True)
    assert "KFX402" not in result.stdout


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--verify-python", "python3"), "--verify-python"),
        (("--stdin-filename", "net.py"), "--stdin-filename"),
        (("--check", "--pick", "2"), "--pick"),
        (("--check", "--unsafe"), "--unsafe"),
        (("--summary", "--never", "insert-layer"), "--never"),
        (("--target", "26,26,10", "--pick", "1"), "--pick"),
        (("--input-shape", "9,9,9", "--check"), "--input-shape"),
        (("--output-format", "json", "--show-layers"), "--show-layers"),
        (("--summary", "--strict"), "--strict"),
        (("--summary", "--select", "KFX1"), "--select"),
    ],
)
def test_an_option_without_effect_is_named(
    options: tuple[str, ...], named: str, wrong: Path
) -> None:
    result = run(wrong, *options)
    assert f"warning: {named} " in result.stderr
    assert result.exit_code in (0, 1)


def test_options_with_an_effect_are_not_named(wrong: Path) -> None:
    result = run(wrong, "--target", "10", "--pick", "1", "--never", "move-layer", "--unsafe")
    assert "warning:" not in result.stderr
    assert wrong.read_text() == FIXED


@pytest.mark.parametrize("comment", ["target = 10", "target =10", "target=(None, 10)"])
def test_spaces_around_the_equals_sign_are_fine(comment: str, wrong: Path) -> None:
    wrong.write_text(WRONG.replace("model = ", f"# kfix: {comment}\nmodel = "))
    assert run(wrong).exit_code == 0
    assert "Flatten" in wrong.read_text()


@pytest.mark.parametrize("comment", ["targt=10", "target 10", "target=", "input=wide", "ignored"])
def test_a_comment_that_kfix_does_not_know_is_an_error(comment: str, wrong: Path) -> None:
    text = WRONG.replace("model = ", f"# kfix: {comment}\nmodel = ")
    wrong.write_text(text)
    result = run(wrong)
    assert (result.exit_code, wrong.read_text()) == (2, text)
    assert "line 4" in result.stderr


def test_a_comment_that_is_at_no_model_is_named(wrong: Path) -> None:
    wrong.write_text(WRONG + "\n# kfix: target=10\nprint(model)\n")
    assert "line 10" in run(wrong).stdout


def test_a_near_model_is_named(wrong: Path) -> None:
    result = run(f"{wrong}::modell", "--target", "10")
    assert result.exit_code == 2
    assert "did you mean `model`?" in result.stderr


def test_unused_ignores_are_named_where_asked(wrong: Path) -> None:
    text = WRONG.replace("layers.Conv2D(32, 3),", "layers.Conv2D(32, 3),  # kfix: ignore[KFX2]")
    text = text.replace("layers.Dense(10),", "layers.Dense(10),  # kfix: ignore[KFX1, KFX4]")
    wrong.write_text(text)
    assert "unused" not in run(wrong, "--check", "--target", "10").output
    result = run(wrong, "--check", "--target", "10", "--warn-unused-ignores")
    assert "line 6: unused kfix: ignore[KFX2]" in result.stdout
    assert result.stdout.count("unused kfix") == 1


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        (("--target", "28x28x1"), "`28,28,1`"),
        (("--target", "28 28 1"), "`28,28,1`"),
        (("--target", "nonne,10"), "`none`"),
        (("--target", "inptu"), "`input`"),
        (("--output-format", "sarrif"), "`sarif`"),
        (("--prefer", "pooling"), "`pool`"),
    ],
)
def test_what_may_be_meant_is_named(options: tuple[str, ...], meant: str, wrong: Path) -> None:
    result = run(wrong, "--check", *options)
    assert (result.exit_code, f"did you mean {meant}?" in result.stderr) == (2, True)


def test_a_path_beside_explain_is_refused(wrong: Path) -> None:
    result = run(wrong, "--explain", "KFX101")
    assert (result.exit_code, "model.py" in result.stderr) == (2, True)
