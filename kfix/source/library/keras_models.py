"""Keras: models made, changed, compiled and fitted, and what a program asks of them."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.graph import Argument, Array, Layer, Library
from kfix.model.unknown import Unknown
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Value, Within, first
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.library_calls import apply
from kfix.source.interpreter.value_queries import elements
from kfix.source.interpreter.values import (
    FunctionV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    TensorV,
)
from kfix.source.keras import (
    argument_values,
    compile_arguments,
    data_calls,
    fit_arguments,
    functional_models,
    layers,
    models,
    saved,
)
from kfix.source.keras.argument_values import argument_origin
from kfix.source.library.lookup import attribute, function, method

# --- making models ------------------------------------------------------------------------


@function("keras.Sequential")
def _sequential(call: Call) -> Value:
    return models.new_sequential(call.interpreter, call.given, call.node, call.frame)


@function("keras.Model")
def _model(call: Call) -> Value:
    inputs = first(call.get(0, "inputs"), call.get(-1, "input"))
    ends = first(call.get(1, "outputs"), call.get(-1, "output"))
    if inputs is None or ends is None:
        return call.unknown("a Model without inputs and outputs")
    return functional_models.new_functional(
        call.interpreter, inputs, ends, call.given, call.site, call.frame
    )


@function("keras.Input")
def _input(call: Call) -> Value:
    return layers.make_input(
        call.interpreter, argument_values.model_arguments(call.interpreter, call.given), call.site
    )


@function("keras.models.clone_model")
def _clone(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, LayerV) and value.layer.is_application:
        return saved.copied(call.interpreter, value)
    return saved.again(call, saved.snapshot(value), own=True)


# --- changing models ----------------------------------------------------------------------


def sequential(value: Value) -> SequentialV | None:
    """The Sequential behind a value: itself, or an object of a subclass."""
    if isinstance(value, InstanceV):
        value = value.model
    return value if isinstance(value, SequentialV) else None


@method("model.add", "layer.add")
def _add(call: Call) -> Value:
    made, given = sequential(call.receiver) or _grown(call), call.find(0, "layer")
    if made is not None and given is not None:
        models.add(call.interpreter, made, given.value, given.site or call.site)
    return NONE


def _grown(call: Call) -> SequentialV | None:
    """The Sequential that a functional model in a variable would have to be in, to be added to: what Keras refuses."""
    value, func = call.receiver, call.node.func if isinstance(call.node, cst.Call) else None
    holder = func.value if isinstance(func, cst.Attribute) else None
    if not isinstance(holder, cst.Name) or call.frame.scope.names.get(holder.value) is not value:
        return None
    if isinstance(value, ModelV) and value.model.is_functional:
        site = value.model.site
    elif isinstance(value, LayerV) and value.layer.is_application:
        site = value.layer.site
    else:
        return None
    interpreter = call.interpreter
    made = SequentialV(call.site, interpreter.uid(), call.frame.function)
    interpreter.models.append(made)
    name = (Argument("name", holder.value),)
    models.add(interpreter, made, value, site)
    models.add(
        interpreter,
        made,
        LayerV(Layer("add", name, call.site, interpreter.uid(), Library.REFUSED)),
        call.site,
    )
    assign(interpreter, holder, made, call.frame)
    return made


@method("model.pop")
def _pop(call: Call) -> Value:
    made = sequential(call.receiver)
    return call.unknown() if made is None else models.pop(call.interpreter, made, call.site)


@method("model.build")
def _build(call: Call) -> Value:
    given = call.find(0, "input_shape") or call.find(0, "batch_input_shape")
    if given is not None:
        models.set_given(
            call.interpreter, layers.inner_model(call.receiver), _shapes(given.value), given.site
        )
    return NONE


def _shapes(value: Value) -> Any:
    if isinstance(value, DictV):
        return {key: to_shape(item) for key, item in value.entries.items()}
    if (
        isinstance(value, ListV)
        and value.items
        and all(isinstance(item, ListV) for item in value.items)
    ):
        return [to_shape(item) for item in value.items]
    return to_shape(value)


@method("model.compile")
def _compile(call: Call) -> Value:
    arguments = argument_values.model_arguments(call.interpreter, call.given)
    call.interpreter.compiles.append(
        (
            layers.inner_model(call.receiver),
            arguments,
            call.site,
            compile_arguments.of_compile(call),
        )
    )
    return NONE


@method("model.fit", "model.evaluate", "model.predict", "model.train_on_batch", "model.test_on_batch",
        "model.predict_on_batch", "model.fit_generator", "model.evaluate_generator")  # fmt: skip
def fit(call: Call) -> Value:
    """What a model is given, by `fit` and its like."""
    interpreter, model = call.interpreter, layers.inner_model(call.receiver)
    name = call.name
    x, y = call.get(0, "x"), call.get(1, "y") if not name.startswith("predict") else None
    x_data = (fit_arguments.listed(x, model, "x", call) or (x,))[0]
    y_data = (fit_arguments.listed(y, model, "y", call, fit_arguments.samples(x_data)) or (y,))[0]
    element = _dataset_parts(x)
    if element is not None:
        x_data, y_data = element
    x_shape, y_shape = (
        models.data_shape(interpreter, x_data),
        models.data_shape(interpreter, y_data),
    )
    told_x, told_y = _as_given(interpreter, x, x_shape), _as_given(interpreter, y, y_shape)
    # A function that no cell calls has the data of the notebook's end, which may be another than when it was written.
    told = not interpreter.ended or call.frame.unit.cell is None
    own = (
        models.uid_of(model) in interpreter.instances
    )  # a class of the program may train as it likes
    interpreter.fits.append(
        (
            model,
            {
                "method": name,
                "x": told_x,
                "y": told_y,
                "site": call.site,
                "x_data": None
                if x_data is None or not told
                else argument_values.argument_value(interpreter, x_data),
                "y_data": None
                if y_data is None or not told
                else argument_values.argument_value(interpreter, y_data),
                "same": told and _same(call, x_data, y_data),
                "parts": fit_arguments.of_fit(call, model) if told and not own else (),
                "batch": _batch(call),
                "sets": fit_arguments.sets_of_fit(call, _dataset_parts) if told else (),
            },
        )
    )
    if name == "fit" and own:
        _own_step(call, interpreter.instances[models.uid_of(model)], x_shape, y_shape)
    for callback in elements(call.get(-1, "callbacks")) or []:
        if isinstance(callback, ObjectV) and callback.kind == "checkpoint":
            saved.save(interpreter, model, callback.data["path"])
    if (
        x_shape is not None
        and not isinstance(x_shape, Unknown)
        and isinstance(model, ModelV | SequentialV)
    ):
        single = element is not None and _one_by_one(x_shape, y_shape)
        models.set_given(
            interpreter, model, (None, *x_shape) if single else models.batchless(x_shape), None
        )
    if name.startswith("predict"):
        ends = (
            interpreter.shapes.model_outputs(layers.frozen(interpreter, model))
            if isinstance(model, SequentialV | ModelV)
            else None
        )
        count = x_shape[0] if isinstance(x_shape, tuple) and x_shape else None
        entry = (
            interpreter.shapes.model_inputs(layers.frozen(interpreter, model))
            if isinstance(ends, tuple) and count
            else None
        )
        if isinstance(entry, tuple) and entry[1:] == x_shape:
            count = 1  # one sample, which is to be a batch of one
        if isinstance(ends, tuple) and ends:
            return Array((count, *ends[1:]))
        if isinstance(ends, list) and all(isinstance(end, tuple) and end for end in ends):
            return ListV([Array((count, *end[1:])) for end in ends if isinstance(end, tuple)])
        return Array(Unknown("what `predict` gives"))
    return call.unknown(f"what `{name}` gives is not known")


def _own_step(call: Call, instance: InstanceV, x: Any, y: Any) -> None:
    """The `train_step` that a class of the program has is run on data of the shapes that `fit` gives."""
    step = instance.cls.find("train_step")
    if step is None or not isinstance(step, FunctionV):
        return
    batch, labels = (data_calls.batch_of(call.interpreter, shape, call.site) for shape in (x, y))
    if batch is None:
        return
    if labels is not None:
        batch = ListV([batch, labels], "tuple")
    invoke(call.context, step, [Given(None, instance), Given(None, batch)])


def _as_given(interpreter: Any, value: Value, shape: Any) -> Any:
    """The shapes as they are given: of a list of arrays each one's, though the model may take it for one array."""
    several = (
        isinstance(value, ListV)
        and value.items
        and all(isinstance(item, Array) for item in value.items)
    )
    return models.data_shape(interpreter, value) if several else shape


