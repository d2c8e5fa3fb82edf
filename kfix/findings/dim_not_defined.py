"""KFX203."""

from __future__ import annotations

from kfix.findings.base import Finding


class DimNotDefined(Finding):
    """A layer needs a defined dim to create its weights, and that dim is `None`.

    What Keras says:

    - Keras 3: `The last dimension of the inputs to a Dense layer should be
      defined. Found None`, or `Shapes used to initialize variables must be
      fully-defined (no None dimensions)`.
    - Keras 2: `The last dimension of the inputs to Dense should be defined. Found None`.

    The output shape of `Flatten` is `(None, None)` when any dim but the batch is `None`. Usual
    fixes: a global pooling in its place, or a fixed input size.
    """

    code = "KFX203"
    bad = """
        model = keras.Sequential([
            layers.Input((None, None, 3)),
            layers.Flatten(),
            layers.Dense(10),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((None, None, 3)),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ])
    """
    sentence = "{subject} needs {expected} to be defined, got {actual}"
