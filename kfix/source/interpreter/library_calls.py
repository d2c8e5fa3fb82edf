"""Layers, models, and functions and methods of libraries, called."""

from __future__ import annotations

from functools import partial

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import BY_POSITION, LISTS, Packed
from kfix.model.graph import Argument, Array, Layer, Node, Symbol, TensorRef
from kfix.model.origin import Fixed, Omitted
from kfix.model.record import replace
from kfix.model.unknown import Unknown, UnknownUsed, any_unknown
from kfix.source.interpreter import nested_tensors, tensor_operations
from kfix.source.interpreter.bound_values import MethodV
from kfix.source.interpreter.calls import Call, Given, called, invoke
from kfix.source.interpreter.choices import choice, options_of, under
from kfix.source.interpreter.containers import NONE, Const, Container, DictV, ListV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.provenance import traced
from kfix.source.interpreter.values import (
    Choice,
    FunctionV,
    InstanceV,
    LayerV,
    ModelV,
    Native,
    ObjectV,
    SequentialV,
    TensorV,
)
from kfix.source.keras import data_calls, layers, models
from kfix.source.library import lookup

_OPTIMIZERS = "keras.optimizers."


# --- layers and models --------------------------------------------------------------------


@called(LayerV, SequentialV, ModelV)
def apply(
    context: Context, callee: LayerV | SequentialV | ModelV, given: list[Given]
) -> AbstractValue:
    """Call a layer or a model on tensors."""
    given = [one._replace(value=_possible(context, one.value)) for one in given]
    if any(isinstance(one.value, Choice) for one in given):
        return _apply_to_each(context, callee, given)
    interpreter, site = context.interpreter, context.site
    if isinstance(callee, ModelV) and callee.instance is not None:
        models.note_call(interpreter, callee, given)
    layer = layers.layer_of(interpreter, callee)
    instance = None
    if layer.is_user_layer:
        instance = interpreter.instances.get(layer.uid)
    takes_all = layer.is_unknown or (instance is not None and _takes_all(instance))
    wrong = None if takes_all else _not_tensors(context, given)
    if wrong is not None:
        text, number = wrong
        said = (text, number, _parameter_of(context, callee, given[number].value, number))
        layer = replace(layer, attributes=(*layer.attributes, (BY_POSITION, said)))
    several = len(given) > 1 and not isinstance(given[0].value, Unknown)
    if instance is not None and instance.body_for is not None and several:
        # A call with several arguments: a layer of the same weights, on all the tensors.
        layer = replace(layer, body=instance.body_for(given))
        refs = [tensor.ref for one in given for tensor in nested_tensors.tensors_in(one.value)]
        if refs:
            entry = ((None, refs[0] if len(refs) == 1 else refs),)
            node_id = layers.add_node(interpreter, layer, entry, site)
            return _in_containers(instance, tensor_operations.outputs(interpreter, node_id))
    args = tuple(
        (
            one.keyword,
            tensor_operations.tensors_of(interpreter, one.value, site, place == 0, one.site),
        )
        for place, one in enumerate(given)
    )
    node_id = layers.add_node(interpreter, layer, args, site)
    if isinstance(callee, LayerV) and _is_eager(interpreter, given):
        callee.nodes.remove(node_id)  # it is part of no model
        found = _in_containers(instance, tensor_operations.outputs(interpreter, node_id))
        return _made_by_layer(interpreter, layer, given, found)
    data_calls.note(interpreter, node_id, layer, context.node, context.frame)
    keys = callee.output_keys if isinstance(callee, ModelV) else None
    if keys is not None:
        return DictV({key: TensorV(TensorRef(node_id, i)) for i, key in enumerate(keys)})
    outputs = tensor_operations.outputs(interpreter, node_id)
    if isinstance(callee, ModelV) and callee.lists_output and isinstance(outputs, TensorV):
        return ListV([outputs])
    return _in_containers(instance, outputs)


def _made_by_layer(
    interpreter: Interpreter, layer: Layer, given: list[Given], found: AbstractValue
) -> AbstractValue:
    """Return what a layer gives as data, made of what it is given and of its arguments."""
    found = tensor_operations.as_arrays(interpreter, found)
    if not isinstance(found, Array) or len(given) != 1 or not layer.is_keras_layer:
        return found

    def again(data: AbstractValue, *values: AbstractValue) -> AbstractValue:
        if not isinstance(data, Array):
            return Unknown("what the layer returns")
        pairs = zip(layer.arguments, map(plain, values), strict=True)
        changed = tuple(replace(argument, value=value) for argument, value in pairs)
        entry = Layer("Input", (Argument("batch_shape", data.shape),), layer.site, -1)
        args = ((None, TensorRef(0)),)
        made = replace(layer, arguments=changed)
        if _is_beyond(data, made):
            return Unknown("indices that the table may not have")
        nodes = (Node(0, entry, (), layer.site), Node(1, made, args, layer.site))
        shape = interpreter.shapes.tensor(nodes, TensorRef(1))
        return Array(shape) if isinstance(shape, tuple) else Unknown("what the layer returns")

    origins = [argument.origin or Fixed(argument.value) for argument in layer.arguments]
    return traced(found, again, [given[0].value], *origins)


