"""KFX206."""

from __future__ import annotations

from kfix.findings.base import Finding


class AxisOutOfRange(Finding):
    """An axis or a permutation is out of range for the input.

    What Keras says:

    - Keras 3: `axis 4 is out of bounds for array of dimension 4`; `Invalid permutation argument
      dims for Permute Layer`; `Invalid axis`.
    - Keras 2: `Invalid axis. Expected 0 <= axis < inputs.shape.rank`; `Invalid permutation
      'dims' for Permute Layer`; `Dimension -3 needs to be in the range`.
    """

    code = "KFX206"
    bad = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.BatchNormalization(axis=4),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.BatchNormalization(axis=3),
        ])
    """
    sentence = "{subject}: {actual:axis} does not fit {expected:shape}"
