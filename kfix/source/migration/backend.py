"""Functions of `keras.backend` that Keras 3 has elsewhere, each with what takes its place.

Kept by hand, as Keras 3 does not know them any more; each row was compared with the function of
Keras 2 on tensors.
"""

from __future__ import annotations

from typing import NamedTuple


class Now(NamedTuple):
    """What a function is now: its path, other keywords, and arguments that its default needs."""

    path: str
    renames: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[int, str, str], ...] = ()
    """The position and the keyword of an argument, and what is given where it is not."""
    most: int = 9
    """The most arguments that mean the same."""


_SAME = (
    *("abs", "all", "any", "cos", "dot", "equal", "exp", "eye", "greater", "greater_equal"),
    *("less", "less_equal", "log", "logsumexp", "max", "maximum", "mean", "min", "minimum"),
    *("not_equal", "ones", "ones_like", "prod", "round", "shape", "sigmoid", "sign", "sin"),
    *("softmax", "softplus", "softsign", "sqrt", "square", "squeeze", "stack", "std", "var"),
    *("sum", "tanh", "tile", "transpose", "zeros", "zeros_like", "one_hot", "ndim", "arange"),
    *("binary_crossentropy", "categorical_crossentropy", "cast", "elu"),
    "sparse_categorical_crossentropy",
)

FUNCTIONS: dict[str, Now] = {
    **{name: Now(f"keras.ops.{name}") for name in _SAME},
    "relu": Now("keras.ops.relu", most=1),
    "pow": Now("keras.ops.power", (("x", "x1"), ("a", "x2"))),
    "clip": Now("keras.ops.clip", (("min_value", "x_min"), ("max_value", "x_max"))),
    "reshape": Now("keras.ops.reshape", (("shape", "newshape"),)),
    "permute_dimensions": Now("keras.ops.transpose", (("pattern", "axes"),)),
    "repeat_elements": Now("keras.ops.repeat", (("rep", "repeats"),)),
    "reverse": Now("keras.ops.flip", (("axes", "axis"),)),
    "flatten": Now("keras.ops.ravel"),
    "switch": Now("keras.ops.where"),
    "gather": Now("keras.ops.take", (("reference", "x"),), ((2, "axis", "0"),), most=2),
    "concatenate": Now("keras.ops.concatenate", (), ((1, "axis", "-1"),)),
    "expand_dims": Now("keras.ops.expand_dims", (("dim", "axis"),), ((1, "axis", "-1"),)),
    "argmax": Now("keras.ops.argmax", (), ((1, "axis", "-1"),)),
    "argmin": Now("keras.ops.argmin", (), ((1, "axis", "-1"),)),
    "cumsum": Now("keras.ops.cumsum", (), ((1, "axis", "0"),)),
    "cumprod": Now("keras.ops.cumprod", (), ((1, "axis", "0"),)),
    "variable": Now("keras.Variable", most=1),
    "constant": Now("keras.ops.convert_to_tensor", most=2),
    "get_value": Now("keras.ops.convert_to_numpy", most=1),
    "eval": Now("keras.ops.convert_to_numpy", most=1),
    "stop_gradient": Now("keras.ops.stop_gradient", most=1),
    "random_normal": Now("keras.random.normal", (("std", "stddev"),)),
    "random_uniform": Now("keras.random.uniform", (("low", "minval"), ("high", "maxval"))),
    "truncated_normal": Now("keras.random.truncated_normal"),
    "dropout": Now("keras.random.dropout", (("x", "inputs"), ("level", "rate"))),
}
"""By name: what takes the place of a function on tensors."""

WITH_TENSORFLOW = (
    *("batch_dot", "batch_flatten", "ctc_batch_cost", "ctc_decode", "bias_add", "resize_images"),
    *("spatial_2d_padding", "conv2d", "pool2d", "foldl", "foldr", "map_fn", "in_top_k", "repeat"),
    *(
        "l2_normalize",
        "hard_sigmoid",
        "cast_to_floatx",
        "count_params",
        "is_sparse",
        "update",
        "update_add",
    ),
)
"""Functions that `tensorflow.keras.backend` still has, and `keras.ops` has not."""

SETTINGS = ("set_session", "set_learning_phase", "manual_variable_initialization")
"""Settings of TensorFlow 1 that mean nothing any more."""

ORDERINGS = {"th": "channels_first", "tf": "channels_last"}
"""The orders of the axes as Keras 1 called them."""
