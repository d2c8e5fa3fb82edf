"""Real Keras in its own process: it agrees with kfix on every repaired fixture, and is heard where
it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.shapes import Trace
from kfix.verify.trouble import NoKeras
from kfix.verify.verifier import Verifier

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.fixed.py"))


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    verifier = Verifier()
    yield verifier
    verifier.close()


def traces(path: Path) -> list[Trace]:
    result = run_file(Project(), str(path), Settings(search=False))
    assert result.error is None
    return [trace for outcome in result.models if not outcome.nested for trace in outcome.traces]


def read(tmp_path: Path, text: str) -> list[Trace]:
    path = tmp_path / "program.py"
    path.write_text("import keras\nfrom keras import layers\n" + text)
    return traces(path)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name.removesuffix(".fixed.py"))
def test_keras_agrees_on_every_repaired_fixture(verifier: Verifier, path: Path) -> None:
    found = traces(path)
    assert found
    assert verifier(found) is None


def test_graphs_and_models_inside_models(verifier: Verifier, tmp_path: Path) -> None:
    text = """
convolution = layers.Conv2D(8, 3, activation="relu")
encoder = keras.Sequential([keras.Input((28, 28, 1)), convolution, layers.Flatten()])
seen = keras.Input((28, 28, 1))
other = keras.Input((4,))
dense = layers.Dense(3, kernel_initializer=keras.initializers.HeNormal())
both = layers.Concatenate()([encoder(seen), dense(other)])
model = keras.Model([seen, other], layers.Dense(10)(both))
"""
    assert verifier(read(tmp_path, text)) is None


def test_what_differs_is_reported(verifier: Verifier, tmp_path: Path) -> None:
    [trace] = read(
        tmp_path, "model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(2)])"
    )
    last = trace.nodes[trace.model.nodes[-1].id]
    last.params = 11
    assert verifier([trace]) == "Dense: kfix counts 11 parameters, Keras 10"
    last.outputs = (None, 3)
    assert verifier([trace]) == "Dense: kfix has (None, 3), Keras (None, 2)"


def test_refusals_are_reported(verifier: Verifier, tmp_path: Path) -> None:
    outcome = verifier(
        read(tmp_path, "model = keras.Sequential([keras.Input((8,)), layers.LSTM(4)])")
    )
    assert outcome is not None
    assert "expected ndim=3, found ndim=2" in outcome


def test_what_cannot_be_rebuilt_is_reported(verifier: Verifier, tmp_path: Path) -> None:
    text = """
class Twice(layers.Layer):
    def call(self, x):
        return 2 * x
model = keras.Sequential([keras.Input((8,)), Twice(), layers.Dense(2)])
"""
    assert verifier(read(tmp_path, text)) == "not verified: `Twice` is made by the program itself"


@pytest.mark.parametrize(
    ("python", "outcome"),
    [("/no/such/python", "cannot start"), ("/bin/false", "pip install 'kfix-keras")],
)
def test_no_keras(tmp_path: Path, python: str, outcome: str) -> None:
    found = read(tmp_path, "model = keras.Sequential([keras.Input((8,)), layers.Dense(2)])")
    with pytest.raises(NoKeras, match=outcome.replace("[", r"\[")):
        Verifier(python)(found)


def test_the_program_is_never_run(verifier: Verifier, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = (
        f"open({str(mark)!r}, 'w').close()\n"
        "model = keras.Sequential([keras.Input((8,)), layers.Dense(2)])"
    )
    assert verifier(read(tmp_path, text)) is None
    assert not mark.exists()
