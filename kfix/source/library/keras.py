"""Keras: small functions of its utilities and its backend."""

from __future__ import annotations

from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, ListV, OpenV, Value
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.values import InstanceV, TensorV
from kfix.source.keras.layers import DATA_FORMAT
from kfix.source.library import keras_data as _keras_data  # noqa: F401  (registers the data of Keras)
from kfix.source.library import keras_layers as _keras_layers  # noqa: F401  (registers what layers and tensors have)
from kfix.source.library import keras_models as _keras_models  # noqa: F401  (registers what models do)
from kfix.source.library import keras_saved as _keras_saved  # noqa: F401  (registers what is saved and loaded)
from kfix.source.library.lookup import function

ORDERINGS = {"th": "channels_first", "tf": "channels_last"}
"""The orders of the axes by the names that Keras 1 had for them."""

# --- activations --------------------------------------------------------------------------


@function("keras.activations.get")
def _activation(call: Call) -> Value:
    """By name; an activation that is not known keeps the shape all the same, as each of Keras does."""
    value = call.get(0, "identifier")
    if isinstance(value, Const | Unknown):
        return Symbol(
            f"keras.activations.{value.value if isinstance(value, Const) and value.value else 'linear'}"
        )
    return value


# --- utilities ----------------------------------------------------------------------------


@function("keras.backend.clear_session")
def _clear(call: Call) -> Value:
    call.interpreter.cleared = call.interpreter.last_uid
    return NONE


@function(
    "keras.mixed_precision.Policy",
    "keras.mixed_precision.DTypePolicy",
    "keras.mixed_precision.experimental.Policy",
    "keras.DTypePolicy",
    "keras.dtype_policies.DTypePolicy",
)
def _policy(call: Call) -> Value:
    """A dtype policy by its name, which `dtype=` takes as well."""
    name = call.get(0, "name")
    return name if isinstance(name, Const) else call.unknown()


@function(
    "keras.mixed_precision.set_global_policy",
    "keras.mixed_precision.set_dtype_policy",
    "keras.mixed_precision.experimental.set_policy",
    "keras.config.set_dtype_policy",
)
def _set_policy(call: Call) -> Value:
    """What layers take for their dtype from here on; set twice, or under a test, it is not followed."""
    name = call.text(0, "policy")
    again = call.interpreter.policy is not None and call.interpreter.policy != name
    call.interpreter.policy = (
        call.unknown("the dtype policy")
        if not name or again or call.interpreter.journal.stack[1:]
        else name
    )
    return NONE


@function("keras.utils.plot_model", "keras.utils.set_random_seed")
def _ignored(call: Call) -> Value:
    return NONE


@function("keras.backend.int_shape", "keras.ops.shape", "keras.backend.shape", "tf.shape")
def _int_shape(call: Call) -> Value:
    """The dims; a variable one is a number of the graph, but to `int_shape`."""
    value = call.get(0, "x")
    if isinstance(value, TensorV):
        dims = tensor_operations.shape_value(call.interpreter, value)
        if isinstance(dims, ListV) and call.name != "int_shape":
            dims.items = [
                OpenV() if isinstance(dim, Const) and dim.value is None else dim
                for dim in dims.items
            ]
        return dims
    return from_shape(value.shape) if isinstance(value, Array) else call.unknown()


@function("keras.Variable")
def _variable(call: Call) -> Value:
    """A variable with the shape of its first value; one that a layer of the program makes is a weight of it."""
    value, shape = call.get(0, "initializer"), call.get(1, "shape")
    found = (
        to_shape(shape) if shape is not None else value.shape if isinstance(value, Array) else None
    )
    if found is None:
        found = (
            ()
            if isinstance(value, Const) and isinstance(value.value, int | float)
            else call.unknown()
        )
    holder = call.frame.instance
    if isinstance(holder, InstanceV) and holder.layer is not None:
        trained = call.get(2, "trainable")
        holder.weights.append((found, not (isinstance(trained, Const) and trained.value is False)))
    return Array(found)


@function("keras.backend.image_data_format", "keras.config.image_data_format")
def _data_format(call: Call) -> Value:
    found: Value = call.interpreter.settings.get(DATA_FORMAT, Const("channels_last"))
    return found


@function("keras.backend.set_image_data_format", "keras.config.set_image_data_format")
def _set_data_format(call: Call) -> Value:
    """From here on layers that are told nothing else count their channels so."""
    value = call.get(0, "data_format")
    if isinstance(value, Const) and isinstance(value.value, str):
        value = Const(value.value.lower())
    call.interpreter.journal.set(
        call.interpreter.settings, DATA_FORMAT, call.unknown() if value is None else value
    )
    return NONE


@function("keras.backend.set_image_dim_ordering", "keras.backend.common.set_image_dim_ordering")
def _set_dim_ordering(call: Call) -> Value:
    """What Keras 1 called `set_image_data_format`."""
    value = call.get(0, "dim_ordering")
    now = ORDERINGS.get(str(value.value)) if isinstance(value, Const) else None
    call.interpreter.journal.set(
        call.interpreter.settings, DATA_FORMAT, call.unknown() if now is None else Const(now)
    )
    return NONE


@function("keras.backend.epsilon", "keras.config.epsilon")
def _epsilon(call: Call) -> Value:
    return Const(1e-07)


@function("keras.backend.floatx", "keras.config.floatx")
def _floatx(call: Call) -> Value:
    return Const("float32")


@function("keras.backend.image_dim_ordering")
def _dim_ordering(call: Call) -> Value:
    """What Keras 1 called `image_data_format`."""
    value = _data_format(call)
    return (
        Const("th" if value.value == "channels_first" else "tf")
        if isinstance(value, Const)
        else value
    )
