"""Models that scikit-learn fits: the wrappers of SciKeras and of older Keras, and what fits an estimator."""

from __future__ import annotations

from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Value, first
from kfix.source.interpreter.values import FunctionV, ObjectV
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import function, method, method_of

_WRAPPERS = [
    f"{home}.{name}"
    for home in ("scikeras.wrappers", "keras.wrappers.scikit_learn")
    for name in ("KerasClassifier", "KerasRegressor")
]
_WRAPPERS += ["keras.wrappers.SKLearnClassifier", "keras.wrappers.SKLearnRegressor"]


@function(*_WRAPPERS)
def _wrapper(call: Call) -> Value:
    """An estimator around a function that makes a model; its own arguments are for the function, or for `fit`."""
    build = first(
        call.get(0, "model"), call.get(-1, "build_fn"), call.unknown("what makes the model")
    )
    settings = {given.keyword: given.value for given in call.given if given.keyword is not None}
    names = ListV([Const(name.removeprefix("model__")) for name in settings])
    flags = {
        "classes": Const(call.name.endswith("Classifier")),
        "shown": Const(call.name.startswith("SKLearn")),
    }
    return ObjectV(
        "estimator", build=build, names=names, given=ListV(list(settings.values())), **flags
    )


@method("estimator.fit")
def _fit(call: Call) -> Value:
    _teach(call, call.receiver, first(call.get(0, "X"), call.get(0, "x")), call.get(1, "y"))
    return call.receiver


@method("estimator.score", "estimator.predict", "estimator.predict_proba")
def _asked(call: Call) -> Value:
    return call.unknown()


def _model(call: Call, estimator: ObjectV, x: Value, y: Value) -> Value:
    """The model that the function makes, with what the estimator was given for it; once for each estimator.

    The wrappers of Keras 3 show the data to the function.
    """
    data = estimator.data
    if "model" not in data:
        made = data["build"]
        if isinstance(made, FunctionV):
            params = made.node.params
            taken = {
                param.name.value
                for param in (*params.posonly_params, *params.params, *params.kwonly_params)
            }
            taken |= {"model_kwargs"} if data["shown"].value else set()
            pairs = zip(data["names"].items, data["given"].items, strict=True)
            given = [Given(str(name.value), value) for name, value in pairs if name.value in taken]
            if data["shown"].value:
                settings = next((g.value for g in given if g.keyword == "model_kwargs"), None)
                given = [Given("X", x), Given("y", first(y, NONE))]
                if isinstance(settings, DictV):
                    given += [Given(str(name), value) for name, value in settings.entries.items()]
            made = invoke(call.context, made, given)
        call.interpreter.journal.set(data, "model", made)
    return data["model"]


def _teach(call: Call, estimator: Value, x: Value, y: Value) -> None:
    """What an estimator gives to its model, at its own call.

    A classifier brings the numbers of classes into the form that the loss
    takes; only one-hot rows go through as they are.
    """
    if isinstance(estimator, ObjectV) and estimator.kind == "search":
        _teach(call, estimator.data["estimator"], x, y)
    elif isinstance(estimator, ObjectV) and estimator.kind == "pipeline":
        *steps, last = estimator.data["steps"].items
        for step in steps:
            scaled = isinstance(step, ObjectV) and step.kind == "scaler" and isinstance(x, Array)
            x = (
                Array(x.shape, "float64")
                if scaled
                else call.unknown("what a step of a pipeline makes of its data")
            )
        _teach(call, last, x, y)
    elif isinstance(estimator, ObjectV) and estimator.kind == "estimator":
        model = _model(call, estimator, x, y)
        native = method_of(model, "fit")
        if native is None or x is None:
            return
        labels = array_of(y, call) if isinstance(y, Array | ListV) else None
        if estimator.data["classes"].value and not (labels is not None and labels.one_hot):
            y = call.unknown("the form that an estimator brings labels into")
        given = [Given("x", x), Given("y", first(y, NONE))]
        native(Call(call.interpreter, given, call.node, call.frame, model, "keras.Model.fit"))


# --- what fits an estimator ---------------------------------------------------------------


@function("sklearn.pipeline.Pipeline", "sklearn.pipeline.make_pipeline")
def _pipeline(call: Call) -> Value:
    given = call.get(0, "steps")
    steps: list[Value] | None = call.positional
    if call.name == "Pipeline":
        known = isinstance(given, ListV) and given.unknown is None
        pairs = given.items if known else []
        steps = [
            pair.items[1] for pair in pairs if isinstance(pair, ListV) and len(pair.items) == 2
        ]
        if len(steps) != len(pairs):
            steps = None
    return ObjectV("pipeline", steps=ListV(steps)) if steps else call.unknown()


@function("sklearn.model_selection.GridSearchCV", "sklearn.model_selection.RandomizedSearchCV")
def _search(call: Call) -> Value:
    return ObjectV("search", estimator=first(call.get(0, "estimator"), call.unknown()))


@method("pipeline.fit", "search.fit")
def _fit_all(call: Call) -> Value:
    _teach(call, call.receiver, first(call.get(0, "X"), call.unknown()), call.get(1, "y"))
    return call.receiver


@method("pipeline.score", "pipeline.predict", "search.score", "search.predict")
def _asked_all(call: Call) -> Value:
    return call.unknown()


@function("sklearn.model_selection.cross_val_score", "sklearn.model_selection.cross_validate",
          "sklearn.model_selection.cross_val_predict")  # fmt: skip
def _cross(call: Call) -> Value:
    _teach(call, call.get(0, "estimator"), call.get(1, "X"), call.get(2, "y"))
    return call.unknown()