def _batch(call: Call) -> int | None:
    """The `batch_size` of `fit` on arrays: a number, 32 where none is given."""
    given = call.get(2, "batch_size")
    if call.name != "fit" or (isinstance(given, Const) and given.value is None):
        return 32 if call.name == "fit" else None
    if given is None:
        return None if call.get(-1, "steps_per_epoch") is not None else 32
    return given.value if isinstance(given, Const) and isinstance(given.value, int) else None


def _same(call: Call, x: Value, y: Value) -> bool:
    """Are x and y one value, or written as one name?"""
    if x is None or y is None or isinstance(x, Const):
        return False
    if x is y and not isinstance(x, Unknown):
        return True
    args = call.node.args if isinstance(call.node, cst.Call) else ()
    if not isinstance(x, Unknown) or len(args) < 2:
        return False  # two unknowns of one origin may be two things
    one, two = args[0].value, args[1].value
    return isinstance(one, cst.Name) and isinstance(two, cst.Name) and one.value == two.value


def _one_by_one(x: Any, y: Any) -> bool:
    """Are these the shapes of one sample, and not of a batch? A batch has as many labels as samples."""
    if not isinstance(x, tuple) or not isinstance(y, tuple) or not x or not isinstance(x[0], int):
        return False
    return not y or (isinstance(y[0], int) and y[0] != x[0])


