"""The command as people use it: what goes where, what is written, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kfix.cli.main import command
from kfix.cli.path_arguments import split_path

WRONG = """\
import keras
from keras import layers

model = keras.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3),
    layers.Dense(10),
])
"""
FIXED = WRONG.replace("    layers.Dense(10),\n", "    layers.Flatten(),\n    layers.Dense(10),\n")
REFUSED = """\
from keras import Sequential
from keras.layers import LSTM, Dense

model = Sequential()
model.add(LSTM(32, input_shape=(10, 8)))
model.add(LSTM(16))
model.add(Dense(1))
"""
TWO = WRONG + "\nother = keras.Sequential([layers.Input((8,)), layers.Dense(3)])\n"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(WRONG)
    return path


def run(*args: object, text: str | None = None) -> Result:
    wide = {"COLUMNS": "400"}  # no line is broken, however long the temporary folder is called
    return CliRunner(env=wide).invoke(command, [str(arg) for arg in args], input=text)


def report(*args: object, text: str | None = None) -> dict[str, Any]:
    result = run(*args, "--output-format", "json", text=text)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_repairs_in_place(wrong: Path) -> None:
    result = run(wrong, "--target", "10")
    assert result.exit_code == 0, result.output
    assert wrong.read_text() == FIXED
    assert "KFX101" in result.stdout
    assert "+    layers.Flatten(),\n" in result.stdout
    assert "1 fixed" in result.stderr
    again = run(wrong, "--target", "10")
    assert again.exit_code == 0
    assert wrong.read_text() == FIXED
    assert "nothing to fix" in again.stderr


def test_dry_run_prints_the_diff_alone_and_writes_nothing(wrong: Path) -> None:
    result = run(wrong, "--target", "10", "--dry-run")
    assert result.exit_code == 1
    assert wrong.read_text() == WRONG
    assert result.stdout.startswith("--- ")
    assert "KFX101" in result.stderr
    assert run(wrong, "--target", "10", "--diff").stdout == result.stdout


def test_what_is_only_shown_is_not_called_fixed(wrong: Path) -> None:
    assert "  would fix: insert" in run(wrong, "--target", "10", "--dry-run").stderr
    assert "  fixed: insert" in run(wrong, "--target", "10").stdout


def test_check_finds_and_searches_nothing(wrong: Path) -> None:
    result = run(wrong, "--target", "10", "--check")
    assert result.exit_code == 1
    assert "KFX101" in result.stdout
    assert "Flatten" not in result.stdout.replace("feature", "")
    assert wrong.read_text() == WRONG
    assert run(wrong, "--check").exit_code == 0


def test_summary_is_what_keras_prints(wrong: Path) -> None:
    result = run(wrong, "--summary")
    assert result.exit_code == 0
    assert "conv2d (Conv2D)" in result.stdout
    assert "(None, 26, 26, 32)" in result.stdout
    assert "Total params: 650 " in result.stdout


def test_standard_input_gives_the_code_alone(wrong: Path) -> None:
    result = run("-", "--target", "10", text=WRONG)
    assert result.stdout == FIXED
    assert result.exit_code == 0
    assert "KFX101" in result.stderr
    named = run("-", "--target", "10", "--stdin-filename", "there.py", text=WRONG)
    assert "there.py:7:5" in named.stderr


def test_standard_input_without_keras_passes_through() -> None:
    assert run("-", text="print(1)\n").stdout == "print(1)\n"


def test_a_target_without_a_model(tmp_path: Path, wrong: Path) -> None:
    none, unread = tmp_path / "none.py", tmp_path / "unread.py"
    none.write_text("print(1)\n")
    unread.write_text("import keras\nmodel = keras.models.load_model('x.keras')\n")
    for path in (none, unread):
        for arguments in ([path, "--target", "10"], [f"{path}:1"], [f"{path}::model"]):
            result = run(*arguments)
            assert result.exit_code == 2
            assert result.stderr.startswith(f"error: {path}: no Keras model here")
            assert len(result.stderr.splitlines()) == 2  # and the summary of the run
        assert run(path).exit_code == 0
    passed = run(tmp_path, "--target", "10")
    assert passed.exit_code == 0
    assert "none.py" not in passed.output
    assert "unread.py" not in passed.output
    assert wrong.read_text() == FIXED
    code = run("-", "--target", "10", text="print(1)\n")
    assert (code.exit_code, code.stdout) == (2, "print(1)\n")
    assert "<stdin>: no Keras model here" in code.stderr or "-: no Keras model here" in code.stderr


UNTOLD = """import numpy as np
import keras
from keras import layers
x = np.load("x.npy")
"""


@pytest.mark.parametrize(
    "model",
    [
        "model = keras.Sequential([layers.Conv2D(4, 3, input_shape=x.shape[1:]), "
        "layers.Dense(10)])\n",
        "model = keras.Sequential([keras.Input((len(x), 28, 1)), layers.Conv2D(4, 3), "
        "layers.Dense(10)])\n",
        "start = keras.Input(x.shape[1:])\n"
        "model = keras.Model(start, layers.Dense(10)(layers.Conv2D(4, 3)(start)))\n",
    ],
)
def test_an_input_that_is_not_known_is_reported(model: str, tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(UNTOLD + model)
    untold = run(path, "--target", "26,26,10", "--check")
    assert "KFX102" in untold.stdout
    assert "--input-shape" in untold.stdout
    assert run(path, "--target", "26,26,10", "--input-shape", "28,28,1").exit_code == 0
    outcome = run(path, "--target", "10", "--input-shape", "28,28,1")
    assert "-> (None, 10)" in outcome.stdout
    assert outcome.exit_code == 0
    assert "Flatten()" in path.read_text()


def test_an_input_that_is_reported_stays(wrong: Path) -> None:
    shown = run(wrong, "--input-shape", "9,9,9", "--summary").stdout
    assert "input (None, 28, 28, 1)" in shown


def test_a_line_is_about_its_model_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    one = "one = keras.Sequential([keras.Input((4,)), layers.LSTM(3)])\n"
    path.write_text("import keras\nfrom keras import layers\n" + one + one.replace("one", "two"))
    assert run(path, "--check").stdout.count("error KFX201: ") == 2
    for line in (3, 4):
        shown = run(f"{path}:{line}", "--check").stdout
        assert shown.count("error KFX201: ") == 1
        assert f"m.py:{line}:" in shown


def test_json_is_the_contract(wrong: Path) -> None:
    found = report(wrong, "--target", "10", "--dry-run")
    assert found["version"] == 1
    (file,) = found["files"]
    assert (file["error"], file["changed"]) == (None, True)
    (model,) = file["models"]
    assert (model["name"], model["kind"], model["line"], model["column"], model["end_line"]) == (
        "model",
        "sequential",
        4,
        9,
        8,
    )
    assert model["input_shapes"] == [[None, 28, 28, 1]]
    assert model["output_shapes"] == [[None, 26, 26, 10]]
    assert model["params"] == 650
    assert model["target"] == {
        "shape": [None, 10],
        "source": "--target",
        "weight": "declared",
        "line": None,
        "column": None,
    }
    assert model["targets"] == {"0": [None, 10]}
    assert model["layers"][0] == {
        "class": "Conv2D",
        "name": None,
        "line": 6,
        "column": 5,
        "status": "known",
        "inputs": [{"input": 0}],
        "output_shapes": [[None, 26, 26, 32]],
        "params": 320,
    }
    assert model["layers"][1]["inputs"] == [{"layer": 0}]
    assert (model["variants"], model["fit"]) == ([], [])
    finding = next(f for f in model["findings"] if f["severity"] == "error")
    assert (finding["code"], finding["line"], finding["column"]) == ("KFX101", 7, 5)
    first = model["repairs"][0]
    assert first["applied"] is True
    assert first["verified"] is None
    assert first["output_shapes"] == [[None, 10]]
    assert first["edits"][0]["kind"] == "insert-layer"
    assert first["diff"].startswith("--- ")
    assert len(model["repairs"]) <= 3


def test_json_places_the_layers_inside_a_nested_model(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(WRONG + "\nouter = keras.Sequential([model, layers.Flatten()])\n")
    report = json.loads(run(path, "--check", "--output-format", "json").stdout)
    [entry, _] = report["files"][0]["models"][1]["layers"]
    assert [(inner["line"], inner["column"]) for inner in entry["layers"]] == [(6, 5), (7, 5)]


def test_json_carries_the_code_of_standard_input() -> None:
    assert report("-", "--target", "10", text=WRONG)["output"] == FIXED


def test_json_is_text_whatever_the_files_are(tmp_path: Path) -> None:
    code = ("# coding: latin-1\n# caf\xe9\n" + WRONG).encode("latin-1")
    report = json.loads(
        CliRunner().invoke(command, ["-", "--output-format", "json"], input=code).stdout
    )
    assert report["output"].startswith("# coding: latin-1\n# caf\xe9\n")
    path = os.fsencode(tmp_path) + b"/caf\xe9.py"
    with open(path, "w") as file:
        file.write(WRONG)
    result = run(os.fsdecode(path), "--check", "--output-format", "json")
    assert json.loads(result.stdout_bytes.decode("utf-8"))["files"][0]["path"].endswith("\udce9.py")


def test_closed_streams(wrong: Path) -> None:
    for option, closed in (("--check", ">&-"), ("--summary", "<&-"), ("--target=10", "2>&-")):
        ended = subprocess.run(
            [
                "/bin/sh",
                "-c",
                f'exec "$0" -m kfix "$1" "$2" {closed}',
                sys.executable,
                str(wrong),
                option,
            ],
            capture_output=True,
            check=False,
        )
        assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), closed
    ended = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m kfix - <&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (2, "error: standard input is closed\n")


def test_check_json_searches_for_no_repairs(wrong: Path) -> None:
    assert report(wrong, "--target", "10", "--check")["files"][0]["models"][0]["repairs"] == []


def test_pick_takes_another(wrong: Path) -> None:
    alternatives = report(wrong, "--target", "10", "--dry-run")["files"][0]["models"][0]["repairs"]
    assert len(alternatives) > 1
    assert run(wrong, "--target", "10", "--pick", "2").exit_code == 0
    assert wrong.read_text() not in (WRONG, FIXED)
    assert run(wrong, "--target", "11", "--pick", "99").exit_code == 2


def test_prefer_sets_the_habit(wrong: Path) -> None:
    run(wrong, "--target", "10", "--prefer", "pool")
    assert "GlobalAveragePooling2D()" in wrong.read_text()


def test_only_and_never_restrict_the_edits(wrong: Path) -> None:
    run(wrong, "--target", "10", "--never", "insert-layer")
    assert "Flatten" not in wrong.read_text()


def test_a_refusal_with_one_clear_cure_is_repaired_without_a_target(tmp_path: Path) -> None:
    path = tmp_path / "r.py"
    path.write_text(REFUSED)
    result = run(path)
    assert result.exit_code == 0, result.output
    assert "LSTM(32, input_shape=(10, 8), return_sequences=True)" in path.read_text()
    assert "KFX201" in result.stdout


def test_a_target_already_met_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(FIXED)
    result = run(path, "--target", "10")
    assert result.exit_code == 0
    assert path.read_text() == FIXED


def test_several_models_need_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text(TWO)
    result = run(path, "--target", "10")
    assert result.exit_code == 2
    assert "model (line 4)" in result.stderr
    assert "other (line 10)" in result.stderr
    assert path.read_text() == TWO
    for chosen in ([path, "--model", "model"], [f"{path}::model"], [f"{path}:6"], [f"{path}:4"]):
        path.write_text(TWO)
        assert run(*chosen, "--target", "10").exit_code == 0
        assert path.read_text() == TWO.replace(WRONG, FIXED)


def test_a_name_that_is_another_functions_too(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(
        TWO + "\ndef make():\n    other = keras.Sequential([layers.Input((8,)), layers.Dense(3)])\n"
    )
    assert run(f"{path}::other", "--target", "10").exit_code == 0
    assert path.read_text().count("Dense(3)") == 1
    assert run(f"{path}::make.other", "--target", "10").exit_code == 0
    assert "Dense(3)" not in path.read_text()


GAN = """import keras
from keras import layers

