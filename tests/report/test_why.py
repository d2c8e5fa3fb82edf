"""`--why`: what cannot be inferred, in lines that fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kfix.cli.main import command

UNKNOWN = """\
import os
import keras
from keras import layers

number_of_classes_of_this_data_set = len(os.listdir("a_folder_with_a_rather_long_name"))
height_and_width = (int(os.environ["HEIGHT"]), int(os.environ["WIDTH"]))

model = keras.Sequential([
    layers.Input((*height_and_width, 3)),
    layers.Conv2D(32, 3),
    layers.Dense(number_of_classes_of_this_data_set, activation="softmax"),
])
"""


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(
    width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(UNKNOWN)
    runner = CliRunner(env={"COLUMNS": str(width)})
    result = runner.invoke(command, ["model.py", "--check", "--why"])
    lines = result.stdout.splitlines()
    assert any("because" in line for line in lines)
    assert max(map(len, lines)) <= width
    assert any("model.py:6:" in line for line in lines)


def test_a_layer_of_another_file_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("parts.py").write_text(
        "import os\nfrom keras import layers\n\n"
        "def head(x):\n    return layers.Dense(int(os.environ['UNITS']))(x)\n"
    )
    Path("net.py").write_text(
        "from keras import Input, Model\nfrom parts import head\n\n"
        "x = Input((8,))\nmodel = Model(x, head(x))\n"
    )
    outcome = CliRunner(env={"COLUMNS": "120"}).invoke(command, ["net.py", "--check", "--why"])
    assert "Dense (line 5 of parts.py): output shape (None, ?)" in outcome.stdout