def _is_beyond(data: Array, layer: Layer) -> bool:
    """Return whether there are more positions along an axis than an Embedding has rows."""
    match layer, data.shape:
        case (
            Layer(
                cls="Embedding",
                arguments=(Argument(keyword=None | "input_dim", value=int(rows)), *_),
            ),
            tuple() as dims,
        ):
            return any(isinstance(dim, int) and dim > rows for dim in dims)
    return False


def _not_tensors(context: Context, given: list[Given]) -> tuple[str, int] | None:
    """Return the first argument by position that is not a tensor: as written, and its number."""
    for number, argument in enumerate(given):
        if argument.keyword is None and _scalars(argument.value):
            node = None
            if argument.site is not None:
                node = context.frame.unit.node(argument.site)
            if node is None:
                return "a value", number
            text = context.interpreter.text(node, context.frame)
            return f"`{text.rstrip().removesuffix(',').rstrip()}`", number
    return None


def _parameters_of_call(instance: InstanceV) -> list[str]:
    """Return the parameters of `call` that take arguments by position, without `self`."""
    call = instance.cls.find("call")
    if not isinstance(call, FunctionV):
        return []
    params = call.node.params
    return [param.name.value for param in (*params.posonly_params, *params.params)][1:]


def _parameter_of(
    context: Context, callee: AbstractValue, value: AbstractValue, number: int
) -> str:
    """Return the parameter of `call` that takes an argument by this position, "" if not known.

    All layers of Keras take `training`, the only truth value among what they are called with.
    """
    layer = layers.layer_of(context.interpreter, callee)
    instance = context.interpreter.instances.get(layer.uid)
    if instance is not None:
        names = _parameters_of_call(instance)
        return names[number] if number < len(names) else ""
    boolean = isinstance(value, Const) and isinstance(value.value, bool)
    return "training" if boolean and number == 1 else ""


def _scalars(value: AbstractValue) -> bool:
    """Return whether Keras finds a number, a string or a truth value in an argument."""
    if isinstance(value, ListV):
        return value.unknown is None and any(map(_scalars, value.items))
    return isinstance(value, Const) and type(value.value) in (bool, int, float, str)


def _takes_all(instance: InstanceV) -> bool:
    """Return whether a layer of the program may take other things than tensors by position.

    Layers that tokenize texts say so to Keras, or have a `__call__` of their own.
    """
    flag = instance.attributes.get("_allow_non_tensor_positional_args", Const(False))
    return flag.truth() is not False or instance.cls.find("__call__") is not None


def _is_eager(interpreter: Interpreter, given: list[Given]) -> bool:
    """Return whether a layer is called on arrays alone, outside the `call` of another layer."""
    values = [one.value for one in given]
    if interpreter.reading or not values or not _holds_arrays(values[0]):
        return False
    unknown = any_unknown(values)
    return not unknown and not tensor_operations.has_tensor(values)


def _holds_arrays(value: AbstractValue) -> bool:
    """Return whether a value is an array, or a container of known arrays alone."""
    if isinstance(value, ListV) and not value.items:
        return False
    if isinstance(value, Container):
        return value.unknown is None and all(map(_holds_arrays, value.held()))
    return isinstance(value, Array)


def _apply_to_each(
    context: Context, callee: LayerV | SequentialV | ModelV, given: list[Given]
) -> AbstractValue:
    """Call a layer on every combination of what its arguments may be."""

    def apply_to(values: list[AbstractValue]) -> AbstractValue:
        pairs = zip(given, values, strict=True)
        return apply(context, callee, [one._replace(value=value) for one, value in pairs])

    return context.interpreter.spread(apply_to, [one.value for one in given])


def _possible(context: Context, value: AbstractValue) -> AbstractValue:
    """Return what a layer may be called on here: no way on which a tensor is `None` reaches the
    call, nor one that the facts of this way exclude.
    """
    if isinstance(value, ListV) and any(isinstance(item, Choice) for item in value.items):
        items = [_possible(context, item) for item in value.items]
        return context.interpreter.spread(partial(_listed, value), items)
    if not isinstance(value, Choice):
        return value
    held = under(context.frame.facts, value)
    options = [one for one in options_of(held) if not _is_none(one[1])]
    return choice(options) if options else held


def _listed(like: ListV, items: list[AbstractValue]) -> ListV:
    """Return a list or tuple like another, with other items."""
    return ListV(items, like.kind, like.sites, like.unknown)


def _is_none(value: AbstractValue) -> bool:
    return isinstance(value, Const) and value.value is None


def _in_containers(instance: InstanceV | None, found: AbstractValue) -> AbstractValue:
    """Return what a layer of the program gives, in the dictionaries and lists in which its `call`
    returns it.
    """
    if instance is None or instance.result is None:
        return found
    tensors = nested_tensors.tensors_in(found)
    if len(tensors) != len(nested_tensors.tensors_in(instance.result)):
        return found
    return nested_tensors.put_in(instance.result, tensors)