def generator():
    net = keras.Sequential()
    net.add(layers.Dense(6 * 6 * 8, input_shape=(20,)))
    net.add(layers.Reshape((6, 6, 8)))
    net.add(layers.Conv2DTranspose(1, 3, strides=2, padding="same"))
    return net

def judge():
    return keras.Sequential([
        layers.Input((14, 14, 1)),
        keras.Sequential([layers.Flatten(), layers.Dense(8)]),
        layers.Dense(1),
    ])

def both(g, d):
    net = keras.Sequential()
    net.add(g)
    net.add(d)
    return net

whole = both(generator(), judge())
"""


def test_a_line_of_a_model_that_is_a_layer_of_another(tmp_path: Path) -> None:
    path = tmp_path / "gan.py"
    for line in (5, 7, 9):
        path.write_text(GAN)
        assert run(f"{path}:{line}", "--target", "14,14,1").exit_code == 0
        repaired = GAN.replace("6 * 6 * 8", "7 * 7 * 8").replace("(6, 6, 8)", "(7, 7, 8)")
        assert path.read_text() == repaired
    assert run(f"{path}:14", "--target", "3").exit_code == 0
    assert path.read_text() == repaired.replace("layers.Dense(1)", "layers.Dense(3)")
    assert "gan.py:19:11: `net`" in run(f"{path}:19", "--target", "3", "--dry-run").stderr
    assert "taken for `both.net`" in run(f"{path}:23", "--target", "3", "--dry-run").stderr


PAIR = """import keras
from keras import layers

