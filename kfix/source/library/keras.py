"""Keras: small functions of its utilities and its backend."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Shape, Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.containers import NONE, Const, ListV, OpenV
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.interpreter import BACKEND
from kfix.source.interpreter.values import InstanceV, ObjectV, TensorV
from kfix.source.keras.layers import DATA_FORMAT
from kfix.source.library import attention_layers as _attention_layers  # noqa: F401  (registers those inside a MultiHeadAttention)
from kfix.source.library import keras_applications as _keras_applications  # noqa: F401  (registers input shapes)
from kfix.source.library import keras_data as _keras_data  # noqa: F401  (registers the data of Keras)
from kfix.source.library import keras_images as _keras_images  # noqa: F401  (registers images and folders)
from kfix.source.library import keras_layers as _keras_layers  # noqa: F401  (registers what layers and tensors have)
from kfix.source.library import keras_models as _keras_models  # noqa: F401  (registers what models do)
from kfix.source.library import keras_saved as _keras_saved  # noqa: F401  (registers what is saved and loaded)
from kfix.source.library import trees as _trees  # noqa: F401  (registers what flattens structures)
from kfix.source.library.arguments import Bound, is_none, number
from kfix.source.library.signatures import function, function_row, within

ORDERINGS = {"th": "channels_first", "tf": "channels_last"}
"""The data formats by the names that Keras 1 had for them."""

function_row("keras.utils.plot_model keras.utils.set_random_seed", "**_", "None")
function_row("keras.backend.epsilon keras.config.epsilon", "", "1e-07")
function_row("keras.backend.floatx keras.config.floatx", "", "'float32'")


@function("keras.activations.get", "identifier")
def _activation(call: Bound) -> AbstractValue:
    """Return an activation by its name; any unknown one keeps the shape, too."""
    value = call["identifier"]
    if not isinstance(value, Const | Unknown):
        return value
    return Symbol(f"keras.activations.{call.string('identifier') or 'linear'}")


@function("keras.utils.standardize_tuple", "value, n, name, allow_zero=False")
def _standardized(call: Bound) -> AbstractValue:
    """Return a number as so many of it, and several as they are."""
    value, count = call["value"], call.integer("n")
    if isinstance(value, Const) and isinstance(value.value, int) and count is not None:
        return ListV([value] * min(count, MOST_PARTS), "tuple")
    if isinstance(value, ListV) and value.unknown is None:
        return ListV(list(value.items), "tuple", list(value.sites))
    return call.unknown()


MOST_PARTS = 8
"""Parts of a size that a number is repeated for."""


@function("keras.InputSpec keras.layers.InputSpec", "dtype=None, shape=None, ndim=None, **_")
def _input_spec(call: Bound) -> AbstractValue:
    """Return what a layer says of its input, with the rank and the shape that it names."""
    rank = call["ndim"]
    shape = call["shape"]
    if is_none(rank) and isinstance(shape, ListV) and shape.unknown is None:
        rank = Const(len(shape.items))
    return ObjectV("input_spec", ndim=rank, shape=shape)


# --- dtype policies -----------------------------------------------------------------------


@function(within("keras.mixed_precision", "Policy DTypePolicy experimental.Policy"), "name, **_")
@function("keras.DTypePolicy keras.dtype_policies.DTypePolicy", "name=None, source_name=None")
def _policy(call: Bound) -> AbstractValue:
    """Return a dtype policy as its name, which `dtype=` takes as well."""
    name = call["name"]
    if isinstance(name, Const):
        return name
    return call.unknown()


_SET_POLICY = "set_global_policy set_dtype_policy experimental.set_policy"


@function(within("keras.mixed_precision", _SET_POLICY), "policy")
@function("keras.config.set_dtype_policy", "policy")
def _set_policy(call: Bound) -> AbstractValue:
    """Set the dtype of the layers that follow; set twice, or under a condition, it is unknown."""
    interpreter, name = call.interpreter, call.string("policy")
    again = interpreter.policy is not None and interpreter.policy != name
    if not name or again or interpreter.journal.stack[1:]:
        interpreter.policy = call.unknown("the dtype policy is not known")
    else:
        interpreter.policy = name
    return NONE


# --- the backend --------------------------------------------------------------------------


@function("keras.backend.clear_session")
def _clear(call: Bound) -> AbstractValue:
    call.interpreter.cleared = call.interpreter.last_uid
    return NONE


@function("keras.backend.int_shape keras.ops.shape keras.backend.shape", "x")
def _int_shape(call: Bound) -> AbstractValue:
    return _dims(call, call["x"])


@function("tf.shape", "input, out_type=None, name=None")
def _tf_shape(call: Bound) -> AbstractValue:
    return _dims(call, call["input"])


def _dims(call: Bound, value: AbstractValue) -> AbstractValue:
    """Return the dims of a tensor; a variable dim is a number of the graph, but for `int_shape`."""
    if isinstance(value, Array):
        return from_shape(value.shape)
    if not isinstance(value, TensorV):
        return call.unknown()
    dims = tensor_operations.shape_value(call.interpreter, value)
    if isinstance(dims, ListV) and call.name != "int_shape":
        dims.items = [OpenV() if is_none(dim) else dim for dim in dims.items]
    return dims


@function("keras.Variable", "initializer, shape=None, dtype=None, trainable=True, **_")
def _variable(call: Bound) -> AbstractValue:
    """Return a variable; one that a layer of the program makes is one of its weights."""
    found = _shape_of_variable(call)
    holder = call.frame.instance
    if isinstance(holder, InstanceV) and holder.layer is not None:
        holder.weights.append((found, call.flag("trainable") is not False))
    return Array(found)


def _shape_of_variable(call: Bound) -> Shape | Unknown:
    value = call["initializer"]
    if not is_none(call["shape"]):
        return call.shape("shape")
    if isinstance(value, Array):
        return value.shape
    if number(value) is not None:
        return ()
    return call.unknown()


@function("keras.backend.backend keras.config.backend", "")
def _backend(call: Bound) -> AbstractValue:
    """Return the backend that the program has set, else the one that is the default of Keras."""
    found: AbstractValue = call.interpreter.settings.get(BACKEND, Const("tensorflow"))
    return found


@function("keras.backend.image_data_format keras.config.image_data_format", "")
def _data_format(call: Bound) -> AbstractValue:
    found: AbstractValue = call.interpreter.settings.get(DATA_FORMAT, Const("channels_last"))
    return found


@function(
    "keras.backend.standardize_data_format keras.backend.config.standardize_data_format",
    "data_format",
)
def _standard_format(call: Bound) -> AbstractValue:
    """Return a data format, in `None` the one that is set for all."""
    if is_none(call["data_format"]):
        return _data_format(call)
    text = call.string("data_format")
    return call.unknown() if text is None else Const(text.lower())


@function("keras.backend.set_image_data_format keras.config.set_image_data_format", "data_format")
def _set_data_format(call: Bound) -> AbstractValue:
    """Set the data format of the layers that follow and have none of their own."""
    text = call.string("data_format")
    value = call["data_format"] if text is None else Const(text.lower())
    call.interpreter.journal.set(call.interpreter.settings, DATA_FORMAT, value)
    return NONE


@function(within("keras.backend", "set_image_dim_ordering common.set_image_dim_ordering"),
          "dim_ordering")  # fmt: skip
def _set_dim_ordering(call: Bound) -> AbstractValue:
    """Set the data format, as Keras 1 called it."""
    now = ORDERINGS.get(call.string("dim_ordering") or "")
    value = call.unknown() if now is None else Const(now)
    call.interpreter.journal.set(call.interpreter.settings, DATA_FORMAT, value)
    return NONE


@function("keras.backend.image_dim_ordering", "")
def _dim_ordering(call: Bound) -> AbstractValue:
    """Return the data format, as Keras 1 called it."""
    value = _data_format(call)
    if not isinstance(value, Const):
        return value
    return Const("th" if value.value == "channels_first" else "tf")
