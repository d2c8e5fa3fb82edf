"""KFX209."""

from __future__ import annotations

from kfix.findings.base import Finding


class BadInputShape(Finding):
    """An input shape is invalid: an integer in place of a tuple, or a float or a negative dim in
    it.

    `input_shape=(784)` is the integer 784; the tuple is `(784,)`.

    What Keras says:

    - Keras 3: `Cannot convert '784' to a shape.`
    - Keras 2: `'int' object is not iterable`; `Dimension value must be integer or None or have
      an __index__ method`.
    """

    code = "KFX209"
    bad = """
        model = keras.Sequential([layers.Input(shape=(784)), layers.Dense(10)])
    """
    good = """
        model = keras.Sequential([layers.Input(shape=(784,)), layers.Dense(10)])
    """
    sentence = "invalid input shape {actual} for {subject}, expected {expected}"
