"""KFX204."""

from __future__ import annotations

from kfix.findings.base import Finding


class TotalSizeChanged(Finding):
    """`Reshape` has a target shape with another number of elements.

    What Keras says:

    - Keras 3: `The total size of the tensor must be unchanged. Received:
      input_shape=(100,), target_shape=(7, 7)`.
    - Keras 2: `total size of new array must be unchanged, input_shape = [100],
      output_shape = [7, 7]`.
    """

    code = "KFX204"
    bad = """
        model = keras.Sequential([
            layers.Input((100,)),
            layers.Dense(7 * 7 * 128),
            layers.Reshape((7, 7, 64)),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((100,)),
            layers.Dense(7 * 7 * 128),
            layers.Reshape((7, 7, 128)),
        ])
    """
    sentence = "cannot reshape {actual:elements} to {expected:elements} in {subject}"
    keras = "The total size of the tensor must be unchanged."
