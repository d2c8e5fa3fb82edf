"""Arrays of a fixed number of samples, written with the samples of a tensor."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.take_batch import TakeBatch
from kfix.rewrite.errors import CannotWrite
from tests.rewrite.helpers import block, load, site, written

SAMPLING = """
    import tensorflow as tf
    from keras import random
    from keras import backend as K
    def sampling(args):
        mean, spread = args
        noise = {made}
        late = mean * 2
        return mean + {other} * noise
    """


def _written(made: str, other: str) -> str:
    document = load(block(SAMPLING.format(made=made, other=other)))
    place = site(document, f"{other} * noise", cst.BinaryOperation)
    [line] = [
        line for line in written(document, TakeBatch(place, 0)).splitlines() if "noise =" in line
    ]
    return line.split("= ", 1)[1]


@pytest.mark.parametrize(
    ("made", "other", "result"),
    [
        ("tf.random.normal([BATCH, 2])", "spread", "tf.random.normal([tf.shape(spread)[0], 2])"),
        ("K.random_normal((8, 2))", "K.exp(spread)", "K.random_normal((K.shape(spread)[0], 2))"),
        ("tf.ones((8, 2)) / 2", "args[0]", "tf.ones((tf.shape(args[0])[0], 2)) / 2"),
        ("tf.ones(()) * tf.ones([8])", "spread", "tf.ones(()) * tf.ones([tf.shape(spread)[0]])"),
    ],
)
def test_the_spelling_is_that_of_the_program(made: str, other: str, result: str) -> None:
    assert _written(made, other) == result


@pytest.mark.parametrize(
    ("made", "other"),
    [
        ("tf.random.normal(SHAPE)", "spread"),
        ("tf.random.normal((8, 2))", "late"),
        ("tf.random.normal((8, 2))", "ALPHA"),
        ("draw((8, 2))", "spread"),
        ("tf.ones((8, 2)) + tf.ones((8, 2))", "spread"),
    ],
)
def test_what_is_not_written_there_stays(made: str, other: str) -> None:
    with pytest.raises(CannotWrite):
        _written(made, other)
