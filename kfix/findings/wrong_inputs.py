"""KFX211."""

from __future__ import annotations

from kfix.findings.base import Finding


class WrongInputs(Finding):
    """A layer or model gets the wrong number of inputs, or lacks one that it needs.

    What Keras says:

    - Keras 3: `Layer "lstm" expects 1 input(s), but it received 2 input tensors`; `A merge
      layer should be called on a list of at least 1 input`; `Output with path ... is not
      connected to inputs`.
    - Keras 2: `Layer lstm expects 1 input(s), but it received 2 input tensors`; `A merge layer
      should be called on a list of inputs`; `A merge layer should be called on a list of at
      least 2 inputs. Got 1 inputs`; `Graph disconnected: cannot obtain value for tensor`.
    """

    code = "KFX211"
    bad = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Add()(x))
    """
    good = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Add()([x, layers.Dense(8)(x)]))
    """
    sentence = "{subject} expects {expected}, got {actual:input}"
