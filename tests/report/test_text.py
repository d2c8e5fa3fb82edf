"""The report for people: its width, the source lines around a fault, what stands beside them."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kfix.cli.main import command
from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.report.style import columns_of
from kfix.report.summary import summary
from kfix.report.text import Look, Report
from kfix.report.why import reasons
from tests.cli.test_main import REFUSED, WRONG

ROOT = Path(__file__).parents[2]
FIXTURES = sorted((ROOT / "fixtures").glob("*.py"))
DEEP = WRONG.replace("model = ", "# kfix: target=10\nmodel = ").replace(
    "layers.Dense(10),", 'layers.Dense(10, activation="softmax", name="' + "n" * 200 + '"),'
)


def printed(path: Path, *options: str, columns: int = 80) -> str:
    environment = {"COLUMNS": str(columns)}
    return CliRunner(env=environment).invoke(command, [path.name, *options]).output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "net.py"
    path.write_text(text)
    return path


def test_no_line_is_wider_than_the_terminal() -> None:
    for fixture in FIXTURES:
        project = Project({fixture.name: fixture.read_bytes()})
        result = run_file(project, fixture.name, Settings())
        for columns in (60, 80, 120):
            text = Report(Look(width=columns, show_layers=True)).file(result)
            text += summary([result], columns) + reasons([result], columns)
            for line in click.unstyle(text).splitlines():
                assert len(line) <= columns, f"{fixture}: {line}"


def test_what_is_said_of_options_and_files_is_no_wider(folder: Path) -> None:
    write(folder, WRONG)
    (folder / "bad.ipynb").write_text('{"keras"')
    for options in (
        ["bad.ipynb", "net.py", "--pick", "2", "--check"],
        ["net.py", "--dry-run", "--check"],
    ):
        outcome = CliRunner(env={"COLUMNS": "50"}).invoke(command, options)
        assert all(len(line) <= 50 for line in outcome.stderr.splitlines())


@pytest.mark.parametrize("columns", [60, 80])
def test_a_long_line_is_cut_around_its_caret(columns: int, folder: Path) -> None:
    lines = printed(write(folder, DEEP), "--check", columns=columns).splitlines()
    (caret,) = [number for number, line in enumerate(lines) if "^" in line]
    start, end = lines[caret].index("^"), lines[caret].rindex("^") + 1
    assert lines[caret - 1][start:end] == "layers.Dense"
    assert lines[caret - 1].rstrip().endswith(")")  # the shape
    assert all(len(line) <= columns for line in lines)


def test_a_line_that_is_far_to_the_right_is_cut_at_its_start(folder: Path) -> None:
    text = REFUSED.replace("model.add(LSTM(16))", f"model.add({'(' * 60}LSTM(16){')' * 60})")
    lines = printed(write(folder, text), "--check").splitlines()
    (caret,) = [number for number, line in enumerate(lines) if "^" in line]
    start = lines[caret].index("^")
    assert lines[caret - 1][start:].startswith("LSTM")


def test_the_layers_around_a_fault_have_their_shapes_beside_them(folder: Path) -> None:
    lines = printed(write(folder, REFUSED), "--check").splitlines()
    shown = [re.split(r"\s{2,}", line.partition("|")[2].strip()) for line in lines if " | " in line]
    assert ["model.add(LSTM(32, input_shape=(10, 8)))", "(None, 32)"] in shown
    assert ["model.add(LSTM(16))", "refused by Keras"] in shown


def test_the_order_of_a_diagnostic(folder: Path) -> None:
    text = printed(write(folder, REFUSED), "--diff")
    order = [
        "net.py:6:11: error KFX201: ",
        "^^^^",
        "Keras says",
        "would fix: ",
        "or --pick 2: ",
        "see: kfix --explain KFX201",
        "1 file, 1 model: 1 error",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_nothing_is_said_twice(folder: Path) -> None:
    path = write(folder, REFUSED + REFUSED.partition("\n\n")[2].replace("model", "other"))
    text = printed(path, "--check")
    assert text.count("error KFX201") == 2
    assert text.count("see:") == 1
    wrong = write(folder, WRONG)
    assert printed(wrong, "--check", "--target", "10").count("| ") == 3  # error and note of a line


def test_the_table_of_layers_is_shown_where_it_is_asked_for(folder: Path) -> None:
    path = write(folder, REFUSED)
    assert "output shape" not in printed(path, "--diff")
    text = printed(path, "--diff", "--show-layers")
    assert [line.split()[0] for line in text.splitlines() if "KFX201" in line][-2] == ">"
    assert "(None, 10, 32)" in text


def test_a_place_that_is_printed_chooses_its_model(folder: Path) -> None:
    text = REFUSED + REFUSED.partition("\n\n")[2].replace("model", "other")
    write(folder, text)
    places = re.findall(r"^(net\.py:\d+:\d+): error", printed(folder / "net.py", "--check"), re.M)
    _, printed_place = places
    output = CliRunner().invoke(command, [printed_place, "--check"]).output
    assert output.count("error KFX201") == 1
    assert printed_place in output


def test_statistics_count_by_code(folder: Path) -> None:
    path = write(folder, REFUSED + REFUSED.partition("\n\n")[2].replace("model", "other"))
    assert re.search(
        r"^ +2  KFX201  rank-mismatch$", printed(path, "--check", "--statistics"), re.M
    )


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",)])
def test_the_last_line_counts_what_is_unknown(options: tuple[str, ...], folder: Path) -> None:
    text = "import keras\nimport nets\nmodel = keras.Sequential([keras.Input((4,)), nets.Net()])\n"
    last = printed(write(folder, text), *options).splitlines()[-1]
    assert "1 model of unknown output shape" in last


def test_wide_characters_take_two_columns(folder: Path) -> None:
    text = DEEP.replace("n" * 200, "输出" * 40).replace("layers.Dense", "layers.Dense", 1)
    lines = printed(write(folder, text), "--check", columns=60).splitlines()
    assert max(map(columns_of, lines)) <= 60
    shapes = {
        columns_of(line.split("(None")[0]) for line in lines if "| " in line and "(None" in line
    }
    assert len(shapes) == 1


def test_a_caret_stands_under_wide_characters_as_the_terminal_shows_them(folder: Path) -> None:
    text = WRONG.replace("    layers.Dense(10)", '    "输出" and layers.Dense(10)')
    lines = printed(write(folder, text), "--check", "--target", "10").splitlines()
    (caret,) = [number for number, line in enumerate(lines) if "^" in line]
    before = lines[caret - 1].partition("layers.Dense")[0]
    assert lines[caret].index("^") == columns_of(before)


def test_a_shape_stays_on_one_line(folder: Path) -> None:
    for columns in range(40, 100, 7):
        text = printed(write(folder, WRONG), "--check", "--target", "10", columns=columns)
        for line in text.splitlines():
            assert line.count("(") == line.count(")") or "…" in line or "Dense" in line, line
