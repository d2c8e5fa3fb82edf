"""Names, arguments and values of losses and metrics, as Keras takes or refuses them."""

from __future__ import annotations

import ast

import pytest

from kfix.model.graph import Symbol
from kfix.shapes.training.classes import check_class_objects
from kfix.shapes.training.refusals import Refused
from tests.shapes.judge import keras

MADE = (
    *("metrics.AUC(curve='XX')", "metrics.AUC(curve='roc')", "metrics.AUC(num_thresholds=1)"),
    *("metrics.Precision(thresholds=1.5)", "metrics.Precision(thresholds=[0.5])"),
    *("metrics.F1Score(average='mean')", "metrics.F1Score(threshold=1)", "metrics.MeanIoU()"),
    *("metrics.FBetaScore(beta=1)", "metrics.FBetaScore(beta=2.0)", "metrics.PrecisionAtRecall(2)"),
    *("metrics.R2Score(class_aggregation='all')", "metrics.MeanIoU(3)", "metrics.Matthews()"),
    *("losses.CategoricalCrossentropy(logits=True)", "losses.MeanSquaredError(reduction='auto')"),
    *("losses.CategoricalCrossentropy(from_logits=True)", "losses.MeanSquaredError()"),
    *("losses.MSE()", "losses.Huber(delta=2.0)", "losses.MeanSquaredError(reduction=None)"),
)


@pytest.mark.parametrize("text", MADE)
def test_losses_and_metrics_are_made_as_keras_makes_them(text: str) -> None:
    real = keras()
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = [
        *((None, one) for one in call.args),
        *((one.arg, one.value) for one in call.keywords),
    ]
    given, values = tuple(one[0] for one in arguments), [one[1] for one in arguments]
    path = f"keras.{text.partition('(')[0]}"
    symbol = Symbol(path, True, None, given, tuple(map(ast.literal_eval, values)))
    try:
        eval(text, {"metrics": real.metrics, "losses": real.losses})
    except Exception:  # whatever Keras raises
        with pytest.raises(Refused):
            check_class_objects("metrics", [symbol])
    else:
        check_class_objects("metrics", [symbol])
