"""`[tool.kfix]` in pyproject.toml."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfix.engine.pyproject import KEYS, Config, Configs
from kfix.engine.settings import Settings
from kfix.project.files import FileTrouble
from tests.cli.test_main import FIXED, WRONG, run


def project(tmp_path: Path, table: str) -> Path:
    (tmp_path / "pyproject.toml").write_text(f"[tool.kfix]\n{table}\n")
    path = tmp_path / "models" / "net.py"
    path.parent.mkdir()
    path.write_text(WRONG)
    return path


@pytest.mark.parametrize("name", ["models/net.py", "net.py", "models/*.py", "models/net.py::model"])
@pytest.mark.parametrize("shape", ["10", "'10'", "[10]", "'(None, 10)'"])
def test_a_target_for_a_file_and_a_model(tmp_path: Path, name: str, shape: str) -> None:
    path = project(tmp_path, f'[tool.kfix.targets]\n"{name}" = {shape}')
    assert run(path).exit_code == 0
    assert path.read_text() == FIXED


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ('"net.py::othr" = 10', "no model named 'othr'"),
        ('"nett.py" = 10', "no file 'nett.py': did you mean"),
        ('"nets/*.py" = 10', "no file 'nets/*.py'"),
    ],
)
def test_a_target_for_what_does_not_exist_is_an_error(
    tmp_path: Path, targets: str, said: str
) -> None:
    path = project(tmp_path, f"[tool.kfix.targets]\n{targets}")
    result = run(path)
    assert (result.exit_code, path.read_text()) == (2, WRONG)
    assert said in result.stderr


def test_a_pattern_may_fit_files_without_that_model(tmp_path: Path) -> None:
    path = project(tmp_path, "[tool.kfix.targets]\n'*.py::other' = 10")
    assert run(path).exit_code == 0
    assert path.read_text() == WRONG


def test_a_target_for_a_file_of_several_models_is_refused(tmp_path: Path) -> None:
    path = project(tmp_path, "[tool.kfix.targets]\n'net.py' = 10")
    path.write_text(WRONG + WRONG.replace("model", "other"))
    result = run(path)
    assert result.exit_code == 2
    assert "several models" in result.stderr
    assert "Flatten" in run(f"{path}::other", "--target", "10", "--diff").stdout


@pytest.mark.parametrize("key", ["select", "ignore"])
def test_an_unknown_code_is_an_error(tmp_path: Path, key: str) -> None:
    result = run(project(tmp_path, f"{key} = ['KFX1', 'KFX999']"))
    assert result.exit_code == 2
    assert "KFX999" in result.stderr


def test_the_command_line_counts_before_it(tmp_path: Path) -> None:
    path = project(tmp_path, 'prefer = "pool"\n[tool.kfix.targets]\n"net.py" = 99')
    assert run(path, "--target", "10").exit_code == 0
    assert "GlobalAveragePooling2D()" in path.read_text()


def test_a_comment_counts_before_it(tmp_path: Path) -> None:
    path = project(tmp_path, '[tool.kfix.targets]\n"net.py" = 99')
    path.write_text(WRONG.replace("model = ", "# kfix: target=10\nmodel = "))
    assert run(path).exit_code == 0
    assert "layers.Flatten()" in path.read_text()


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    path = project(tmp_path, '[tool.kfix.targets]\n"net.py" = 10')
    (path.parent / "pyproject.toml").write_text("[project]\nname = 'inner'\n")
    assert run(path).exit_code == 0
    assert path.read_text() == WRONG


def test_select_ignore_and_exclude(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        "ignore = ['KFX101']\nexclude = ['models/old*']\n[tool.kfix.targets]\n'net.py' = 10",
    )
    (path.parent / "old.py").write_text("def broken(:\n  keras")
    result = run(tmp_path, "--check")
    assert result.exit_code == 0, result.output
    assert "KFX101" not in result.stdout
    assert "1 file, 1 model" in result.stderr


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("targts = {}", "no key 'targts'"),
        ("prefer = 'max'", "'flatten' or 'pool'"),
        ("select = 'KFX1'", "select of [tool.kfix] is a list"),
        ("targets = {'net.py' = 'wide'}", "the target of 'net.py'"),
        ("prefer = ", "Invalid value"),
    ],
)
def test_what_is_not_understood_is_an_error_that_names_it(
    tmp_path: Path, table: str, said: str
) -> None:
    path = project(tmp_path, table)
    result = run(path)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "pyproject.toml" in result.stderr
    assert path.read_text() == WRONG


def test_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, "prefer = 'pool'")
    configs = Configs()
    first = configs.of(str(path))
    assert first is not None
    assert first is configs.of(str(path.parent / "other.py"))
    assert first.settings(str(path), Settings()).prefer == "pool"
    (tmp_path / "pyproject.toml").write_text("[tool.kfix]\nno = 1\n")
    with pytest.raises(FileTrouble):
        Configs().of(str(path))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("exclude = ['old', '!']", "'!' is not a pattern of .gitignore"),
        ("exclude = ['[z-a]']", "'[z-a]' is not a pattern of .gitignore"),
        ("targets = {'!' = 10}", "'!' is not a pattern of .gitignore"),
        ("prefer = " + "[" * 5000, "is too deeply nested"),
    ],
)
def test_patterns_that_are_none_and_files_that_are_too_deep(
    tmp_path: Path, table: str, said: str
) -> None:
    result = run(project(tmp_path, table))
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("error: ") == 1


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-3, 10**30), st.floats(), st.text(), st.dates()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(KEYS) | st.text(), VALUES, max_size=3),
    st.sampled_from(["net.py", "a/b.py", ""]),
)
def test_any_table_is_taken_or_named_as_trouble(table: dict[str, object], path: str) -> None:
    try:
        config = Config("/project", table)
    except FileTrouble as trouble:
        said = str(trouble)
    else:
        settings = config.settings(path, Settings())
        assert all(one.shape for one in settings.configured)
        assert config.excludes(path) in (True, False)
        said = config.folder
    assert said.startswith("/project")


@given(st.binary(max_size=60))
def test_any_file_is_read_or_named_as_trouble(tail: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_bytes(b"[tool.kfix]\n" + tail)
        with contextlib.suppress(FileTrouble):
            assert Configs().of(f"{folder}/net.py") is not None


def test_a_wrong_table_costs_its_own_folder_only(tmp_path: Path) -> None:
    for name, text in (
        ("bad", "[tool.kfix]\nwrong = 1\n"),
        ("big", f"[tool.kfix]\nprefer = {'1' * 5000}\n"),
        ("good", ""),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pyproject.toml").write_text(text)
        for program in ("a.py", "b.py"):
            (folder / program).write_text(WRONG)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert result.stderr.count("error: ") == 2
    assert "KFX" in result.stdout
    assert "6 files" in result.stderr
    assert "4 files not" in result.stderr
