"""KFX501."""

from __future__ import annotations

from kfix.findings.base import Finding


class RefusedWhenRun(Finding):
    """Keras builds the model, but refuses it when it runs.

    The symbolic call checks less than the real one: an adaptive pooling accepts
    most ranks until it runs, and a `Reshape` with `None` in its target shape is
    checked only then.

    What Keras says:

    - Keras 3: `There must be at most one unknown dimension (-1) in newshape`; `Input to
      reshape is a tensor with 24 values, but the requested shape requires a multiple of 5`.
    - Keras 2: `Input to reshape is a tensor with 24 values, but the requested shape requires
      a multiple of 5`.
    """

    code = "KFX501"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Reshape((None, 3))])
        model.predict(np.zeros((2, 8)))
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Reshape((None, 4))])
        model.predict(np.zeros((2, 8)))
    """
    severity = "warning"
    stops = True
    sentence = "{subject} builds but fails when it runs: expected {expected}, got {actual:input}"
