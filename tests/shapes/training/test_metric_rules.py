"""Which labels metrics refuse, and which arguments, against the metrics of Keras itself."""

from __future__ import annotations

import ast

import pytest

from kfix.model.graph import Symbol
from kfix.shapes.training.classes import check_classes
from kfix.shapes.training.metric_rules import metric_refuses
from kfix.shapes.training.refusals import Refused
from tests.shapes.judge import keras

METRICS = (
    *("AUC()", "AUC(multi_label=True, num_labels=3)", "BinaryIoU()"),
    *("Precision()", "Precision(top_k=2)", "Recall(class_id=2)", "PrecisionAtRecall(0.5)"),
    *("PrecisionAtRecall(0.5, class_id=1)", "TruePositives()", "MeanIoU(num_classes=3)"),
    *("OneHotMeanIoU(num_classes=3)", "MeanIoU(num_classes=3, sparse_y_pred=False)"),
    *("TopKCategoricalAccuracy(k=2)", "SparseTopKCategoricalAccuracy(k=2)", "R2Score()"),
    *("CategoricalAccuracy()", "SparseCategoricalAccuracy()", "F1Score()", "KLDivergence()"),
    *("CosineSimilarity(axis=1)", "CosineSimilarity(axis=2)", "CategoricalCrossentropy()"),
    *("SparseCategoricalCrossentropy()", "BinaryCrossentropy()", "PearsonCorrelation()"),
    *("MeanSquaredError()", "Hinge()"),
)
LABELS: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (5,), (5, 1), (5, 3))
OUTPUTS: tuple[tuple[int, ...], ...] = ((1,), (3,), (5, 1), (5, 3))
BATCHES = (4, 1)


def _options(metric: str) -> dict[str, object]:
    call = ast.parse(metric, mode="eval").body
    assert isinstance(call, ast.Call)
    return {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}


@pytest.mark.parametrize("metric", METRICS)
def test_metrics_refuse_labels_as_those_of_keras(metric: str) -> None:
    real = keras()
    name, options = metric.partition("(")[0], _options(metric)
    for labels in LABELS:
        for output in OUTPUTS:
            for batch in BATCHES:
                shapes = (batch, *labels), (batch, *output)
                refused = False
                made = eval(f"metrics.{metric}", {"metrics": real.metrics})
                try:
                    made.update_state(*map(real.ops.zeros, shapes))
                except Exception:  # whatever Keras or TensorFlow raises
                    refused = True
                assert metric_refuses(name, *shapes, options) == refused, shapes


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
            check_classes("metrics", [symbol])
    else:
        check_classes("metrics", [symbol])