start = keras.Input((4,))
x = layers.Dense(6)(start)
inner = keras.Input((6,))

y = layers.Dense(3)(inner)
half = keras.Model(inner, y)
whole = keras.Model(start, half(x))
"""


def test_a_line_between_those_of_a_model_that_is_a_layer_of_another(tmp_path: Path) -> None:
    path = tmp_path / "pair.py"
    path.write_text(PAIR)
    assert (
        "pair.py:9:8: `half` has output shape (None, 3)"
        in run(f"{path}:7", "--target", "3", "--dry-run").stderr
    )
    assert (
        "pair.py:10:9: `whole` has output shape (None, 3)"
        in run(f"{path}:5", "--target", "3", "--dry-run").stderr
    )


def test_a_line_near_a_model(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(TWO + "\n\nother.compile()\n")
    result = run(f"{path}:12", "--target", "10")
    assert "line 12 is in no model: taken for `other`, line 10" in result.stdout
    assert path.read_text().startswith(WRONG)
    assert "Dense(3)" not in path.read_text()
    assert "taken for `model`, line 4" in run(f"{path}:1", "--target", "10", "--dry-run").stderr
    assert "taken for" not in run(f"{path}:7", "--target", "10", "--dry-run").stderr


def test_two_models_of_one_file_in_one_run(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(TWO)
    result = run(f"{path}::model", f"{path}::other", f"{path}::other", "--target", "10")
    assert (result.exit_code, result.stdout.count("  fixed:")) == (0, 2)
    assert path.read_text() == FIXED + TWO.removeprefix(WRONG).replace("Dense(3)", "Dense(10)")


def test_a_file_named_twice_is_done_once(wrong: Path) -> None:
    result = run(wrong, wrong.parent / "." / wrong.name, wrong.parent, "--target", "10")
    assert result.exit_code == 0
    assert result.stderr.startswith("1 file, 1 model: 1 error")


def test_a_constant_of_two_programs(tmp_path: Path) -> None:
    (tmp_path / "sizes.py").write_text("CLASSES = 3\n")
    program = (
        "import keras\nfrom sizes import CLASSES\n\n"
        "model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(CLASSES)])\n"
    )
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(program)
    assert run(tmp_path / "a.py", tmp_path / "b.py", "--target", "10").exit_code == 0
    assert (tmp_path / "sizes.py").read_text() == "CLASSES = 10\n"
    assert (tmp_path / "b.py").read_text() == program


def test_the_only_compiled_model_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text(TWO + 'model.compile("adam", "mse")\n')
    result = run(path, "--target", "10")
    assert result.exit_code == 0
    assert "`model`" in result.stdout
    assert "layers.Flatten()" in path.read_text()


def test_a_comment_declares_the_target(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    for place in ("model =", "    layers.Conv2D"):
        comment = "# kfix: target=10\n" if place == "model =" else ""
        text = WRONG.replace("model =", comment + "model =")
        if not comment:
            text = text.replace("Sequential([\n", "Sequential([  # kfix: target=10\n")
        path.write_text(text)
        assert run(path).exit_code == 0
        assert "layers.Flatten()" in path.read_text()


@pytest.mark.parametrize(
    ("content", "args", "says"),
    [
        (None, [], "no such file"),
        (b"import keras\nmodel = keras.Sequential([\n", [], "model.py:"),
        (b"import keras\nx = '\xff'\n", [], "utf-8"),
        (b"import keras\n" + b"(" * 1500 + b")" * 1500, [], "too deeply nested"),
        (WRONG.encode(), ["--target", "10", "--model", "net"], "no model named 'net'"),
        (WRONG.encode(), ["--target", "ten"], "write it as 10"),
        (WRONG.encode(), ["--input-shape", "a"], "28,28,1"),
    ],
)
def test_bad_input_gives_one_line_and_exit_2(
    tmp_path: Path, content: bytes | None, args: list[str], says: str
) -> None:
    path = tmp_path / "model.py"
    good = tmp_path / "good.py"
    good.write_text(FIXED)
    if content is not None:
        path.write_bytes(content)
    result = run(path, good, *args)
    assert result.exit_code == 2, result.output
    line, *_ = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert says in line
    assert "Usage" not in result.stderr
    assert "Traceback" not in result.output
    if content is not None:
        assert path.read_bytes() == content


def test_other_files_are_still_done(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import keras\n(")
    (tmp_path / "good.py").write_text(REFUSED)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "return_sequences=True" in (tmp_path / "good.py").read_text()


def test_a_target_out_of_reach_says_what_was_reached(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(WRONG)
    result = run(path, "--target", "10", "--only", "remove-layer")
    assert result.exit_code == 1
    assert "cannot fix" in result.stdout
    assert path.read_text() == WRONG


def test_unknown_input_shape_is_said_and_nothing_edited(tmp_path: Path) -> None:
    text = WRONG.replace("    layers.Input(shape=(28, 28, 1)),\n", "")
    path = tmp_path / "m.py"
    path.write_text(text)
    result = run(path, "--target", "10")
    assert "KFX102" in result.stdout
    assert path.read_text() == text
    assert run(path, "--target", "10", "--input-shape", "28,28,1").exit_code == 0
    assert "layers.Flatten()" in path.read_text()


def test_quiet_prints_headlines_and_what_was_fixed(wrong: Path) -> None:
    result = run(wrong, "--check", "--target", "10", "-q")
    assert result.stdout.count("error KFX101:") == 1
    assert "|" not in result.stdout
    assert result.stderr == ""
    assert "  would fix: insert" in run(wrong, "--dry-run", "--target", "10", "-q").stderr


def test_select_and_ignore(wrong: Path) -> None:
    assert "KFX4" not in run(wrong, "--check", "--target", "10", "--select", "KFX1").stdout
    assert run(wrong, "--check", "--target", "10", "--ignore", "KFX101").exit_code == 0


def test_what_is_ignored_is_not_called_right(wrong: Path) -> None:
    for mode in ("--check", "--dry-run"):
        assert (
            "as expected" not in run(wrong, "--target", "10", "--ignore", "KFX1,KFX4", mode).output
        )
    result = run(wrong, "--target", "24,24,10", "--check")
    assert (result.exit_code, "as expected" in result.stdout) == (1, False)
    assert "as expected" in run(wrong, "--target", "26,26,10", "--check").stdout


def test_colour(wrong: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b[" not in run(wrong, "--target", "10", "--dry-run").stdout
    assert "\x1b[32m" in run(wrong, "--target", "10", "--dry-run", "--color", "always").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in run(wrong, "--target", "10", "--dry-run").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(wrong, "--target", "10", "--dry-run").stdout


def test_explain_and_version() -> None:
    text = run("--explain", "kfx201").stdout
    assert text.startswith("KFX201 rank-mismatch (error)")
    assert "expected ndim=4" in text
    assert run("--explain", "KFX999").exit_code == 2
    assert run("--version").stdout.startswith("kfix 0.")


def test_modes_exclude_each_other(wrong: Path) -> None:
    assert run(wrong, "--check", "--summary").exit_code == 2


def test_a_cell_chooses_among_models_of_one_name(tmp_path: Path) -> None:
    """Notebooks build one `model` after another: the name alone does not tell them apart."""
    cells = ["from keras import Sequential, layers"]
    cells += [
        f"model = Sequential([layers.Input((4,)),\n    layers.Dense({units})])"
        for units in (2, 3, 4)
    ]
    path = tmp_path / "n.ipynb"
    path.write_text(
        json.dumps(
            {"cells": [{"cell_type": "code", "source": source} for source in cells]}, indent=1
        )
    )
    several = run(path, "--target", "7", "--dry-run")
    assert several.exit_code == 2
    assert (
        "choose one with PATH:CELL:LINE: model (cell 2, line 1), model (cell 3, line 1)"
        in several.stderr
    )
    for place in (":3", ":3:1", ":3:2", ":cell 3:2:5"):
        chosen = run(f"{path}{place}", "--target", "7", "--dry-run")
        assert chosen.exit_code == 1
        changed = [line for line in chosen.stdout.splitlines() if line.startswith(("-  ", "+  "))]
        assert [line.partition("Dense")[2] for line in changed] == ['(3)])"', '(7)])"']
    after = run(f"{path}:4:9", "--target", "7", "--dry-run")
    assert "cell 4, line 9 is in no model: taken for `model`, cell 4, line 1" in after.stderr


def test_paths_are_taken_apart_from_the_right(tmp_path: Path) -> None:
    assert split_path("C:\\m.py:12") == ("C:\\m.py", None, None, 12)
    assert split_path("C:\\m.py") == ("C:\\m.py", None, None, None)
    assert split_path("C:\\n.ipynb:3") == ("C:\\n.ipynb", None, 2, None)
    assert split_path("n.ipynb:3:12") == ("n.ipynb", None, 2, 12)
    assert split_path("n.ipynb:cell 3:12:5") == ("n.ipynb", None, 2, 12)
    assert split_path("m.py:12:5") == ("m.py", None, None, 12)
    assert split_path("m.py::Net.build.model") == ("m.py", "Net.build.model", None, None)
    odd = tmp_path / "a:1"
    odd.write_text("")
    assert split_path(str(odd)) == (str(odd), None, None, None)


UNSURE = """import json
import keras
import numpy as np
from keras import layers

