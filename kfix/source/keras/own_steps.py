"""What a class of the program does in its own way where Keras trains, evaluates and predicts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.program import Batches, OwnStep, TakenApart
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, ListV
from kfix.source.interpreter.values import (
    ClassV,
    FunctionV,
    InstanceV,
    ModelV,
    SequentialV,
    TensorV,
)
from kfix.source.keras import data_calls
from kfix.source.syntax.positions import code_of

_OF_EVERY_STEP = ("compute_loss", "compute_metrics", "__call__")
_STEPS = {
    "fit": ("train_step", "train_function", "make_train_function"),
    "evaluate": ("test_step", "test_function", "make_test_function"),
    "predict": ("predict_step", "predict_function", "make_predict_function"),
}
"""The methods of a model that take a batch, by the call that runs them."""

_OF_KIND: dict[type, tuple[str, ...]] = {SequentialV: ("call",)}
"""Methods that take a batch where Keras has one that takes a single tensor."""

_LIKE = {
    "fit_generator": "fit",
    "train_on_batch": "fit",
    "evaluate_generator": "evaluate",
    "test_on_batch": "evaluate",
    "predict_on_batch": "predict",
}
"""Which call another one is like."""


def has_own_step(instance: InstanceV | None, method: str = "") -> bool:
    """Return whether the class of a model has a step of its own for a call of this method, or for
    every call.
    """
    if instance is None:
        return False
    like = _LIKE.get(method, method)
    names = (*_STEPS.get(like, ()), *_OF_EVERY_STEP, *_OF_KIND.get(type(instance.model), ()))
    return any(instance.cls.find(name) is not None for name in names)


class StepData(NamedTuple):
    """The shapes of x and y, how many samples a batch has, and whether they are weighted."""

    shapes: tuple[Any, Any]
    size: int | None
    weighted: bool | None


def run(call: Call, instance: InstanceV, data: StepData) -> OwnStep | None:
    """Run the step that a class of the program has, on the data of a call."""
    return _run(call, instance, call.name, data)


def run_aside(call: Call, instance: InstanceV, batches: Sequence[Batches]) -> OwnStep | None:
    """Run the `test_step` that a class of the program has, on the data for validation."""
    one = next((one for one in batches if one.aside), None)
    if one is None:
        return None
    data = StepData((_shapes(one.x), _shapes(one.y)), one.size, _has_weights(one))
    return _run(call, instance, "evaluate", data)


def _has_weights(batches: Batches) -> bool | None:
    """Return whether batches have weights of samples, `None` where that is not known."""
    if batches.made_by or isinstance(batches.weights, Unknown):
        return None
    return batches.weights is not None


def _shapes(data: object) -> Any:
    """Return the shapes of arrays, `None` where they are not known."""
    if isinstance(data, list | tuple):
        return [_shapes(item) for item in data]
    return getattr(data, "shape", None)


def _run(call: Call, instance: InstanceV, method: str, given_data: StepData) -> OwnStep | None:
    """Run the step for a call of this method."""
    shapes, size, weighted = given_data
    name = _STEPS.get(_LIKE.get(method, method), ("",))[0]
    step = instance.cls.find(name)
    if not isinstance(step, FunctionV):
        return None
    interpreter = call.interpreter
    x, y = (_batch(call, shape, size, shapes[1] is not None) for shape in shapes)
    if x is None:
        return None
    parts = [one for one in (x, y) if one is not None]
    if method in ("train_on_batch", "test_on_batch"):
        parts = [*parts, NONE, NONE][:3]
    elif weighted and y is not None:
        parts = [x, y, call.unknown("the weights of the samples")]
    data, given = (ListV(parts, "tuple"), len(parts)) if len(parts) > 1 else (x, None)
    unpacked, compared = len(interpreter.unpacked), len(interpreter.compared)
    state = [call.unknown("the state of a step")] * _takes_state(step)
    invoke(call.context, step, [Given(None, one) for one in (instance, *state, data)])
    apart = None
    for value, count in interpreter.unpacked[unpacked:]:
        if value is data and weighted is not None:
            apart = TakenApart(count, given)
        elif isinstance(value, TensorV) and (value is x or value is y):
            apart = TakenApart(count, None)
    compares = any(
        labels is y and _is_output(call, instance.model, output)
        for labels, output in interpreter.compared[compared:]
    )
    return OwnStep(name, apart, compares, _measures(call, instance, step))


def _takes_state(step: FunctionV) -> bool:
    """Return whether a step is one for JAX: `train_step(self, state, data)`."""
    params = step.node.params
    return len(params.posonly_params) + len(params.params) - len(step.defaults) == 3


def _batch(call: Call, shape: Any, size: int | None, labeled: bool) -> AbstractValue | None:
    """Return a batch of a shape; one that is not known is there all the same beside labels."""
    batch = data_calls.batch_of(call.interpreter, shape, call.site, size)
    if batch is None and labeled:
        return call.unknown("the data of a step")
    return batch


def _is_output(call: Call, model: object, value: AbstractValue | None) -> bool:
    """Return whether a value is what the model itself gives."""
    if not isinstance(value, TensorV) or not isinstance(model, ModelV):
        return False
    return call.interpreter.arena[value.ref.node].layer.uid == model.model.uid


def adds_losses(instance: InstanceV) -> bool:
    """Return whether the class of a model may add losses, by the words in its code."""
    classes = instance.cls.mro()
    bases = chain.from_iterable(one.bases for one in classes)
    code = " ".join(map(_code, classes))
    known = all(isinstance(base, ClassV | Symbol) for base in bases)
    return not known or any(word in code for word in _ADDING)


def _code(cls: ClassV) -> str:
    """Return the code of a class, "" where it has none in the program."""
    if cls.unit is None or cls.node is None:
        return ""
    return code_of(cls.unit.module, cls.node)


_ADDING = ("loss", "regularizer")
"""Words in the code of a class that adds a loss."""

_MEASURING = ("metric", "super()", "update_state")
"""Words in the code of a step that brings metrics up to date."""


def _measures(call: Call, instance: InstanceV, step: FunctionV) -> bool:
    """Return whether a step may bring the metrics of `compile` up to date."""
    if instance.cls.find("metrics") is not None:
        return True
    code = code_of(step.unit.module, step.node)
    return any(word in code for word in _MEASURING)
