"""Keras: `fit`, `evaluate`, `predict` and their like: the data that a model is given."""

from __future__ import annotations

from typing import Any, cast

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Shape
from kfix.model.origin import Predicted
from kfix.model.record import Value, replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.compiled import last_compile
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.value_queries import elements
from kfix.source.interpreter.values import InstanceV, ModelV, SequentialV
from kfix.source.keras import (
    argument_values,
    asked,
    fit_arguments,
    fit_batches,
    layers,
    models,
    own_losses,
    own_steps,
    py_datasets,
    saved,
)
from kfix.source.keras.integer_names import note
from kfix.source.library.arguments import data_of, integer, is_none, written
from kfix.source.library.signatures import method, within

Pair = tuple[AbstractValue, AbstractValue | None]
"""x and y."""


class Data(Value):
    """What a model is given: x and y as they are written, as the model takes them, as shapes."""

    given: Pair
    taken: Pair
    shapes: tuple[Any, Any]
    is_dataset: bool


@method(within("model", "fit evaluate predict train_on_batch test_on_batch predict_on_batch "
                        "fit_generator evaluate_generator"))  # fmt: skip
def fit(call: Call) -> AbstractValue:
    """Note what a model is given; return the result of `predict`."""
    interpreter, model = call.interpreter, layers.model_of(call.receiver)
    note(interpreter, call.frame, call.site)
    call.given = [py_datasets.batches_of(call, given) for given in call.given]
    data = _data_of(call, model)
    uid = models.uid_of(model)
    instance = interpreter.instances.get(uid)
    facts = _facts(call, model, data, instance)
    interpreter.fits.append((model, facts))
    if instance is not None:
        facts["adds_losses"] = own_steps.adds_losses(instance)
        size = next((one.size for one in facts["batches"] if not one.aside), None)
        given = own_steps.StepData((facts["x"], facts["y"]), size, _has_weights(call))
        facts["step"] = own_steps.run(call, instance, given)
        facts["step_aside"] = own_steps.run_aside(call, instance, facts["batches"])
    for callback in elements(call.get(-1, "callbacks")) or []:
        kept = data_of(callback, "checkpoint")
        if kept is not None:
            saved.save(interpreter, model, kept["path"])
    _set_input_shape(interpreter, model, data, instance)
    own_losses.run(call, model, facts["batches"], facts["step"])
    if call.name.startswith("predict"):
        return _predicted(interpreter, model, data.shapes[0])
    return asked.result_of(call, model)


@method("logs.__getitem__ history.__getitem__ results.__getitem__", "key")
def _of_result(call: Call) -> AbstractValue:
    """Note which result of training is asked for."""
    asked.key(call)
    return call.unknown()


def _data_of(call: Call, model: AbstractValue) -> Data:
    x, y = fit_arguments.only_array(call.find(0, "x") or fit_arguments.NOTHING, model).value, None
    if not call.name.startswith("predict"):
        y = call.get(1, "y")
    taken = dataset_parts(x)
    is_dataset = taken is not None
    if taken is None:
        of_y = fit_arguments.samples(y)
        x_taken, _ = fit_arguments.listed(x, model, "x", call, of_y) or (x, "")
        count = fit_arguments.samples(x_taken)
        y_taken, _ = fit_arguments.listed(y, model, "y", call, count) or (y, "")
        taken = (x_taken, y_taken)
    x_shape, y_shape = (models.data_shape(call.interpreter, value) for value in taken)
    return Data((x, y), taken, (x_shape, y_shape), is_dataset)


def _facts(
    call: Call, model: AbstractValue, data: Data, instance: InstanceV | None
) -> dict[str, Any]:
    """Return the facts of a `Fit`.

    A function that no cell of a notebook calls has the data of the notebook's end, which may be
    another than when it was written: of its data nothing but the shapes is noted.
    """
    interpreter = call.interpreter
    x, y = map(_shape_as_given, [interpreter] * 2, data.given, data.shapes)
    facts: dict[str, Any] = {"method": call.name, "site": call.site, "batch": _batch(call)}
    facts |= {"x": x, "y": y, "x_data": None, "y_data": None}
    facts |= {"same": False, "parts": (), "sets": (), "batches": ()}
    facts |= {"arguments": (), "compiled": None, "step": None}
    if interpreter.is_past_end(call.frame.unit.cell):
        return facts
    for name, value in zip(("x_data", "y_data"), data.taken, strict=True):
        if value is not None:
            facts[name] = argument_values.argument_value(interpreter, value)
    facts["same"] = _is_same(call, *data.taken)
    facts["sets"] = fit_arguments.sets_of_fit(call, dataset_parts)
    # A class of the program may take a batch as it likes; that of validation data is a step of
    # `evaluate`.
    own = {
        aside: own_steps.has_own_step(instance, "evaluate" if aside else call.name)
        for aside in (False, True)
    }
    facts["parts"] = tuple(one for one in fit_arguments.of_fit(call, model) if not own[one.aside])
    batches = fit_batches.batches_of_fit(call, dataset_parts)
    facts["batches"] = tuple(replace(one, own=own[one.aside]) for one in batches)
    facts["arguments"] = argument_values.model_arguments(interpreter, call.given)
    facts["compiled"] = _compiled(call, model)
    return facts


