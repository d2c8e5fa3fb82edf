"""Which labels metrics refuse, against the metrics of Keras itself."""

from __future__ import annotations

import ast

import pytest

from kfix.shapes.training.metric_rules import metric_refuses
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