@called(InstanceV)
def _call_instance(context: Context, callee: InstanceV, given: list[Given]) -> AbstractValue:
    """Call an object of a class of the program: as a layer or model, or by its `__call__`."""
    inner = callee.model or callee.layer
    if inner is not None:
        return apply(context, inner, given)
    found = callee.cls.find("__call__")
    if found is None:
        return context.unknown()
    return invoke(context, found, [Given(None, callee), *given])


@called(ObjectV)
def _call_object(context: Context, callee: ObjectV, given: list[Given]) -> AbstractValue:
    """Call what `tf.custom_gradient` makes of a function: it returns the first of its pair."""
    if callee.kind == "custom_gradient":
        result = invoke(context, callee.data["function"], given)
        if isinstance(result, ListV) and result.kind == "tuple" and len(result.items) == 2:
            return result.items[0]
    return context.unknown()


# --- functions and methods ----------------------------------------------------------------


@called(Symbol)
def _call_symbol(context: Context, callee: Symbol, given: list[Given]) -> AbstractValue:
    """Call a function of a library: by the tables, else as a layer or an operation."""
    path = callee.path
    if callee.called:
        loss = f"{path}.__call__"
        if "reduction" not in callee.given and context.interpreter.shapes.is_operation(loss):
            return tensor_operations.library_call(context, loss, given)
        if tensor_operations.has_tensor(one.value for one in given):
            why = Unknown(f"no rule for `{path}`")
            return tensor_operations.apply_unknown(context, why, given)
        return context.unknown(f"the result of `{path}` is not known")
    native = lookup.function_of(path)
    if native is not None:
        return _packed(_native(native, Call(context, given, path=path)), context, path, given)
    if path.startswith(_OPTIMIZERS):
        optimizer = path.removeprefix(_OPTIMIZERS)
        context.interpreter.optimizers.append((context.site, optimizer))
    return _packed(tensor_operations.library_call(context, path, given), context, path, given)


_PACKING = ("numpy.array", "numpy.asarray", "numpy.stack")
"""Functions that make one array of a list of them."""


def _packed(made: AbstractValue, context: Context, path: str, given: list[Given]) -> AbstractValue:
    """Return the array that a function makes of a list of several, with the call that packed it."""
    match made, given:
        case Array(dtype=dtype), [Given(keyword=None) as first, *more] if path in _PACKING:
            items = getattr(first.value, "items", ())
            arrays = len(items) > 1 and all(isinstance(one, Array) for one in items)
            if dtype == LISTS or (arrays and all(one.keyword == "dtype" for one in more)):
                return replace(made, packed=Packed(context.site, len(items)))
    return made


@called(MethodV)
def _call_method(context: Context, callee: MethodV, given: list[Given]) -> AbstractValue:
    """Call a method of a library's object.

    Of an array that has no function in the tables, NumPy's operation.
    """
    receiver, name = callee.receiver, callee.name
    # What is known of an iterator is its element: a call of `__iter__` gives the iterator.
    native = None if name == "__iter__" else lookup.method_of(receiver, name)
    call = Call(context, given, receiver, name)
    if native is not None:
        return _native(native, call)
    if not isinstance(receiver, Array):
        return call.unknown()
    args = [(None, receiver), *((one.keyword, one.value) for one in given)]
    return tensor_operations.array_operation(context.interpreter, f"numpy.{name}", args)


def _native(native: Native, call: Call) -> AbstractValue:
    """Return what a known function gives.

    It is unknown where the function needs something unknown.
    """
    try:
        result = native(call)
    except UnknownUsed as used:
        return call.unknown(because=used.unknown)
    if result is None:
        return NONE
    return _with_origin(native, call, result)


def _with_origin(native: Native, call: Call, result: AbstractValue) -> AbstractValue:
    """Return a result with the call as the origin of its arrays."""
    if not isinstance(result, Array | ListV | ObjectV):
        return result
    omitted = _omitted(native, call)
    names = [*(one.keyword for one in call.given), *(one.name for one in omitted)]

    def again(receiver: AbstractValue, *values: AbstractValue) -> AbstractValue:
        given = list(map(Given, names, values))
        return _native(native, Call(call.context, given, receiver, call.path))

    receiver: AbstractValue = NONE
    if call.receiver is not None:
        receiver = call.receiver
    values = [receiver, *(one.value for one in call.given)]
    lays_out = call.name == "reshape"
    return traced(result, again, values, *omitted, lays_out=lays_out)


_SETTINGS = frozenset(
    (
        *("class_mode", "color_mode", "flags", "image_size", "label_mode", "maxlen", "num_classes"),
        "target_size",
    )
)
"""Parameters that people add to a call for another shape of what it returns."""


def _omitted(native: Native, call: Call) -> list[Omitted]:
    """Return the settings that a call leaves at their defaults."""
    parameters = getattr(native, "parameters", None)
    given = {one.keyword for one in call.given}
    if parameters is None or given & {"*", "**"}:
        return []
    taken = given.union(parameters.positional[: len(call.positional)])
    return [
        Omitted(call.site, name, plain(parameters.defaults[name]))
        for name in sorted(_SETTINGS.intersection(parameters.defaults) - taken)
        if is_plain(parameters.defaults[name])
    ]
