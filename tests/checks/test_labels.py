"""What labels ask for, held against what Keras trains."""

from __future__ import annotations

from typing import Any

import pytest

from kfix.checks.dims import alike
from kfix.checks.labels import Demand, Head, ask
from kfix.model.graph import Array, Dim
from kfix.model.target import ANY
from kfix.model.unknown import Unknown

Dims = tuple[Dim, ...]
NAMES = {
    "categorical": "categorical_crossentropy",
    "sparse": "sparse_categorical_crossentropy",
    "binary": "binary_crossentropy",
    "distance": "mse",
}
DTYPES = {"categorical": "float32", "sparse": "int32", "binary": "float32", "distance": "float32"}

FORMS: list[tuple[str, Dims, Dims]] = [
    ("categorical", (10,), (10,)),
    ("categorical", (10,), ()),
    ("categorical", (10,), (1,)),
    ("categorical", (10,), (9,)),
    ("categorical", (5, 5, 10), (10,)),
    ("categorical", (5, 10), (5, 10)),
    ("sparse", (10,), ()),
    ("sparse", (10,), (1,)),
    ("sparse", (5, 10), (5,)),
    ("sparse", (5, 10), (5, 1)),
    ("sparse", (5, 5, 10), ()),
    ("sparse", (5, 5, 10), (1,)),
    ("binary", (1,), ()),
    ("binary", (1,), (1,)),
    ("binary", (2,), (2,)),
    ("binary", (2,), ()),
    ("binary", (2,), (1,)),
    ("binary", (1,), (2,)),
    ("binary", (5, 1), ()),
    ("binary", (5, 1), (1,)),
    ("binary", (5, 1), (5,)),
    ("binary", (5,), (5, 1)),
    ("distance", (5, 1), (5,)),
    ("distance", (5,), (5, 1)),
    ("distance", (4,), (3,)),
    ("binary", (5, 6, 3), (5, 6)),
    ("distance", (5, 6, 3), (5, 6)),
    ("categorical", (5, 6, 3), (5, 6)),
    ("binary", (5, 6, 1), (5, 6)),
]


def head(dims: Dims, activation: str | None = None) -> Head:
    last = dims[-1]
    return Head(dims, last if isinstance(last, int) else None, activation)


def served(demand: Demand | None, dims: Dims) -> bool:
    return demand is None or (not demand.problem and demand.dims == dims)


@pytest.mark.parametrize(("kind", "output", "labels"), FORMS)
def test_what_keras_trains_is_served_and_nothing_else(
    kind: str, output: Dims, labels: Dims
) -> None:
    keras: Any = pytest.importorskip("keras")
    import numpy as np

    size = int(np.prod(output))  # type: ignore[arg-type]
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(size, activation="sigmoid"),
            keras.layers.Reshape(output),
        ]
    )
    model.compile(loss=NAMES[kind])
    try:
        model.train_on_batch(np.zeros((4, 3)), np.zeros((4, *labels), DTYPES[kind]))  # type: ignore[arg-type]
        trains = True
    except Exception:  # TensorFlow has its own for dims that differ
        trains = False
    demand = ask(kind, Array((4, *labels), DTYPES[kind]), head(output))
    assert served(demand, output) == trains, demand


