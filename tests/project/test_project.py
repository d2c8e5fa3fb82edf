"""Programs of several files: modules are found, read when they are needed, edited where the fault
is.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kfix.cli.main import command
from kfix.engine.pipeline import run_file
from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import KEPT, Project
from kfix.source.interpreter import imports

FILES = {
    "pyproject.toml": "",
    "config.py": "IMG_SIZE = 28\nNUM_CLASSES = 10\n",
    "models/__init__.py": "from .cnn import build_cnn\n",
    "models/cnn.py": (
        "from tensorflow import keras\n"
        "from config import IMG_SIZE\n"
        "from .parts import *\n"
        "def build_cnn(classes):\n"
        "    return keras.Sequential([\n"
        "        keras.Input((IMG_SIZE, IMG_SIZE, 1)),\n"
        "        convolution(8),\n"
        "        layers.Dense(classes),\n"
        "    ])\n"
    ),
    "models/parts.py": "from keras import layers\ndef convolution(n):\n"
    "    return layers.Conv2D(n, 3)\n",
    "train.py": "import keras\nimport config\nfrom models import build_cnn\n"
    "model = build_cnn(config.NUM_CLASSES)\n",
    "evaluate.py": "import keras\nimport models.cnn as nets\nmodel = nets.build_cnn(10)\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def kfix(*args: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "400"}).invoke(command, [str(arg) for arg in args])


def layer_classes(path: Path) -> list[str]:
    reading = read(Project(), str(path), Settings())
    (group,) = [group for group in reading.groups if group.models[0].name == "model"]
    return [node.layer.cls for node in group.models[0].nodes]


def test_an_edit_goes_to_the_file_of_the_place(project: Path) -> None:
    result = kfix(project / "train.py", "--target", "10")
    assert f"{project}/models/cnn.py:8:9: error KFX101" in result.stdout
    assert "layers.Flatten(),\n        layers.Dense" in (project / "models/cnn.py").read_text()
    assert (project / "train.py").read_text() == FILES["train.py"]
    assert kfix(project / "train.py", "--target", "10", "--dry-run").exit_code == 0


def test_a_program_that_only_trains_needs_not_mention_keras(project: Path) -> None:
    (project / "run.py").write_text(
        "import numpy as np\nimport models\nx, y = np.zeros((9, 28, 28, 1)), np.zeros((9, 10))\n"
        "model = models.build_cnn(10)\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
    )
    assert "KFX101" in kfix(project / "run.py").stdout
    assert "Flatten" in (project / "models/cnn.py").read_text()
    (project / "other.py").write_text("import config\nconfig.compile()\nconfig.fit(3)\n")
    assert kfix(project / "other.py").stderr.strip() == "1 file, 0 models: nothing to fix"


def test_two_programs_of_one_module_fix_it_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    for path in ("train.py", "evaluate.py"):
        assert layer_classes(project / path) == ["Input", "Conv2D", "Dense"]
    result = kfix(".", "--target", "10")
    assert (project / "models/cnn.py").read_text().count("Flatten") == 1
    assert "has changed" not in result.output
    assert "models/cnn.py:8:9: error KFX101" in result.stdout


def test_nothing_is_read_until_a_name_is_used(project: Path) -> None:
    (project / "heavy.py").write_text("import keras\nVALUE = 3\n")
    (project / "light.py").write_text(
        "import keras\nimport heavy\nfrom heavy import VALUE\n"
        "model = keras.Sequential([keras.layers.Dense(3)])\n"
    )
    run = Project()
    read(run, str(project / "light.py"), Settings())
    assert list(run.loaded()) == [str(project / "light.py")]


def test_an_implementation_of_keras_is_keras(tmp_path: Path) -> None:
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras/__init__.py").write_text("raise SystemExit\n")
    path = tmp_path / "net.py"
    path.write_text(
        "import keras\nfrom keras import layers\nmodel = keras.Sequential([layers.Dense(3)])\n"
    )
    assert layer_classes(path) == ["Dense"]


def test_circles_of_imports_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from b import *\nfrom b import size\nN = 4\n")
    (tmp_path / "b.py").write_text("from a import *\nfrom a import N\nfrom a import size\n")
    path = tmp_path / "net.py"
    path.write_text(
        "import keras\nfrom a import N, size\nfrom keras.layers import Dense\n"
        "model = keras.Sequential([Dense(N), Dense(size)])\n"
    )
    assert layer_classes(path) == ["Dense", "Dense"]


def test_modules_are_bounded(tmp_path: Path) -> None:
    count = imports.MAX_MODULES + 10
    for number in range(count):
        (tmp_path / f"m{number}.py").write_text(f"N = {number}\n")
    lines = [f"from m{number} import N as n{number}\n" for number in range(count)]
    wanted = "".join(f"    keras.layers.Dense(n{number}),\n" for number in range(count))
    path = tmp_path / "net.py"
    path.write_text(f"import keras\n{''.join(lines)}model = keras.Sequential([\n{wanted}])\n")
    reading = read(Project(), str(path), Settings())
    assert any("modules" in limit.why for limit in reading.program.limits)
    units = [node.layer.arguments[0].value for node in reading.program.models[0].nodes]
    assert units[: imports.MAX_MODULES] == list(range(imports.MAX_MODULES))
    assert "too many are imported" in repr(units[-1])


def test_a_run_lets_go_of_files_that_are_done(tmp_path: Path) -> None:
    filler = "x = [" + "1, " * 20_000 + "]\n"
    run = Project()
    for number in range(10):
        path = tmp_path / f"net{number}.py"
        path.write_text(
            f"import keras\n{filler}model = keras.Sequential([keras.layers.Dense(3)])\n"
        )
        result = run_file(run, str(path), Settings(search=False))
        assert result.error is None
        assert len(result.models) == 1
    kept = sum(os.path.getsize(path) for path in run.loaded())
    assert 0 < kept <= KEPT


def test_every_place_of_several_files_names_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nets.py").write_text(
        "from keras import Sequential, layers\n\ndef build():\n    return Sequential([\n"
        "        layers.Input((9, 9, 1)),\n        layers.LSTM(4, return_sequences=True),\n"
        "        layers.Dense(3),\n    ])\n".replace("(9, 9, 1)", "(9, 2)")
    )
    Path("train.py").write_text(
        "import numpy as np\nfrom nets import build\n\nmodel = build()\n"
        "model.compile('adam', 'mse')\nmodel.fit(np.zeros((8, 9, 2)), np.zeros((8, 3)))\n"
    )
    text = kfix("train.py", "--dry-run").stderr
    assert "line 6 of train.py" in text
    assert "(nets.py, line 6)" in text
    found = json.loads(kfix(".", "--check", "--output-format", "gitlab").stdout)
    assert {one["location"]["path"] for one in found} == {"nets.py"}
    Path("train.py").write_text("\n" + Path("train.py").read_text())
    again = json.loads(kfix(".", "--check", "--output-format", "gitlab").stdout)
    assert [one["fingerprint"] for one in again] == [one["fingerprint"] for one in found]