def _dataset_parts(value: Value | None) -> tuple[Value, Value | None] | None:
    """What a data set or generator gives to `fit`: x and y."""
    if isinstance(value, ObjectV) and value.kind == "dataset":
        element = value.data["element"]
        if isinstance(element, ListV) and element.kind == "tuple" and len(element.items) >= 2:
            return element.items[0], element.items[1]
        return element, None
    if isinstance(value, ListV) and value.kind == "generator" and value.items:
        first = value.items[0]  # what a generator of the program yields: one batch at a time
        if isinstance(first, ListV) and first.kind == "tuple" and len(first.items) >= 2:
            return first.items[0], first.items[1]
    return None


@method("model.summary")
def _summary(call: Call) -> Value:
    made = sequential(call.receiver)
    if made is not None and made.given is None:
        call.interpreter.shown.append((made, call.site))
    return NONE


@method("model.save_weights", "model.load_weights", "model.set_weights",
        "model.compile_from_config", "model.export", "model.reset_states", "layer.set_weights")  # fmt: skip
def _nothing(call: Call) -> Value:
    return NONE


@method("model.adapt", "layer.adapt", "layer.build")
def _adapt(call: Call) -> Value:
    return NONE


@method("layer.add_weight", "model.add_weight", "layer.add_variable", "model.add_variable")
def _add_weight(call: Call) -> Value:
    """A variable of this shape; without one, a scalar. Keras 2 has the name first."""
    place = 1 if isinstance(first := call.get(0), Const) and isinstance(first.value, str) else 0
    given = call.get(place, "shape")
    shape = (
        ()
        if given is None or (isinstance(given, Const) and given.value is None)
        else to_shape(given)
    )
    holder = call.receiver
    uid = holder.layer.uid if isinstance(holder, LayerV) else models.uid_of(holder)
    instance = call.interpreter.instances.get(uid)
    if instance is not None:
        trained = call.get(-1, "trainable")
        instance.weights.append(
            (shape, not (isinstance(trained, Const) and trained.value is False))
        )
    return Array(shape, origin=argument_origin(given) if given is not None else None)


@method("layer.add_loss", "model.add_loss", "layer.add_metric", "model.add_metric")
def _aside(call: Call) -> Value:
    return NONE


