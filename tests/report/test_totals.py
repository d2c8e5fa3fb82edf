"""The last line of a run, and the statistics."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.model.record import replace
from kfix.project.project import Project
from kfix.report.totals import last_line, plural, statistics

ON_A_MAP = b"""\
from keras import Sequential, layers

net = Sequential([
    layers.Input((10, 10, 3)),
    layers.Conv2D(6, 3),
    layers.Dense(4),
])
"""
RIGHT = ON_A_MAP.replace(b"    layers.Dense", b"    layers.Flatten(),\n    layers.Dense")


def run(text: bytes, **settings: object) -> FileResult:
    return run_file(Project({"net.py": text}), "net.py", replace(Settings(), **settings))


@pytest.mark.parametrize(
    ("writes", "searched", "ends"),
    [
        (True, True, "1 error, 1 note; 1 fixed"),
        (False, True, "1 error, 1 note; 1 would be fixed"),
        (False, False, "1 error, 1 note"),
    ],
)
def test_what_was_found_and_fixed_is_counted(writes: bool, searched: bool, ends: str) -> None:
    line = last_line([run(ON_A_MAP, target="4")], writes, searched)
    assert line == f"1 file, 1 model: {ends}"


def test_what_could_be_fixed_and_what_is_left_is_counted() -> None:
    left = run(ON_A_MAP, target="4", review=lambda model: None)
    assert last_line([left], True, True).endswith("1 fixable with --pick or --unsafe")


def test_files_that_could_not_be_read_are_counted() -> None:
    results = [run(RIGHT), FileResult("other.py", error="other.py: it is not there")]
    assert last_line(results, True, False).endswith("no findings, 1 file not processed")
    assert last_line([run(RIGHT)], True, True).endswith("nothing to fix")


def test_codes_are_counted_the_most_frequent_first() -> None:
    rows = statistics([run(ON_A_MAP), run(ON_A_MAP, target="4", search=False)]).splitlines()
    assert [row.split()[:2] for row in rows] == [["2", "KFX402"], ["1", "KFX101"]]


def test_numbers_with_their_nouns() -> None:
    assert [plural(count, "file") for count in (0, 1, 1200)] == ["0 files", "1 file", "1,200 files"]


@pytest.mark.parametrize(
    ("load", "sizes", "said"),
    [
        ("x, y = np.load('x.npy'), np.load('y.npy')", "(8,)", "1 call with data of unknown shape"),
        ("x, y = np.zeros((9, 8)), np.zeros((9, 4))", "(8,)", "nothing to fix"),
        ("x, y = np.zeros((int(input()), 8)), np.zeros((9, 4))", "(8,)", "nothing to fix"),
        ("x, y = np.zeros((9, 8)), np.zeros((9, 4))", "(int(input()), 8)", "with unknown sizes"),
        (
            "x, y = np.zeros((3, 8)), to_categorical([1, 2, 4], 4)",
            "(8,)",
            "1 model: 1 error; 1 left",
        ),
    ],
)
def test_what_is_not_known_is_counted(load: str, sizes: str, said: str) -> None:
    text = (
        "import numpy as np\nfrom keras import Sequential, layers\n"
        "from keras.utils import to_categorical\n"
        f"{load}\nnet = Sequential([layers.Input({sizes}), layers.Dense(4)])\n"
        "net.compile('adam', 'mse')\nnet.fit(x, y)\n"
    )
    assert said in last_line([run(text.encode())], True, True)
