"""KFX401."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity
from kfix.findings.data import Datum


class NoInputShape(Finding):
    """The model has no input shape, so its output shapes are unknown until it sees data.

    Keras allows it: the model is built when it is first called. Until then it
    has no weights, `summary()` shows no shapes, and nothing can be checked.

    What Keras says:

    - Keras 3: `This model has not yet been built. Build the model first by calling 'build()' or
      by calling the model on a batch of data`; `Sequential model 'sequential' has no defined
      output shape yet`.
    - Keras 2: `This model has not yet been built. Build the model first by calling 'build()' or
      calling 'fit()' with some data, or specify an 'input_shape' argument in the first layer(s)
      for automatic build`; `Weights for model sequential have not yet been created`.

    Fix: `keras.Input(shape=(28, 28, 1))` as the first layer.
    """

    code = "KFX401"
    bad = """
        model = keras.Sequential([layers.Dense(32), layers.Dense(10)])
    """
    good = """
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(32),
            layers.Dense(10),
        ])
    """
    severity: Severity = "note"
    otherwise = (
        "a warning where the Input stands behind a layer, or the model is shown before it is built"
    )
    sentence = "`{subject}` has no input shape"

    behind: bool = False
    """Whether there is an Input, but after a layer, where Keras does not look for it."""
    given: Datum = None
    """The shape of the data of `fit`, if the model is built from it."""
