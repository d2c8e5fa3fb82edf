"""No text makes kfix crash: programs changed at random, and what such changes have found."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from kfix.engine.pipeline import CRASH, Settings, run_file
from kfix.project.project import Project

FIXTURES = sorted(Path(__file__).parent.parent.joinpath("fixtures").glob("*.py"))
TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
VALUES = [
    "0",
    "-1",
    "2",
    "None",
    "True",
    "x",
    '"same"',
    "1.5",
    "1e400",
    "10**9",
    "(3, 3)",
    "(1, 1)",
    "[]",
    "{}",
    "()",
]


def run(text: str, target: str | None) -> None:
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(target=target))
    assert result.error is None or CRASH not in result.error, f"{result.error}\n{text}"


def changed(text: str, draw: random.Random) -> str:
    """Return a number or a name exchanged, or a line dropped, said twice or moved."""
    tokens, lines = TOKENS.findall(text), text.splitlines(keepends=True)
    what = draw.choice(["number", "number", "name", "drop", "twice", "swap"])
    if what == "number":
        tokens[draw.choice([i for i, token in enumerate(tokens) if token.isdigit()])] = draw.choice(
            VALUES
        )
        return "".join(tokens)
    if what == "name":
        names = [i for i, token in enumerate(tokens) if token.isidentifier()]
        tokens[draw.choice(names)] = tokens[draw.choice(names)]
        return "".join(tokens)
    first, second = draw.randrange(len(lines)), draw.randrange(len(lines))
    if what == "drop":
        del lines[first]
    elif what == "twice":
        lines.insert(second, lines[first])
    else:
        lines[first], lines[second] = lines[second], lines[first]
    return "".join(lines)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_changed_programs_do_not_crash_it(path: Path) -> None:
    draw = random.Random(path.name)
    for _ in range(6):
        text = path.read_text(encoding="utf-8")
        for _ in range(draw.choice([1, 1, 2, 4])):
            text = changed(text, draw)
        run(text, draw.choice([None, "10"]))


@pytest.mark.parametrize(
    "line",
    [
        "layers.AdaptiveMaxPooling1D(2)(x[0][0])",
        "ops.expand_dims(x, (1, 1))",
        "np.array([1, {}])",
        "train_test_split(np.zeros((5, 3)), test_size=1e400)",
        "train_test_split(np.zeros((5, 3)), train_size=float('nan'))",
        "keras.Sequential([layers.Dense(2)])('words')",
        "layers.Dense(2)(3)",
        "VGG16(include_top=False, weights=nowhere).input",
    ],
)
def test_what_crashed_it_once(line: str) -> None:
    head = (
        "import keras, numpy as np\nfrom keras import layers, ops\n"
        "from keras.applications import VGG16\n"
    )
    head += "from sklearn.model_selection import train_test_split\n"
    run(
        f"{head}x = keras.Input((4,))\ny = {line}\nmodel = keras.Model(x, y)\nmodel.fit(y, y)\n",
        None,
    )