@pytest.mark.parametrize(
    ("kind", "labels", "given", "wanted"),
    [
        # Silent in Keras: the labels are broadcast.
        ("distance", Array((100, 1), "float64"), head((45, 1)), (1,)),
        ("distance", Array((100,), "float64"), head((4,)), (1,)),
        ("distance", Array((100, 4), "float64"), head((1,)), (4,)),
        ("distance", Array((100, 8, 8, 1), "float64"), head((8, 8, 3)), (8, 8, 1)),
        # One channel for masks, never a row of the map for each number.
        ("binary", Array((100, 8, 6), "int64"), head((8, 6, 32), "sigmoid"), (8, 6, 1)),
        ("binary", Array((100, 8, 6, 1), "float32"), head((8, 6, 3), "softmax"), (8, 6, 1)),
        ("distance", Array((100, 8, 6), "float64"), head((8, 6, 3)), (8, 6, 1)),
        ("binary", Array((100, 8), "float32"), head((8, 3), "sigmoid"), (8,)),
        # A map of another size than the picture and its mask.
        (
            "sparse",
            Array((100, 16, 12), "int64"),
            Head((14, 10, 3), 3, "softmax", (16, 12, 1)),
            (16, 12, 3),
        ),
        (
            "sparse",
            Array((100, 16, 12, 1), "uint8", 4),
            Head((14, 10, 3), 3, "softmax", (16, 12, 1)),
            (16, 12, 4),
        ),
        (
            "binary",
            Array((100, 16, 12), "int64"),
            Head((14, 10, 1), 1, "sigmoid", (16, 12, 3)),
            (16, 12, 1),
        ),
        (
            "distance",
            Array((100, 10, 4), "float32"),
            Head((7, 7, 32), 32, None, (28, 28, 1)),
            (10, 4),
        ),
        # Fewer units than classes; more are nobody's business.
        ("sparse", Array((100,), "int64", 46), head((10,), "softmax"), (46,)),
        ("categorical", Array((100, 9), "int32"), head((9, 9), "softmax"), (9,)),
        ("categorical", Array((100, 30), "int32", one_hot=True), head((30, 9), "softmax"), (30,)),
        ("categorical", Array((100, 30), "float32"), head((30, 9), "softmax"), (30,)),
        ("sparse", Array((100,), "int64", 10), head((11,), "softmax"), (11,)),
        ("sparse", Array((100, 7), "int64", 9), head((7, 3)), (7, 9)),
        ("sparse", Array((100,), "int64", None), head((7, 7, 3)), (ANY,)),
        # What nobody told stays open.
        ("categorical", Array((None, Unknown("how many")), "float32"), head((5, 5, 10)), (ANY,)),
        ("categorical", Array((None, Unknown("how many")), "float32"), head((10,)), (10,)),
        # Refused: the last units tell.
        ("sparse", Array((100,), "int64", 10), Head(None, 12, "softmax"), (12,)),
        ("sparse", Array((100,), "int64", 10), Head(None, 3, "softmax"), (10,)),
        # One class a step.
        ("sparse", Array((100, 50), "int64", 9), head((9,)), (50, 9)),
    ],
)
def test_what_is_wanted(kind: str, labels: Array, given: Head, wanted: tuple[object, ...]) -> None:
    demand = ask(kind, labels, given)
    assert demand is not None
    assert (demand.dims, demand.problem) == (wanted, False)


@pytest.mark.parametrize(
    ("kind", "labels", "given", "loss"),
    [
        ("categorical", Array((60000,), "uint8", 10), head((10,), "softmax"), NAMES["sparse"]),
        (
            "categorical",
            Array((50000, 1), "uint8", 10),
            head((5, 5, 10), "softmax"),
            NAMES["sparse"],
        ),
        ("categorical", Array((60000,), "uint8", 10), head((1,), "softmax"), NAMES["sparse"]),
        ("binary", Array((60000,), "uint8", 2), head((2,), "softmax"), NAMES["sparse"]),
        ("categorical", Array((60, 8, 6), "uint8"), head((8, 6, 4), "softmax"), NAMES["sparse"]),
        (
            "categorical",
            Array((60, 8, 6, 1), "int64", 4),
            head((8, 6, 4), "softmax"),
            NAMES["sparse"],
        ),
        ("binary", Array((60, 8, 6), "int64", 2), head((8, 6, 2), "softmax"), NAMES["sparse"]),
        ("sparse", Array((60000, 10), "float64"), head((10,), "softmax"), NAMES["categorical"]),
        ("sparse", Array((32, 16, 90), "bool", 1), head((16, 90), "softmax"), NAMES["categorical"]),
        (
            "sparse",
            Array((None, Unknown("how many")), "float32", one_hot=True),
            head((10,), "softmax"),
            NAMES["categorical"],
        ),
        ("categorical", Array((100,), "float64"), head((10,), "softmax"), None),
        ("categorical", Array((100, 30), "int32"), head((30, 9), "softmax"), NAMES["sparse"]),
        ("categorical", Array((100, 30, 1), "int32"), head((30, 9), "softmax"), NAMES["sparse"]),
        ("categorical", Array((100, 30), "int32"), head((None, 9), "softmax"), NAMES["sparse"]),
        (
            "categorical",
            Array((8, 64, 64, 1), "uint8", 3),
            head((64, 64, 3), "softmax"),
            NAMES["sparse"],
        ),
    ],
)
def test_another_loss_takes_them(kind: str, labels: Array, given: Head, loss: str | None) -> None:
    demand = ask(kind, labels, given)
    assert demand is not None
    assert (demand.problem, demand.loss) == (True, loss)


@pytest.mark.parametrize(
    ("kind", "labels", "given"),
    [
        ("sparse", Array(Unknown("the data")), head((10,))),
        ("sparse", Array((100, 7, 7)), Head(None, 4, None)),
        ("sparse", Array((100, 7, 7), "int64"), Head((5, 5, 4), 4, None, (9, 9, 3))),
        ("categorical", Array((100,), "float64"), head((1,), "softmax")),
        ("distance", Array(()), head((1,))),
    ],
)
def test_what_is_not_known(kind: str, labels: Array, given: Head) -> None:
    assert ask(kind, labels, given) is None


def test_alike() -> None:
    assert all(alike(*pair) for pair in (((5, 1), (5,)), ((5,), (5, 1)), ((None, 3), (7, 3))))
    assert not any(alike(*pair) for pair in (((5, 1), (1,)), ((5, 2), (5,))))
