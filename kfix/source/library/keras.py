"""Keras: small functions of its utilities and its backend."""

from __future__ import annotations

from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source import building
from kfix.source.calls import Call
from kfix.source.convert import from_shape
from kfix.source.library import keras_data as _keras_data  # noqa: F401  (registers the data of Keras)
from kfix.source.library import keras_layers as _keras_layers  # noqa: F401  (registers what layers and tensors have)
from kfix.source.library import keras_models as _keras_models  # noqa: F401  (registers what models do)
from kfix.source.library.lookup import function
from kfix.source.values import (
    NONE,
    Const,
    TensorV,
    Value,
)

# --- activations --------------------------------------------------------------------------


@function("keras.activations.get")
def _activation(call: Call) -> Value:
    """By name; an activation that is not known keeps the shape all the same, as each of Keras does."""
    value = call.get(0, "identifier")
    if isinstance(value, Const | Unknown):
        return Symbol(f"keras.activations.{value.value if isinstance(value, Const) and value.value else 'linear'}")
    return value


# --- utilities ----------------------------------------------------------------------------


@function("keras.utils.plot_model", "keras.backend.clear_session", "keras.utils.set_random_seed")
def _ignored(call: Call) -> Value:
    return NONE


@function("keras.backend.int_shape", "keras.ops.shape", "keras.backend.shape", "tf.shape")
def _int_shape(call: Call) -> Value:
    value = call.get(0, "x")
    if isinstance(value, TensorV):
        return building.shape_value(call.at, value)
    return from_shape(value.shape) if isinstance(value, Array) else call.unknown()


@function("keras.backend.image_data_format")
def _data_format(call: Call) -> Value:
    return Const("channels_last")
