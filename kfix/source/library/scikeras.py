"""Models that scikit-learn fits: the wrappers of SciKeras and of older Keras."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, first
from kfix.source.interpreter.values import FunctionV, ObjectV
from kfix.source.library.arguments import Bound, collection, data_of, items_of, receiver_of
from kfix.source.library.lookup import method_of
from kfix.source.library.signatures import function, method, method_row, within

method_row(within("estimator", "score predict predict_proba"), "**_", "unknown()")
method_row("pipeline.score pipeline.predict search.score search.predict", "**_", "unknown()")


@function(within("scikeras.wrappers", "KerasClassifier KerasRegressor"))
@function(within("keras.wrappers.scikit_learn", "KerasClassifier KerasRegressor"))
@function(within("keras.wrappers", "SKLearnClassifier SKLearnRegressor"))
def _wrapper(call: Bound) -> AbstractValue:
    """Return an estimator around a function that makes a model.

    Its other arguments are for the function, or for `fit`.
    """
    build = first(
        call.get(0, "model"), call.get(-1, "build_fn"), call.unknown("what makes the model")
    )
    settings = {given.keyword: given.value for given in call.given if given.keyword is not None}
    names = ListV([Const(name.removeprefix("model__")) for name in settings])
    return ObjectV(
        "estimator",
        build=build,
        names=names,
        given=ListV(list(settings.values())),
        classes=Const(call.name.endswith("Classifier")),
        shown=Const(call.name.startswith("SKLearn")),
    )


# --- what fits an estimator ---------------------------------------------------------------


@method("estimator.fit")
def _fit(call: Bound) -> AbstractValue:
    _teach(call, call.receiver, first(call.get(0, "X"), call.get(0, "x")), call.get(1, "y"))
    return receiver_of(call)


@function("sklearn.pipeline.Pipeline", "steps, **_")
def _pipeline(call: Bound) -> AbstractValue:
    """Return a pipeline of pairs of names and steps."""
    pairs = [items_of(pair) for pair in items_of(call["steps"]) or []]
    steps = [pair[1] for pair in pairs if pair is not None and len(pair) == 2]
    if not steps or len(steps) < len(pairs):
        return call.unknown()
    return ObjectV("pipeline", steps=ListV(steps))


@function("sklearn.pipeline.make_pipeline", "*steps, **_")
def _make_pipeline(call: Bound) -> AbstractValue:
    steps = items_of(call["steps"])
    if steps:
        return ObjectV("pipeline", steps=ListV(steps))
    return call.unknown()


@function("sklearn.model_selection.GridSearchCV", "estimator, **_")
@function("sklearn.model_selection.RandomizedSearchCV", "estimator, **_")
def _search(call: Bound) -> AbstractValue:
    return ObjectV("search", estimator=call["estimator"])


@method("pipeline.fit search.fit", "X, y=None, **_")
def _fit_all(call: Bound) -> AbstractValue:
    _teach(call, call.receiver, call["X"], call["y"])
    return receiver_of(call)


@function(
    within("sklearn.model_selection", "cross_val_score cross_validate cross_val_predict"),
    "estimator, X, y=None, **_",
)
def _cross(call: Bound) -> AbstractValue:
    _teach(call, call["estimator"], call["X"], call["y"])
    return call.unknown()


def _teach(call: Bound, estimator: AbstractValue, x: AbstractValue, y: AbstractValue) -> None:
    """Note what an estimator gives to its model, at its own call."""
    if not isinstance(estimator, ObjectV):
        return
    if estimator.kind == "search":
        _teach(call, estimator.data["estimator"], x, y)
    elif estimator.kind == "pipeline":
        *steps, last = estimator.data["steps"].items
        for step in steps:
            x = _transformed(call, step, x)
        _teach(call, last, x, y)
    elif estimator.kind == "estimator":
        _fit_model(call, estimator, x, y)


def _transformed(call: Bound, step: AbstractValue, x: AbstractValue) -> AbstractValue:
    if data_of(step, "scaler") is not None and isinstance(x, Array):
        return Array(x.shape, "float64")
    return call.unknown("the result of a step of a pipeline is not known")


def _fit_model(call: Bound, estimator: ObjectV, x: AbstractValue, y: AbstractValue) -> None:
    """Fit the model of an estimator.

    A classifier brings labels into the form that the loss takes; only one-hot rows stay.
    """
    model = _model(call, estimator, x, y)
    native = method_of(model, "fit")
    if native is None or x is None:
        return
    labels = collection(call, y)
    is_one_hot = labels is not None and labels.one_hot
    if estimator.data["classes"].value and not is_one_hot:
        y = call.unknown("the form that an estimator brings labels into is not known")
    given = [Given("x", x), Given("y", first(y, NONE))]
    native(Call(call.context, given, model, "keras.Model.fit"))


def _model(call: Bound, estimator: ObjectV, x: AbstractValue, y: AbstractValue) -> AbstractValue:
    """Return the model that the function of an estimator makes, once for each estimator."""
    data = estimator.data
    if "model" not in data:
        made = data["build"]
        if isinstance(made, FunctionV):
            given = _build_arguments(made, data, x, y)
            made = invoke(call.context, made, given)
        call.interpreter.journal.set(data, "model", made)
    model: AbstractValue = data["model"]
    return model


def _build_arguments(
    build: FunctionV, data: dict[str, Any], x: AbstractValue, y: AbstractValue
) -> list[Given]:
    """Return the arguments of the function; the wrappers of Keras 3 show it the data."""
    settings = {
        str(name.value): value
        for name, value in zip(data["names"].items, data["given"].items, strict=True)
    }
    if data["shown"].value:
        inner = settings.get("model_kwargs", NONE)
        entries = inner.entries.items() if isinstance(inner, DictV) else ()
        shown = [Given("X", x), Given("y", first(y, NONE))]
        return shown + [Given(str(name), value) for name, value in entries]
    params = build.node.params
    several = (params.posonly_params, params.params, params.kwonly_params)
    taken = {param.name.value for group in several for param in group}
    return [Given(name, value) for name, value in settings.items() if name in taken]
