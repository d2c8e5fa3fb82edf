"""Edits of what layers and functions are called on: the text before and after."""

from __future__ import annotations

import pytest

from kfix.edits.base import Edit
from kfix.edits.exchange_attribute import ExchangeAttribute
from kfix.edits.exchange_call import ExchangeCall
from kfix.edits.name_argument import NameArgument
from kfix.edits.wrap_in_lambda import WrapInLambda
from kfix.rewrite.apply import CannotWrite, rewrite
from kfix.source.syntax.document import Document
from tests.rewrite.helpers import block, call, load

HEAD = "import tensorflow as tf\nfrom keras import layers\n"


def written(document: Document, edit: Edit) -> str:
    """Return the program after an edit, without its imports."""
    text = rewrite({document.path: document}, [edit]).files[document.path].decode()
    return text.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("n = x.get_shape()\n", "n = x.shape\n"),
        ("n = x.get_shape().as_list()[1]\n", "n = x.shape[1]\n"),
        ("a, b = x.get_shape().as_list()\n", "a, b = list(x.shape)\n"),
    ],
)
def test_an_attribute(before: str, after: str) -> None:
    document = load(HEAD + before)
    edit = ExchangeAttribute(call(document, "x.get_shape()"), "shape")
    assert written(document, edit) == after


def test_a_function_of_another_module() -> None:
    document = load(HEAD + "y = tf.concat(values=[a, b], axis=1, name='c')\n")
    text = "tf.concat(values=[a, b], axis=1, name='c')"
    edit = ExchangeCall(call(document, text), "keras.ops.concatenate", ((0, "xs"), (1, "axis")))
    assert written(document, edit) == "y = tf.keras.ops.concatenate(xs=[a, b], axis=1)\n"


def test_a_lambda_takes_several_tensors() -> None:
    document = load(HEAD + "y = tf.matmul(a, tf.nn.relu(b), transpose_b=True)\n")
    edit = WrapInLambda(call(document, "tf.matmul(a, tf.nn.relu(b), transpose_b=True)"), (0, 1))
    assert written(document, edit) == block(
        """
        y = layers.Lambda(lambda t: tf.matmul(t[0], t[1], transpose_b=True))([a, tf.nn.relu(b)])
        """
    )


def test_a_lambda_takes_no_value_that_changes() -> None:
    document = load(HEAD + "k = 1\ny = tf.unstack(x, k)\nk = 2\n")
    edit = WrapInLambda(call(document, "tf.unstack(x, k)"), (0,))
    with pytest.raises(CannotWrite):
        rewrite({document.path: document}, [edit])


def test_a_keyword() -> None:
    document = load(HEAD + "y = base(x, False, mask=m)\n")
    place = call(document, "base(x, False, mask=m)")
    assert written(document, NameArgument(place, place, 1, "training")) == (
        "y = base(x, training=False, mask=m)\n"
    )


def test_no_keyword_before_a_position() -> None:
    document = load(HEAD + "y = base(x, False, m)\n")
    place = call(document, "base(x, False, m)")
    with pytest.raises(CannotWrite):
        rewrite({document.path: document}, [NameArgument(place, place, 1, "training")])