def _compiled(call: Call, model: AbstractValue) -> Site | bool | None:
    """Return the call of `compile` that the model had last.

    False where the program compiles and loads no model, `None` where nothing is known.
    """
    interpreter = call.interpreter
    compiled = last_compile(interpreter.compiles, model)
    if compiled is not None:
        return compiled.site
    if interpreter.unread or asked.says(interpreter, *_COMPILED_ELSEWHERE):
        return None
    return False


_COMPILED_ELSEWHERE = ("compile", "load_model", "from_config", "**", "import *", "tuner")
"""Words of a program whose models may be compiled where kfix does not see it."""


def _set_input_shape(
    interpreter: Interpreter, model: AbstractValue, data: Data, instance: InstanceV | None
) -> None:
    """Build a model that has no input shape on the data, if its layers take that as it is."""
    x, y = data.shapes
    if isinstance(x, Unknown | None) or not isinstance(model, ModelV | SequentialV):
        return
    if isinstance(model, SequentialV) and own_steps.has_own_step(instance):
        return
    shape = models.batchless(x)
    if data.is_dataset and _is_one_sample(x, y):
        shape = (None, *x)
    models.set_given(interpreter, model, shape, None)


def _predicted(interpreter: Interpreter, model: AbstractValue, x: Any) -> AbstractValue:
    """Return the outputs of a model for data of a shape; one sample is a batch of one."""
    unknown = Array(Unknown("the result of `predict` is not known"))
    if not isinstance(model, SequentialV | ModelV):
        return unknown
    frozen = layers.frozen(interpreter, model)
    ends = interpreter.shapes.model_outputs(frozen)
    count = None
    if isinstance(x, tuple) and x:
        count = x[0]
    if isinstance(ends, tuple) and not isinstance(count, Unknown) and count:
        entry = interpreter.shapes.model_inputs(frozen)
        if isinstance(entry, tuple) and entry[1:] == x:
            count = 1
    match ends:
        case tuple() if ends:
            return _output((count, *ends[1:]))
        case list():
            known = [_output((count, *end[1:])) for end in ends if isinstance(end, tuple) and end]
            if known and len(known) == len(ends):
                return ListV([*known])
    return unknown


def _output(shape: Shape) -> Array:
    return Array(shape, origin=Predicted(Array(shape)))


def _has_weights(call: Call) -> bool | None:
    """Return whether a step is given weights of samples, `None` where that is not known."""
    held = _element(call.get(0, "x"))
    weights = [call.get(-1, name) for name in ("sample_weight", "class_weight")]
    if any(isinstance(one, Unknown) for one in (held, *weights)):
        return None
    match held:
        case ListV(kind="tuple", items=[_, _, _, *_]):
            return True
    return any(one is not None and not is_none(one) for one in weights)


def _element(value: AbstractValue | None) -> AbstractValue | None:
    """Return an element of a data set or generator, `None` of anything else."""
    data = data_of(value, "dataset")
    if data is not None:
        return cast(AbstractValue, data["element"])
    match value:
        case ListV(kind="generator", items=[batch, *_]):
            return batch
    return None


def _shape_as_given(interpreter: Interpreter, value: AbstractValue | None, shape: Any) -> Any:
    """Return the shape of each array of a list, though the model may take it for one array."""
    match value:
        case ListV(items=[_, *_] as items) if all(isinstance(item, Array) for item in items):
            return models.data_shape(interpreter, value)
    return shape


def _batch(call: Call) -> int | None:
    """Return the `batch_size` of `fit` on arrays: 32 where none is given."""
    if call.name != "fit":
        return None
    given = call.get(2, "batch_size")
    if given is not None and not is_none(given):
        return integer(given)
    by_steps = given is None and call.get(-1, "steps_per_epoch") is not None
    if by_steps:
        return None
    return 32


def _is_same(call: Call, x: AbstractValue | None, y: AbstractValue | None) -> bool:
    """Return whether x and y are one value, or are written as one name."""
    if x is None or y is None or isinstance(x, Const):
        return False
    if not isinstance(x, Unknown):
        return x is y
    # Two unknowns of one origin may be two things.
    names = [node.value for node in written(call)[:2] if isinstance(node, cst.Name)]
    return len(names) == 2 and names[0] == names[1]


def _is_one_sample(x: Any, y: Any) -> bool:
    """Return whether these are shapes of one sample: a batch has as many labels as samples."""
    match x, y:
        case tuple((int(), *_)), tuple(()):
            return True
        case tuple((int() as one, *_)), tuple((int() as other, *_)):
            return one != other
    return False


def dataset_parts(value: AbstractValue | None) -> Pair | None:
    """Return x and y of an element of a data set or generator, `None` of anything else."""
    element = _element(value)
    if element is None:
        return None
    return _parts(element) or (element, None)


def _parts(element: AbstractValue) -> Pair | None:
    match element:
        case ListV(kind="tuple", items=[x]):
            return x, None
        case ListV(kind="tuple", items=[x, y, *_]):
            return x, y
    return None
