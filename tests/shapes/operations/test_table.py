"""Where operations are found, and what the libraries call their arguments."""

from __future__ import annotations

from typing import Any

import pytest

from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.not_divisible import NotDivisible
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Array
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations import is_operation, operation
from tests.shapes.judge import keras


def array(*dims: int | Unknown | None) -> Array:
    return Array(tuple(dims))


@pytest.mark.parametrize(
    ("path", "args", "kwargs", "shape"),
    [
        ("tf.reduce_mean", [array(None, 3, 4)], {"axis": [1, 2]}, (None,)),
        ("tf.math.reduce_sum", [array(None, 3)], {"axis": 1, "keepdims": True}, (None, 1)),
        ("keras.backend.mean", [array(None, 6, 3)], {"axis": -1}, (None, 6)),
        ("keras.backend.concatenate", [[array(None, 2), array(None, 3)]], {}, (None, 5)),
        ("keras.backend.expand_dims", [array(None, 2)], {}, (None, 2, 1)),
        ("keras.backend.repeat", [array(None, 2), 5], {}, (None, 5, 2)),
        (
            "keras.backend.batch_dot",
            [array(None, 4, 3), array(None, 3, 5)],
            {"axes": [2, 1]},
            (None, 4, 5),
        ),
        ("tf.concat", [[array(None, 3), array(None, 4)]], {"axis": -1}, (None, 7)),
        ("tf.transpose", [array(None, 3, 4)], {"perm": [0, 2, 1]}, (None, 4, 3)),
        ("tf.split", [array(None, 6), [2, -1]], {"axis": 1}, [(None, 2), (None, 4)]),
        ("tf.argmax", [array(5, 6)], {}, (6,)),
        ("tf.one_hot", [array(None)], {"depth": 10}, (None, 10)),
        ("tf.image.resize", [array(None, 6, 6, 3), (4, 5)], {}, (None, 4, 5, 3)),
        ("tf.nn.max_pool2d", [array(None, 8, 8, 3), 2, 2, "VALID"], {}, (None, 4, 4, 3)),
        (
            "tf.nn.conv2d",
            [array(None, 8, 8, 3), array(3, 3, 3, 16), [1, 2, 2, 1], "SAME"],
            {},
            (None, 4, 4, 16),
        ),
        ("tf.nn.embedding_lookup", [array(10, 4), array(None, 7)], {}, (None, 7, 4)),
        ("tf.cast", [array(None, 2), None], {}, (None, 2)),
        ("tf.squeeze", [array(None, 1, 2)], {"axis": 1}, (None, 2)),
        ("numpy.random.rand", [3, 4], {}, (3, 4)),
        ("numpy.random.normal", [0, 1, (2, 3)], {}, (2, 3)),
        ("numpy.random.randint", [0, 10], {"size": 7}, (7,)),
        ("numpy.vstack", [[array(3), array(3)]], {}, (2, 3)),
        ("keras.utils.to_categorical", [array(60000), 10], {}, (60000, 10)),
        ("keras.utils.to_categorical", [array(60000, 1)], {"num_classes": 10}, (60000, 10)),
        ("keras.random.normal", [(2, 3)], {}, (2, 3)),
        ("keras.layers.add", [[array(None, 3), array(None, 3)]], {}, (None, 3)),
        ("keras.layers.concatenate", [[array(None, 3), array(None, 4)]], {}, (None, 7)),
        ("keras.layers.dot", [[array(None, 3), array(None, 3)]], {"axes": 1}, (None, 1)),
        ("operator.truediv", [array(None, 28, 28), 255.0], {}, (None, 28, 28)),
        ("operator.matmul", [array(2, 3), array(3, 4)], {}, (2, 4)),
        ("operator.getitem", [array(100, 28, 28), (..., None)], {}, (100, 28, 28, 1)),
    ],
)
def test_operation(path: str, args: list[object], kwargs: dict[str, object], shape: object) -> None:
    assert is_operation(path)
    assert operation(path, [*((None, arg) for arg in args), *kwargs.items()]) == shape


@pytest.mark.parametrize("shape", [(None, 4), (None, 5), (None, None), (None, 3, 6), (4,)], ids=str)
@pytest.mark.parametrize("path", ["keras.activations.glu", "keras.ops.glu"])
def test_glu_halves_as_in_keras(path: str, shape: tuple[int | None, ...]) -> None:
    real: Any = keras()
    for name in path.split(".")[1:]:
        real = getattr(real, name)
    if shape[-1] == 5:
        with pytest.raises(ValueError, match="divisible"):
            real(keras().KerasTensor(shape))
        with pytest.raises(NotDivisible):
            operation(path, [(None, Array(shape))])
    else:
        assert operation(path, [(None, Array(shape))]) == tuple(
            real(keras().KerasTensor(shape)).shape
        )


def test_no_operation() -> None:
    assert not is_operation("tf.no_such")
    assert not is_operation("keras.layers.Dense")
    assert not is_operation("os.path.join")
    assert not is_operation("operator.mean")
    assert isinstance(operation("tf.no_such", []), Unknown)


def test_unknown_dims_stay_where_they_are() -> None:
    n = Unknown("n")
    assert operation("keras.ops.mean", [(None, array(None, n, 3)), ("axis", 2)]) == (None, n)
    assert operation(
        "keras.ops.concatenate", [(None, [array(None, n), array(None, 3)]), ("axis", 1)]
    ) == (None, n)
    assert operation(
        "operator.getitem", [(None, array(None, 8)), (None, (slice(None), slice(0, n)))]
    ) == (None, n)
    assert operation("numpy.reshape", [(None, array(n, 4)), (None, (-1, 2, 2))]) == (n, 2, 2)
    with pytest.raises(UnknownUsed):
        operation("keras.ops.mean", [(None, Array(n))])
    with pytest.raises(UnknownUsed):
        operation("keras.ops.expand_dims", [(None, array(2, 3)), (None, n)])


def test_refusals() -> None:
    with pytest.raises(TotalSizeChanged):
        operation("tf.reshape", [(None, array(2, 3)), (None, (4, 2))])
    with pytest.raises(InputsDoNotMatch, match=r"\(None, 3\) and \(None, 4\)"):
        operation("operator.add", [(None, array(None, 3)), (None, array(None, 4))])


@pytest.mark.parametrize(
    ("x", "indices", "options"),
    [
        ((2, 5, 7), (2, 3), {"batch_dims": 1}),
        ((2, 5, 7), (2, 3), {"batch_dims": 1, "axis": 2}),
        ((2, 5, 7), (2, 3), {"batch_dims": -1}),
        ((2, 5, 7), (2, 5), {"batch_dims": 2}),
        ((2, 2, 5, 7), (2, 2, 5, 5), {"batch_dims": 3}),
    ],
)
def test_gather_by_batch(
    x: tuple[int, ...], indices: tuple[int, ...], options: dict[str, int]
) -> None:
    import tensorflow as tf

    real = tf.gather(tf.ones(x), tf.zeros(indices, tf.int32), **options).shape
    args = ((None, array(*x)), (None, array(*indices)), *options.items())
    assert operation("tf.gather", args) == tuple(real)


def test_slice_up_to_the_end() -> None:
    x, ends = (None, 9, 4), ((None, (0, 2, 1)), (None, (-1, -1, 2)))
    real = keras().ops.slice(keras().KerasTensor(x), *(value for _, value in ends))
    assert operation("keras.ops.slice", ((None, array(*x)), *ends)) == real.shape
