"""KFX402."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class DenseOnFeatureMap(Finding):
    """`Dense` acts on the last axis of a feature map, and keeps its spatial axes.

    `Dense(10)` maps `(None, 5, 5, 64)` to `(None, 5, 5, 10)`: 10 units at each of the
    25 positions. For one prediction per image, add `Flatten` or a global pooling
    before the first `Dense`. For one prediction per position, the model is right.

    What Keras says:

    - nothing while the model is built; when it is trained, `Arguments 'target'
      and 'output' must have the same rank (ndim)`;
    - Keras 2: `expected dense_2 to have 4 dimensions, but got array with shape (100, 10)`.
    """

    code = "KFX402"
    bad = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.Conv2D(16, 3),
            layers.Dense(10),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.Conv2D(16, 3),
            layers.Flatten(),
            layers.Dense(10),
        ])
    """
    severity: Severity = "note"
    sentence = "{subject} acts on the last axis of {actual} only: the output keeps rank {expected}"
