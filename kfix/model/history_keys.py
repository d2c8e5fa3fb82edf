"""The names of metrics in the history of `fit`."""

from __future__ import annotations

OLD_KEYS = {
    "accuracy": "acc",
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
    "mape": "mean_absolute_percentage_error",
}
"""By a metric as `compile` takes it: what the history called it before TensorFlow 2."""
