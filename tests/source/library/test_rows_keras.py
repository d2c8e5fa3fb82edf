"""Rows of the table of signatures for Keras and TensorFlow, each against the real library."""

from __future__ import annotations

import pytest

from tests.source.library.evaluating import assert_same, drawn, real_value, value_of
from tests.source.library.test_rows import assert_parameters, rows

pytest.importorskip("keras")

CASES = """
keras.ops.zeros({shape})
keras.ops.ones({shape}, {dtype})
keras.ops.full({shape}, 7, {dtype})
keras.ops.eye({n}, {n})
keras.ops.arange({n})
keras.random.normal({shape})
keras.random.uniform({shape}, dtype='float32')
keras.utils.normalize({matrix})
keras.backend.epsilon()
keras.backend.floatx()
keras.config.epsilon()
keras.config.floatx()
tensorflow.zeros({shape})
tensorflow.ones({shape}, {dtype})
tensorflow.fill({shape}, 7)
tensorflow.eye({n}, {n})
tensorflow.eye({n}, batch_shape=[{n}])
tensorflow.random.normal({shape})
tensorflow.random.uniform({shape}, dtype='float64')
tensorflow.TensorSpec({shape})
"""

READING = "decode_ read_file load_data texts_to sequences_to"
"""Rows that need files or a download."""

NAMED = [line for line in CASES.splitlines() if line]


@pytest.mark.parametrize("case", NAMED)
def test_shapes_and_dtypes_are_those_of_the_library(case: str) -> None:
    for seed in range(3):
        # TensorFlow takes no integer for a shape.
        expression = drawn(case.replace("{shape}", "({n}, {n})"), seed)
        assert_same(value_of(expression), real_value(expression))


@pytest.mark.parametrize(
    "name", [name for name, row in rows("keras", "tf").items() if "[" in row.result]
)
def test_each_row_that_makes_an_array_has_a_case(name: str) -> None:
    if any(word in name for word in READING.split()) or "Dataset" in name:
        pytest.skip("it reads files")
    called = f"{name.replace('tf.', 'tensorflow.', 1) if name.startswith('tf.') else name}("
    assert any(called in case for case in NAMED)


@pytest.mark.parametrize("name", list(rows("keras", "tf")))
def test_parameters_stand_where_the_library_has_them(name: str) -> None:
    assert_parameters(name, rows("keras", "tf")[name])


def test_data_sets_of_keras_have_these_classes() -> None:
    (x, y), (x_test, y_test) = (
        pair.items for pair in value_of("keras.datasets.cifar100.load_data('coarse')").items
    )
    assert x.shape == (50000, 32, 32, 3)
    assert x_test.shape == (10000, 32, 32, 3)
    assert (y.distinct, y_test.distinct) == (20, 20)
