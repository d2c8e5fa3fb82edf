"""KFX612."""

from __future__ import annotations

from kfix.findings.base import Finding


class LabelsRefused(Finding):
    """The labels of a call do not fit the output of the model under its loss.

    A crossentropy takes labels of the output's own shape, a sparse one the number of the class
    for each row of the output. Distances (`mse`, `mae`, …) take what NumPy broadcasts: labels of
    `(64,)` do not fit an output of `(None, 100)`. It is reported where no other finding says so,
    also for `validation_data`, `evaluate` and data sets, and though a declared target is met.

    What Keras says:

    - Keras 3: `Arguments 'target' and 'output' must have the same shape`, `must have the same rank
      (ndim)`, `Argument 'output' must have rank (ndim) 'target.ndim - 1'`, or what TensorFlow says:
      `Dimensions must be equal`, `Incompatible shapes: [32,100] vs. [32]`.
    - Keras 2: `A target array with shape (4, 5) was passed for an output of shape (None, 3)`.
    """

    code = "KFX612"
    bad = """
        x, y = np.zeros((64, 8)), np.zeros((64,))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(50)])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    good = """
        x, y = np.zeros((64, 8)), np.zeros((64,))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    sentence = "`{subject}` has output shape {expected}, {loss} refuses labels of {actual:shape}"

    loss: str = ""
    """The name of the loss."""
    method: str = ""
    """What gives the labels: "fit", "validation_data", "evaluate"."""
