"""Repairs of how layers and functions are called: axes of functions, inputs in a list, skips of
helpers and loops.
"""

from __future__ import annotations

import pytest

from kfix.edits.base import Repair
from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import ModelResult
from kfix.project.project import Project

HEAD = "import keras\nimport tensorflow as tf\nfrom keras import layers\n\n"


def repaired(code: str) -> tuple[ModelResult, str]:
    """Return the broken model with its repair, and the new text."""
    result = run_file(Project({"m.py": (HEAD + code).encode()}), "m.py", Settings())
    (outcome,) = (outcome for outcome in result.models if outcome.repairs)
    assert outcome.applied is not None
    return outcome, result.files["m.py"].decode()


def first(outcome: ModelResult) -> Repair:
    return outcome.repairs[0].repair


JOINED = """\
image = keras.Input((12, 12, 3))
one = layers.Conv2D(8, 3, padding="same")(image)
two = layers.Conv2D(4, 3, padding="same")(image)
both = {call}
model = keras.Model(image, layers.Conv2D(2, 1)(both))
"""


@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("layers.Concatenate(axis=2)([one, two])", "layers.Concatenate(axis=-1)([one, two])"),
        ("layers.concatenate([one, two], axis=1)", "layers.concatenate([one, two], axis=-1)"),
        ("keras.ops.concatenate([one, two], 2)", "keras.ops.concatenate([one, two], -1)"),
        ("keras.ops.concatenate([one, two])", "keras.ops.concatenate([one, two], axis=-1)"),
    ],
)
def test_the_axis_of_a_function_is_set_as_that_of_a_layer(call: str, fixed: str) -> None:
    outcome, text = repaired(JOINED.format(call=call))
    assert text == HEAD + JOINED.format(call=fixed)
    assert outcome.repairs[0].traces[0].outputs == [(None, 12, 12, 2)]


IN_CALL = """\
class Both(layers.Layer):
    def call(self, pair):
        one, two = pair
        return {call}


image = keras.Input((12, 12, 3))
one = layers.Conv2D(8, 3, padding="same")(image)
two = layers.Conv2D(4, 3, padding="same")(image)
model = keras.Model(image, layers.Conv2D(2, 1)(Both()([one, two])))
"""


@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("tf.concat(axis=1, values=[one, two])", "tf.concat(axis=-1, values=[one, two])"),
        ("tf.concat([one, two], 1)", "tf.concat([one, two], -1)"),
    ],
)
def test_the_axis_of_tf_concat_is_set_in_a_layer_of_the_program(call: str, fixed: str) -> None:
    _, text = repaired(IN_CALL.format(call=call))
    assert text == HEAD + IN_CALL.format(call=fixed)


SEVERAL = """\
left, right = keras.Input((3,)), keras.Input((3,))
inner = keras.Model([left, right], layers.Dense(2)(layers.Add()([left, right])))
one, two = keras.Input((3,)), keras.Input((3,))
model = keras.Model([one, two], layers.Dense(1)({call}))
"""


@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("inner(one, two)", "inner([one, two])"),
        ("layers.Concatenate()(one, two)", "layers.Concatenate()([one, two])"),
        ("layers.Multiply()(one, two)", "layers.Multiply()([one, two])"),
    ],
)
def test_several_inputs_go_into_one_list(call: str, fixed: str) -> None:
    outcome, text = repaired(SEVERAL.format(call=call))
    assert text == HEAD + SEVERAL.format(call=fixed)
    assert [edit.kind for edit in first(outcome).edits] == ["list-inputs"]


HELPER = """\
def block(x, filters):
    return layers.Conv2D(filters, 3, padding="same")(x)


image = keras.Input((32, 32, 1))
top = block(image, 8)
middle = block(layers.MaxPooling2D(2)(top), 16)
x = layers.Conv2D(24, 3, padding="same")(layers.MaxPooling2D(2)(middle))
x = layers.UpSampling2D(2)(x)
x = {merge}
x = layers.UpSampling2D(2)(x)
x = layers.concatenate([x, top])
model = keras.Model(image, layers.Conv2D(1, 1)(x))
"""


@pytest.mark.parametrize("merge", ["layers.concatenate([x, {}])", "layers.Concatenate()([x, {}])"])
def test_a_skip_of_a_helper_called_twice_is_named(merge: str) -> None:
    outcome, text = repaired(HELPER.format(merge=merge.format("top")))
    assert text == HEAD + HELPER.format(merge=merge.format("middle"))
    assert [edit.kind for edit in first(outcome).edits] == ["exchange-tensor"]


LOOP = """\
widths = {widths}
image = keras.Input((64, 64, 1))
x, skips = image, []
for width in widths:
    x = layers.Conv2D(width, 3, padding="same")(x)
    skips.append(x)
    x = layers.MaxPooling2D()(x)
for width, skip in zip(reversed(widths), {skips}):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skip])
model = keras.Model(image, layers.Conv2D(1, 1)(x))
"""


@pytest.mark.parametrize("widths", [(4, 8), (4, 8, 12), (4, 8, 12, 16), (2, 4, 6, 8, 10)])
def test_skips_of_a_loop_are_taken_in_reverse_order(widths: tuple[int, ...]) -> None:
    outcome, text = repaired(LOOP.format(widths=widths, skips="skips"))
    assert text == HEAD + LOOP.format(widths=widths, skips="reversed(skips)")
    assert first(outcome).safety == "safe"
