"""The rows that `summary()` prints for a functional model."""

from __future__ import annotations

from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.report.connections import all_rows, connections, is_chain
from kfix.report.naming import Names
from kfix.shapes import Trace

HEAD = "import keras\nfrom keras import layers\nx = layers.Input((4,))\n"
CHAIN = "net = keras.Model(x, layers.Dense(2)(layers.Dense(3)(x)))\n"
SKIP = "y = layers.Dense(4)(x)\nnet = keras.Model(x, layers.Add()([x, y]))\n"
SHARED = "d = layers.Dense(4)\nnet = keras.Model(x, d(d(x)))\n"


def trace(text: str) -> Trace:
    project = Project({"net.py": (HEAD + text).encode()})
    return read(project, "net.py", Settings()).groups[0].traces[0]


def test_only_a_chain_without_shared_layers_has_no_connections() -> None:
    assert is_chain(trace(CHAIN).model)
    assert not is_chain(trace(SKIP).model)
    assert not is_chain(trace(SHARED).model)


def test_a_layer_is_listed_once_at_its_first_use() -> None:
    assert [row.cls for row in all_rows(trace(SHARED))] == ["InputLayer", "Dense"]
    assert [row.cls for row in all_rows(trace(SKIP))] == ["InputLayer", "Dense", "Add"]


def test_the_inputs_of_each_layer() -> None:
    model = trace(SKIP).model
    found = list(connections(model, Names([model])).values())
    assert found == ["-", "input_layer[0][0]", "input_layer[0][0], dense[0][0]"]


def test_a_shared_layer_takes_from_its_own_first_call() -> None:
    model = trace(SHARED).model
    [_, shared] = connections(model, Names([model])).values()
    assert shared == "input_layer[0][0], dense[0][0]"
