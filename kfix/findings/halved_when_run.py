"""KFX502."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class HalvedWhenRun(Finding):
    """A layer has the activation `glu`, which halves the last dim when it runs.

    `glu` splits the last dim into two halves and multiplies one by the sigmoid of
    the other. Keras ignores that when it builds: the symbolic output shape of
    `Dense(8, activation="glu")` is `(None, 8)`, the real one `(None, 4)`. A layer after it
    that was built for 8 fails on the first batch. `keras.activations.glu(x)`, called as a
    function, has the right shape.

    What Keras says:

    - Keras 3: nothing for the layer itself; for the next one `Input 0 with name 'None' of layer
      'dense' is incompatible with the layer: expected axis -1 of input shape to have value 8, but
      received input with shape (2, 4)`.
    - Keras 2: `Unknown activation function: glu`.
    """

    code = "KFX502"
    bad = """
        model = keras.Sequential([
            layers.Input((16,)),
            layers.Dense(8, activation="glu"),
            layers.Dense(4),
        ])
        model.predict(np.zeros((2, 16)))
    """
    good = """
        model = keras.Sequential([
            layers.Input((16,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(4),
        ])
        model.predict(np.zeros((2, 16)))
    """
    severity: Severity = "warning"
    sentence = (
        "{subject} has output shape {actual} when it runs, not {expected}: glu halves the last dim"
    )
