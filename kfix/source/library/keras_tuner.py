"""Keras Tuner: a model as the tuner builds it first, with the defaults of its hyperparameters, and what it is given.

A hyperparameter without a default of its own has the least value, or the first of those to choose from.
"""

from __future__ import annotations

from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, ListV, Value, first
from kfix.source.interpreter.values import FunctionV, InstanceV, ModelV, ObjectV, SequentialV
from kfix.source.library.keras_models import fit
from kfix.source.library.lookup import attribute, function, method

_TUNERS = (
    "RandomSearch",
    "GridSearch",
    "BayesianOptimization",
    "Hyperband",
    "Tuner",
    "SklearnTuner",
)


@function("keras_tuner.HyperParameters", "keras_tuner.engine.hyperparameters.HyperParameters")
def _parameters(call: Call) -> Value:
    return ObjectV("hp")


@method("hp.Int", "hp.Float")
def _number(call: Call) -> Value:
    return first(call.get(-1, "default"), call.get(1, "min_value"), call.unknown())


@method("hp.Choice")
def _choice(call: Call) -> Value:
    values = call.get(1, "values")
    items = values.items if isinstance(values, ListV) and values.unknown is None else []
    return first(call.get(-1, "default"), items[0] if items else None, call.unknown())


@method("hp.Boolean")
def _boolean(call: Call) -> Value:
    return first(call.get(1, "default"), Const(False))


@method("hp.Fixed")
def _fixed(call: Call) -> Value:
    return first(call.get(1, "value"), call.unknown())


@function(*(f"keras_tuner.{home}{name}" for name in _TUNERS for home in ("", "tuners.")))
def _tuner(call: Call) -> Value:
    given = call.get(0, "hypermodel")
    return ObjectV("tuner", given=given, model=_built(call, given))


def _built(call: Call, given: Value) -> Value:
    """The model that a function of hyperparameters makes, or the `build` of a class."""
    parameters = Given(None, ObjectV("hp"))
    if isinstance(given, InstanceV):
        found = given.cls.find("build")
        if found is None or not isinstance(found, FunctionV):
            return call.unknown()
        return invoke(call.context, found, [Given(None, given), parameters])
    if given is None:
        return call.unknown()
    return invoke(call.context, given, [parameters])


@method("tuner.search")
def _search(call: Call) -> Value:
    """It fits each model as `fit` would."""
    model = call.receiver.data["model"]
    if isinstance(model, SequentialV | ModelV) or (
        isinstance(model, InstanceV) and model.model is not None
    ):
        fit(Call(call.interpreter, call.given, call.node, call.frame, model, "fit"))
    return NONE


@method("tuner.get_best_models")
def _best_models(call: Call) -> Value:
    return ListV([call.receiver.data["model"]])


@method("tuner.get_best_hyperparameters")
def _best_parameters(call: Call) -> Value:
    return ListV([ObjectV("hp")])


@attribute("tuner.hypermodel")
def _hypermodel(interpreter: object, receiver: ObjectV, node: object, frame: object) -> Value:
    return ObjectV("hypermodel", given=receiver.data["given"])


@method("hypermodel.build")
def _build(call: Call) -> Value:
    return _built(call, call.receiver.data["given"])