@method("model.get_layer")
def _get_layer(call: Call) -> Value:
    value = layers.inner_model(call.receiver)
    name = call.text(0, "name")
    listed = models.layers_of(call.interpreter, value)
    found = _layer_among(call, listed)
    if found is not None:
        return found
    hidden = next((item for item in listed.items if isinstance(item, Within)), None)
    if hidden is not None:
        return Within(hidden.why, hidden.site, hidden.base, every=False)
    return call.unknown(f"the layer {name!r} was not found" if name else "")


def _layer_among(call: Call, listed: ListV) -> Value:
    """The layer of this index or name."""
    name, index = call.text(0, "name"), call.number(1, "index")
    known = len(listed.items) if listed.gap is None else listed.gap
    if index is not None and -len(listed.items) * (listed.gap is None) <= index < known:
        return listed.items[index]
    if not name:
        return None
    found = next(
        (item for item in listed.items if layers.layer_name(call.interpreter, item) == name), None
    )
    if found is None and listed.gap is None:
        from kfix.source.keras.auto_names import made_up_name

        plain = [item for item in listed.items if type(item) is LayerV]
        found = next((item for item in plain if made_up_name(call.interpreter, item) == name), None)
    return found


@method("model.count_params")
def _count(call: Call) -> Value:
    value = layers.inner_model(call.receiver)
    count = call.interpreter.shapes.count_params(layers.frozen(call.interpreter, value))
    return count if isinstance(count, Unknown) else Const(count)


@method("model.call", "layer.call", "model.__call__", "layer.__call__")
def _call(call: Call) -> Value:
    receiver = call.receiver
    if isinstance(receiver, InstanceV):
        receiver = receiver.model or receiver.layer
    return apply(call.context, receiver, call.given)


# --- attributes ---------------------------------------------------------------------------


@attribute("model.input", "model.inputs")
def _model_input(
    interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame
) -> Value:
    model = layers.inner_model(value)
    found = models.input_tensor(interpreter, model)
    if node.attr.value == "input" and isinstance(model, SequentialV):
        models.note_end(interpreter, model, found, "input", frame.unit.site(node))
    return ListV([found]) if node.attr.value == "inputs" and isinstance(found, TensorV) else found


@attribute("model.output", "model.outputs")
def _model_output(
    interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame
) -> Value:
    model = layers.inner_model(value)
    found = models.output_tensor(interpreter, model)
    if node.attr.value == "output" and isinstance(model, SequentialV):
        models.note_end(interpreter, model, found, "output", frame.unit.site(node))
    return ListV([found]) if node.attr.value == "outputs" and isinstance(found, TensorV) else found


@attribute("model.layers")
def _model_layers(interpreter: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    return models.layers_of(interpreter, layers.inner_model(value))


@attribute("layer.layers")
def _inside(interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    """What a model of `keras.applications` holds."""
    why = interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)
    if not isinstance(value, LayerV) or not value.layer.is_application:
        return why
    from kfix.source.keras.application_layers import layers_of

    return layers_of(interpreter, value) or Within(why.why, why.site, value.layer.uid, every=True)


@method("layer.get_layer")
def _get_inside(call: Call) -> Value:
    """One of what a model of `keras.applications` holds."""
    why, value = call.unknown(), call.receiver
    if not isinstance(value, LayerV) or not value.layer.is_application:
        return why
    from kfix.source.keras.application_layers import layers_of

    listed = layers_of(call.interpreter, value)
    hidden = Within(why.why, why.site, value.layer.uid, every=False)
    return hidden if listed is None else _layer_among(call, listed) or why


@attribute("model.input_shape")
def _model_input_shape(
    interpreter: Interpreter, value: Value, node: cst.CSTNode, frame: Frame
) -> Value:
    return from_shape(
        interpreter.shapes.model_inputs(layers.frozen(interpreter, layers.inner_model(value)))
    )


@attribute("model.output_shape")
def _model_output_shape(
    interpreter: Interpreter, value: Value, node: cst.CSTNode, frame: Frame
) -> Value:
    return from_shape(
        interpreter.shapes.model_outputs(layers.frozen(interpreter, layers.inner_model(value)))
    )