SIZE = json.load(open("sizes.json"))

def build(units):
    a, b = keras.Input((8,)), keras.Input((4,))
    x = layers.Dense(units)(a)
    y = layers.Dense(SIZE)(layers.concatenate([x, 2 * b]))
    return keras.Model([a, b], [x, y])

model = keras.Sequential([keras.Input((4,))])
if SIZE > 3:
    model.add(layers.Dense(8))
model.add(layers.Dense(3))
model.fit(np.zeros((100, 4)), np.zeros((100, 3)))
"""


def test_json_of_graphs_variants_data_and_unknowns(tmp_path: Path) -> None:
    path = tmp_path / "unsure.py"
    path.write_text(UNSURE)
    (file,) = report(path, "--check")["files"]
    found = {model["name"]: model for model in file["models"]}
    graph = found["functional"]
    assert graph["kind"] == "functional"
    assert [(layer["class"], layer["inputs"]) for layer in graph["layers"]] == [
        ("Dense", [{"input": 0}]),
        ("Concatenate", [{"layer": 0}, {"input": 1}]),
        ("Dense", [{"layer": 1}]),
    ]
    last = graph["layers"][2]
    assert [(link["why"], link["line"]) for link in last["because"]] == [
        ("the result of `json.load` is not known", 6),
        ("the result of `open` is not known", 6),
    ]
    assert (
        last["unknown"]
        == "the result of `json.load` is not known, because the result of `open` is not known"
    )
    model = found["model"]
    assert model["instances"] == 2
    assert [variant["condition"] for variant in model["variants"]] == ["SIZE > 3", "not (SIZE > 3)"]
    assert model["variants"][0]["output_shapes"] == [[None, 3]]
    assert model["fit"] == [
        {"method": "fit", "x": [100, 4], "y": [100, 3], "line": 18, "column": 1}
    ]


def test_why_tells_each_unknown_and_what_led_to_it(tmp_path: Path) -> None:
    path = tmp_path / "unsure.py"
    path.write_text(UNSURE)
    outcome = run(path, "--check", "--why").stdout
    assert f"{path}:12:12: `build.functional`" in outcome
    reason = "`units` is a parameter of `build`"
    assert f"  Dense (line 10): output shape (None, ?)\n    {reason}" in outcome
    assert "    because the result of `open` is not known" in outcome
    assert ": `model`" not in outcome


@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
def test_a_notebook_keeps_all_but_the_line_that_is_added(
    tmp_path: Path, indent: int | str | None
) -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n"]},
        {
            "cell_type": "code",
            "metadata": {"b": 1, "a": 2},
            "outputs": [],
            "source": ["import keras\n"],
        },
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [{"text": ["é\n"]}],
            "source": [
                "%matplotlib inline\n",
                "model = keras.Sequential([\n",
                "    keras.Input((28, 28, 1)),\n",
                "    keras.layers.Conv2D(8, 3),\n",
                "    keras.layers.Dense(10),\n",
                "])",
            ],
        },
    ]
    path = tmp_path / "net.ipynb"
    before = (
        json.dumps(
            {"cells": cells, "metadata": {}, "nbformat": 4}, indent=indent, ensure_ascii=False
        )
        + "\n"
    )
    path.write_text(before)
    result = run(path, "--target", "10")
    assert f"{path}:cell 3:5:5:" in result.stdout
    after = path.read_text()
    line = json.dumps("    keras.layers.Flatten(),\n")
    start = after.index(line)
    behind = after.index('"    keras.layers.Dense')
    assert after[:start] + after[behind:] == before
    assert json.loads(after)["cells"][2]["source"][4] == "    keras.layers.Flatten(),\n"


def test_a_model_that_is_in_one_file_of_a_folder(wrong: Path) -> None:
    wrong.with_name("other.py").write_text(
        "import keras\nmain = keras.Sequential([keras.layers.Dense(3)])\n"
    )
    wrong.with_name("none.py").write_text("import keras\n")
    found = run(wrong.parent, "--model", "model", "--target", "10", "--dry-run")
    assert "no model" not in found.stderr
    assert "Flatten()" in found.stdout
    missing = run(wrong.parent, "--model", "nope", "--check")
    assert missing.exit_code == 2
    assert missing.stderr.count("error:") == 1
    assert "no model named 'nope' in any file" in missing.stderr


@pytest.mark.parametrize("number", ["²", "٣", "1" * 5_000, "0x1", "-1"])
def test_what_is_no_line_number_is_part_of_the_name(wrong: Path, number: str) -> None:
    assert split_path(f"{wrong}:{number}") == (f"{wrong}:{number}", None, None, None)
    assert "no such file" in run(f"{wrong}:{number}").stderr
    assert "no output" in run(wrong, "--target", f"{number}=10").stderr


@pytest.mark.parametrize(
    "comment", ["input=²", "input=" + "1" * 5_000, "target=²", "target=" + "1" * 5_000]
)
def test_a_comment_with_no_number_in_it_is_no_fault(tmp_path: Path, comment: str) -> None:
    path = tmp_path / "m.py"
    path.write_text(WRONG.replace("model =", f"# kfix: {comment}\nmodel ="))
    result = run(path, "--check")
    assert "fault" not in result.stderr
    assert result.exit_code in (0, 1, 2)


@pytest.mark.parametrize("name", ["m.py", "m.ipynb"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_a_file_in_utf_16_or_32_is_reported(tmp_path: Path, name: str, mark: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        path = tmp_path / name
        data = (mark + WRONG).encode(encoding)
        path.write_bytes(data)
        result = run(tmp_path)
        assert result.exit_code == 2
        assert "UTF-16" in result.stderr
        assert path.read_bytes() == data
    path.write_bytes("\ufeffprint(1)".encode("utf-16-le"))
    assert run(tmp_path).exit_code == 0


def test_what_is_saved_while_it_is_read_is_not_lost(
    wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kfix.engine import file_run

    read, times = file_run.read, []

    def saved_meanwhile(*args: Any) -> Any:
        result = read(*args)
        if not times:
            wrong.write_text(WRONG + "saved = True\n")
        times.append(1)
        return result

    monkeypatch.setattr(file_run, "read", saved_meanwhile)
    result = run(wrong, "--target", "10")
    assert result.exit_code == 2
    assert "has changed since" in result.stderr
    assert wrong.read_text() == WRONG + "saved = True\n"
