"""What a project's requirements say of its Keras, and what follows from it for old names."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.project.keras_version import pinned_to_keras_2

OLD = (
    "from keras.models import Sequential\nfrom keras.layers import Dense\n\nmodel = Sequential()\n"
)
OLD += "model.add(Dense(output_dim=4, input_dim=3, init='uniform'))\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("requirements.txt", "numpy\ntensorflow==2.10.0\n", "tensorflow==2.10.0"),
        ("requirements.txt", "tensorflow-gpu==1.15\n", "tensorflow==1.15"),
        ("requirements-dev.txt", "Keras<3\n", "keras<3"),
        ("requirements.txt", "keras~=2.4\n", "keras~=2.4"),
        ("requirements.txt", "tensorflow~=2.4\n", ""),
        ("requirements.txt", "tensorflow~=2.4.1\n", "tensorflow~=2.4.1"),
        ("requirements.txt", "tensorflow>=2.4\n", ""),
        ("requirements.txt", "tensorflow>=2.4,<2.16\n", "tensorflow>=2.4,<2.16"),
        ("requirements.txt", "tensorflow>=2.4, <=2.16\n", ""),
        ("requirements.txt", "tensorflow==2.16.1\n", ""),
        ("requirements.txt", "# tensorflow==2.10\ntensorflow\n", ""),
        ("requirements.txt", "tensorflow-hub==0.12\nkeras-tuner==1.0\ntf-keras==2.16\n", ""),
        (
            "requirements.txt",
            "tensorflow[and-cuda]==2.14 ; python_version < '3.12'\n",
            "tensorflow==2.14",
        ),
        (
            "environment.yml",
            "dependencies:\n  - python=3.8\n  - tensorflow=2.4.1=gpu_py38\n",
            "tensorflow=2.4.1",
        ),
        ("environment.yml", "dependencies:\n  - keras=2\n", "keras=2"),
        ("environment.yml", "dependencies:\n  - tensorflow=2\n", ""),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["numpy>=1", "tensorflow<2.16"]\n',
            "tensorflow<2.16",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\ntensorflow = "^2.4"\nkeras = "^2.4"\n',
            "keras^2.4",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\ntensorflow = "2.4.0"\n',
            "tensorflow=2.4.0",
        ),
        (
            "setup.py",
            "setup(install_requires=['numpy==1.2', 'tensorflow==2.3', 'x>1'])\n",
            "tensorflow==2.3",
        ),
    ],
)
def test_what_pins_keras(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    assert pinned_to_keras_2([str(tmp_path)]) == (f"{said} in {name}" if said else "")


def test_the_nearest_folder_decides(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("keras==2.3\n")
    near = tmp_path / "near"
    near.mkdir()
    assert pinned_to_keras_2([str(near), str(tmp_path)]) == "keras==2.3 in requirements.txt"
    (near / "requirements.txt").write_text("keras==3.3\n")
    assert pinned_to_keras_2([str(near), str(tmp_path)]) == ""


def test_what_is_not_there_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").mkdir()
    assert pinned_to_keras_2([str(tmp_path), str(tmp_path / "nowhere")]) == ""


@pytest.mark.parametrize(
    ("requirement", "keras", "codes"),
    [
        ("tensorflow==2.10", None, []),
        ("tensorflow==2.10", 3, ["KFX304"]),
        ("tensorflow==2.18", None, ["KFX304"]),
        (None, None, ["KFX304"]),
        (None, 2, []),
    ],
)
def test_old_names_are_taken_where_keras_2_is_asked_for(
    tmp_path: Path, requirement: str | None, keras: int | None, codes: list[str]
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "model.py").write_text(OLD)
    (tmp_path / "setup.cfg").write_text("")
    if requirement is not None:
        (tmp_path / "requirements.txt").write_text(requirement + "\n")
    result = run_file(Project(), str(package / "model.py"), Settings(keras=keras))
    assert result.error is None
    assert [found.finding.code for found in result.models[0].findings] == codes
    assert result.models[0].traces[0].would_be == [(None, 4)]
    expected = ["the names are taken as those of Keras 2, for tensorflow==2.10 in requirements.txt"]
    assert result.notes == (expected if requirement == "tensorflow==2.10" and keras is None else [])
    assert bool(result.files) == bool(codes)


@pytest.mark.parametrize(
    "line",
    [
        "tensorflow" + " " * 150_000 + "x",
        "keras " * 30_000,
        "tensorflow" + "," * 150_000,
        "tensorflow==" + "1" * 150_000,
        "tensorflow==1." + "0." * 70_000 + "x",
        "tensorflow[" * 15_000,
        "tensorflow" + "version = " * 15_000,
        "tensorflow" + "\t'\"{" * 40_000,
    ],
)
def test_a_hostile_line_takes_no_longer(tmp_path: Path, line: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"{line}\nkeras==2.3\n")
    start = time.perf_counter()
    pinned_to_keras_2([str(tmp_path)])
    assert time.perf_counter() - start < 1
