"""Graphs, films, and programs of Keras 1: what the search answers."""

from __future__ import annotations

import pytest

from kfix.model.target import parse_target
from kfix.repair.search import Options, search
from kfix.shapes import Tracer
from tests.repair.building import Builder, Found, repair_of, within

Nodes = dict[str, tuple[str, "str | list[str]"]]

GRAPHS: dict[str, tuple[Nodes, str | None, str]] = {
    "residual-with-pooling": (
        {
            "inp": ("Input((112, 112, 32))", ""),
            "conv": ("Conv2D(32, 3, padding='same')", "inp"),
            "pool": ("MaxPooling2D(2)", "conv"),
            "out": ("Add()", ["pool", "inp"]),
        },
        None,
        "insert Conv2D(32, 1, strides=2) before out on 1",
    ),
    "residual-with-strides": (
        {
            "inp": ("Input((112, 112, 16))", ""),
            "conv": ("Conv2D(64, 3, padding='same', strides=2)", "inp"),
            "norm": ("BatchNormalization()", "conv"),
            "out": ("Add()", ["inp", "norm"]),
        },
        "56,56,64",
        "insert Conv2D(64, 1, strides=2) before out on 0",
    ),
    "residual-without-padding": (
        {
            "inp": ("Input((32, 32, 16))", ""),
            "a": ("Conv2D(16, 3)", "inp"),
            "b": ("Conv2D(16, 3)", "a"),
            "out": ("Add()", ["b", "inp"]),
        },
        None,
        "padding=same on Conv2D+Conv2D",
    ),
    "skip-connection-of-odd-size": (
        {
            "inp": ("Input((50, 50, 3))", ""),
            "c1": ("Conv2D(8, 3, padding='same')", "inp"),
            "p1": ("MaxPooling2D()", "c1"),
            "c2": ("Conv2D(16, 3, padding='same')", "p1"),
            "p2": ("MaxPooling2D()", "c2"),
            "u2": ("UpSampling2D()", "p2"),
            "m2": ("Concatenate()", ["u2", "c2"]),
            "u1": ("UpSampling2D()", "m2"),
            "m1": ("Concatenate()", ["u1", "c1"]),
            "out": ("Conv2D(1, 1)", "m1"),
        },
        "50,50,1",
        "insert ZeroPadding2D(1) before c1; insert Cropping2D(1) after out",
    ),
    "vectors-of-two-lengths": (
        {
            "inp": ("Input((20,))", ""),
            "a": ("Dense(64)", "inp"),
            "b": ("Dense(32)", "a"),
            "sum": ("Add()", ["b", "a"]),
            "out": ("Dense(1)", "sum"),
        },
        None,
        "insert Dense(32) before sum on 1",
    ),
    "picture-and-vector": (
        {
            "picture": ("Input((28, 28, 3))", ""),
            "facts": ("Input((5,))", ""),
            "conv": ("Conv2D(8, 3)", "picture"),
            "both": ("Concatenate()", ["conv", "facts"]),
            "out": ("Dense(1)", "both"),
        },
        "1",
        "insert Flatten() before both on 0",
    ),
    "concatenated-on-the-wrong-axis": (
        {
            "inp": ("Input((28, 28, 3))", ""),
            "a": ("Conv2D(8, 3, padding='same')", "inp"),
            "b": ("Conv2D(4, 3, padding='same')", "inp"),
            "out": ("Concatenate(axis=1)", ["a", "b"]),
        },
        None,
        "axis=-1 on Concatenate",
    ),
    "shortcut-around-strides-on-any-size": (
        {
            "inp": ("Input((None, None, 16))", ""),
            "a": ("Conv2D(32, 3, strides=2, padding='same')", "inp"),
            "b": ("Conv2D(32, 3, padding='same')", "a"),
            "sum": ("Add()", ["b", "inp"]),
            "out": ("GlobalAveragePooling2D()", "sum"),
        },
        None,
        "insert Conv2D(32, 1, strides=2) before sum on 1",
    ),
    "shortcut-around-a-pooling-and-back": (
        {
            "inp": ("Input((None, 64, 16))", ""),
            "a": ("MaxPooling2D(2)", "inp"),
            "b": ("Conv2D(32, 3, padding='same')", "a"),
            "c": ("UpSampling2D(2)", "b"),
            "sum": ("Add()", ["c", "inp"]),
            "out": ("GlobalAveragePooling2D()", "sum"),
        },
        None,
        "insert Conv2D(32, 1) before sum on 1",
    ),
    "functional-stack-into-dense": (
        {
            "inp": ("Input((28, 28, 3))", ""),
            "a": ("Conv2D(8, 3)", "inp"),
            "out": ("Dense(10)", "a"),
        },
        "10",
        "insert Flatten() before out",
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs(name: str) -> None:
    nodes, target, first = GRAPHS[name]
    builder = Builder()
    assert Found(builder, [builder.graph("out", **nodes)], target, None).first == first


def test_several_outputs() -> None:
    builder = Builder()
    model = builder.graph(
        ["main", "aux"],
        inp=("Input((28, 28, 3))", ""),
        conv=("Conv2D(8, 3)", "inp"),
        main=("Dense(10)", "conv"),
        flat=("Flatten()", "conv"),
        aux=("Dense(3)", "flat"),
    )
    wanted = {0: parse_target("10"), 1: parse_target("1")}
    repair = next(search([model], Tracer(), wanted, Options(within=within)))
    assert [builder.words(edit) for edit in repair.edits] == [
        "insert Flatten() before main",
        "units=1 on Dense",
    ]
    assert repair.outputs == ((None, 10), (None, 1))


def test_films() -> None:
    film = repair_of(
        "Input((10, 64, 64, 3))",
        "Conv2D(8, 3)",
        "MaxPooling2D()",
        "Flatten()",
        "LSTM(8)",
        "Dense(5)",
        target="5",
    )
    assert film.first is not None
    assert film.first.count("TimeDistributed") == 3
    steps = [
        "Input((10, 32, 32, 3))",
        "ConvLSTM2D(8, 3, padding='same')",
        "Conv2D(1, 3, padding='same')",
    ]
    assert repair_of(*steps, target="10,32,32,1").first == (
        "return_sequences=True on ConvLSTM2D; Conv2D -> TimeDistributed(its child)"
    )
    chain = ["Input((10, 32, 32, 3))", "ConvLSTM2D(8, 3)", "ConvLSTM2D(8, 3)", "Flatten()"]
    assert repair_of(*chain).first == "return_sequences=True on ConvLSTM2D"
    fast = "ConvLSTM2D(8, 3, padding='same', strides=2, return_sequences=True)"
    chain = ["Input((5, 24, 24, 3))", fast, "BatchNormalization()", "Conv3D(1, 3, padding='same')"]
    assert repair_of(*chain, target="5,24,24,1").first == "strides=1 on ConvLSTM2D"


def test_names_of_keras_1_and_2() -> None:
    old = repair_of(
        "Conv2D(nb_filter=8, nb_row=3, nb_col=3, input_shape=(28, 28, 1))",
        "Flatten()",
        "Dense(output_dim=10)",
    )
    assert [type(edit).__name__ for edit in old.repairs[0].edits] == [
        "RenameArgument",
        "RenameArgument",
        "DropArgument",
        "RenameArgument",
    ]
    assert old.output == (None, 10)
    batch = repair_of("LSTM(8, batch_input_shape=(4, 10, 2))", "Dense(1)")
    assert batch.first is not None
    assert batch.first.startswith("insert Input(batch_shape=as written) before LSTM")
    assert batch.output == (4, 1)
    kernels = repair_of(
        "Conv2D(32, 3, 3, input_shape=(28, 28, 1))",
        "Conv2D(32, 3, 3)",
        "MaxPooling2D(2)",
        "Conv2D(8, 3, 3)",
    )
    assert kernels.first is not None
    assert kernels.first.startswith("kernel_size=(3, 3) on Conv2D+Conv2D+Conv2D")
