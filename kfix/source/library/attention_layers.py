"""The layers inside a `MultiHeadAttention`, which classes that derive from it call themselves.

As `MultiHeadAttention.build` makes them for queries and values of rank 3, in Keras 3.15.
"""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.conversion import from_plain
from kfix.source.interpreter.values import InstanceV, TensorV
from kfix.source.keras.layers import make_layer
from kfix.source.library.arguments import Bound
from kfix.source.library.signatures import attribute, method

_PARAMETERS = ("num_heads", "key_dim", "value_dim", "dropout", "use_bias", "output_shape")
_DEFAULTS = {"value_dim": None, "use_bias": True, "output_shape": None}


def _first(value: Any, other: Any) -> Any:
    """Return a value, or the other where it is `None`; an unknown one has no truth."""
    return other if value is None else value


@attribute("layer._query_dense layer._key_dense layer._value_dense")
def _projection(call: Call) -> AbstractValue:
    """Return the layer that maps queries, keys or values to their heads."""
    dim = "value_dim" if call.name == "_value_dense" else "key_dim"
    width = _first(_argument(call, dim), _argument(call, "key_dim"))
    heads = _argument(call, "num_heads")
    steps = _dim(call, 0 if call.name == "_query_dense" else 1, 1)
    return _einsum(call, "abc,cde->abde", [steps, heads, width], "de")


@attribute("layer._output_dense")
def _output(call: Call) -> AbstractValue:
    """Return the layer that joins the heads, to the width of the query where no other is given."""
    width = _first(_argument(call, "output_shape"), _dim(call, 0, 2))
    return _einsum(call, "abcd,cde->abe", [_dim(call, 0, 1), width], "e")


@attribute("layer._num_heads layer._key_dim layer._value_dim")
def _number(call: Call) -> AbstractValue:
    found = _argument(call, call.name[1:])
    if found is None and call.name == "_value_dim":
        found = _argument(call, "key_dim")
    if isinstance(found, int):
        return Const(found)
    return call.unknown()


@method("layer._compute_attention", "query, key, value, **_")
def _attention(call: Bound) -> AbstractValue:
    """Return what the heads attend to, and the scores, which are there only if asked for."""
    query, key, value = call["query"], call["key"], call["value"]
    if not all(isinstance(one, TensorV) for one in (query, key, value)):
        return call.unknown()
    scores = _einsum_of(call, "aecd,abcd->acbe", key, query)
    return ListV([_einsum_of(call, "acbe,aecd->abcd", scores, value), scores], "tuple")


def _einsum_of(call: Call, equation: str, *tensors: AbstractValue) -> AbstractValue:
    given = [(None, Const(equation)), *((None, one) for one in tensors)]
    return tensor_operations.operate(call.interpreter, "keras.ops.einsum", given, call.site)


def _einsum(call: Call, equation: str, dims: list[object], bias_axes: str) -> AbstractValue:
    """Return the layer of the attention with this name: one for each reading of its `call`."""
    instance = _instance(call)
    if instance is None or any(isinstance(dim, Unknown | list | tuple) for dim in dims):
        return call.unknown()
    given = [Given(None, Const(equation)), Given("output_shape", from_plain(tuple(dims)))]
    if _argument(call, "use_bias"):
        given.append(Given("bias_axes", Const(bias_axes)))
    key = f"{call.name} {dims}"
    if key in instance.attributes:
        return instance.attributes[key]
    made = make_layer(call.interpreter, "EinsumDense", given, call.site)
    instance.attributes[key] = made
    return made


def _instance(call: Call) -> InstanceV | None:
    """Return the object of the program whose attribute it is, if it is an attention of Keras."""
    found = call.interpreter.instances.get(call.receiver.layer.uid)
    if found is None or found.base is None or found.base.layer.cls != "MultiHeadAttention":
        return None
    return found


def _argument(call: Call, name: str) -> object:
    """Return an argument of the attention, unknown where it is not known."""
    instance = _instance(call)
    if instance is None or instance.base is None:
        return call.unknown()
    layer: Layer = instance.base.layer
    for place, one in enumerate(layer.arguments):
        named = one.keyword or _PARAMETERS[min(place, len(_PARAMETERS) - 1)]
        if named == name:
            return one.value
    return _DEFAULTS.get(name, call.unknown())


def _dim(call: Call, tensor: int, axis: int) -> object:
    """Return a dim of the query or the value (0 or 1) of the `call` that is read."""
    instance = _instance(call)
    if instance is None or not instance.given:
        return call.unknown()
    shape = instance.given[min(tensor, len(instance.given) - 1)]
    if isinstance(shape, tuple) and len(shape) == 3:
        return shape[axis]
    return call.unknown()
