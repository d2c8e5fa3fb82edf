"""Keras Tuner: a model as the tuner builds it first, with the defaults of its hyperparameters.

A hyperparameter without a default of its own has the least value, or the first of its values.
"""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE
from kfix.source.interpreter.values import FunctionV, InstanceV, ModelV, ObjectV, SequentialV
from kfix.source.library.arguments import Bound, is_none, items_of
from kfix.source.library.keras_fit import fit
from kfix.source.library.signatures import (
    attribute,
    function,
    function_row,
    method,
    method_row,
    within,
)

function_row(
    "keras_tuner.HyperParameters keras_tuner.engine.hyperparameters.HyperParameters",
    "**_",
    'object("hp")',
)
method_row("hp.Int hp.Float", "name, min_value, max_value, *, default=None, **_",
           "default or min_value")  # fmt: skip
method_row("hp.Boolean", "name, default=False, **_", "default")
method_row("hp.Fixed", "name, value, **_", "value")
method_row("tuner.get_best_models", "**_", "[self.model]")
method_row("tuner.get_best_hyperparameters", "**_", '[object("hp")]')


@method("hp.Choice", "name, values, ordered=None, default=None, **_")
def _choice(call: Bound) -> AbstractValue:
    items = items_of(call["values"])
    if not is_none(call["default"]):
        return call["default"]
    if items:
        return items[0]
    return call.unknown()


_TUNERS = "RandomSearch GridSearch BayesianOptimization Hyperband Tuner SklearnTuner"


@function(within("keras_tuner", _TUNERS), "hypermodel=None, **_")
@function(within("keras_tuner.tuners", _TUNERS), "hypermodel=None, **_")
def _tuner(call: Bound) -> AbstractValue:
    given = call["hypermodel"]
    return ObjectV("tuner", given=given, model=_built(call, given))


def _built(call: Bound, given: AbstractValue) -> AbstractValue:
    """Return the model that a function of hyperparameters makes, or the `build` of a class."""
    parameters = Given(None, ObjectV("hp"))
    if is_none(given):
        return call.unknown()
    if not isinstance(given, InstanceV):
        return invoke(call.context, given, [parameters])
    found = given.cls.find("build")
    if found is None or not isinstance(found, FunctionV):
        return call.unknown()
    bound = [Given(None, given), parameters]
    return invoke(call.context, found, bound)


@method("tuner.search")
def _search(call: Bound) -> AbstractValue:
    """Fit the model, as the tuner fits each."""
    model = call.receiver.data["model"]
    is_own = isinstance(model, InstanceV) and model.model is not None
    if is_own or isinstance(model, SequentialV | ModelV):
        fit(Call(call.context, call.given, model, "fit"))
    return NONE


@attribute("tuner.hypermodel")
def _hypermodel(call: Call) -> AbstractValue:
    return ObjectV("hypermodel", given=call.receiver.data["given"])


@method("hypermodel.build")
def _build(call: Bound) -> AbstractValue:
    return _built(call, call.receiver.data["given"])
