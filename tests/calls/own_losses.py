"""The losses that drawn programs define themselves: functions, classes, functions of functions."""

from __future__ import annotations

from tests.calls.drawing import Draw

_FUNCTION = "def own(y_true, y_pred):\n    return {}\n\n"
_CLASS = "class Own(keras.losses.Loss):\n    def call(self, y_true, y_pred):\n        return {}\n\n"
_MADE = (
    "def make(weight):\n    def own(y_true, y_pred):\n        return weight * {}\n"
    "    return own\n\n"
)
_FORMS = (
    *((_FUNCTION, "own"), (_FUNCTION, "own"), (_CLASS, "Own()"), (_MADE, "make(0.5)")),
    ("", "lambda y_true, y_pred: {}"),
)
"""How a loss is defined, and how it is given to `compile`."""

RIGHT = (
    *("keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)",),
    *("keras.ops.mean(keras.ops.abs(y_true - y_pred))", "keras.losses.mse(y_true, y_pred)"),
    *("tf.reduce_mean(tf.square(tf.cast(y_true, tf.float32) - y_pred), axis=-1)",),
    *("keras.losses.MeanSquaredError()(y_true, y_pred)", "keras.ops.mean(y_pred, axis=-1)"),
    *("keras.losses.Huber(delta=2.0)(y_true, y_pred)",),
)
WRONG = (
    *("keras.losses.categorical_crossentropy(y_true, y_pred)", "keras.ops.sum(y_pred @ y_true)"),
    *("keras.losses.sparse_categorical_crossentropy(y_true, y_pred)", "y_true - y_pred"),
    *("keras.losses.BinaryCrossentropy()(y_true, y_pred)", "keras.ops.mean(y_true[:, 1])"),
    *(
        "keras.ops.mean(y_true - y_pred[:, 0])",
        "keras.ops.mean(keras.ops.reshape(y_true, (-1, 7)))",
    ),
    *("keras.losses.mean_squared_error(y_true)", "keras.losses.msee(y_true, y_pred)"),
    *("keras.ops.mean(keras.ops.concatenate([y_true, y_pred], axis=0))",),
    *("keras.ops.mean(keras.ops.squares(y_true - y_pred))", "np.mean(y_true - y_pred)"),
)
_WRONG_GIVEN = (
    *(("def own(y_true, y_pred, weight):\n    return y_pred * weight\n\n", "own"),),
    *(("def own(y_pred):\n    return y_pred\n\n", "own"),),
    *((_FUNCTION.format(RIGHT[0]), "own()"), (_CLASS.format(RIGHT[0]), "Own")),
    *((_FUNCTION.format(RIGHT[0]), "'own'"), (_FUNCTION.format("None"), "own")),
)


def own_loss(draw: Draw) -> str:
    """Write a loss of the program, its definition among those of the draw."""
    wrong = draw.has("loss function")
    if wrong and draw.chance(25):
        definition, given = draw.choice(_WRONG_GIVEN)
    else:
        definition, given = draw.choice(_FORMS)
        body = draw.choice(WRONG if wrong and draw.chance(80) else RIGHT)
        definition, given = definition.format(body), given.format(body)
    draw.definitions += [definition] * (definition not in draw.definitions)
    draw.kinds.append("with: a loss of the program")
    return given
