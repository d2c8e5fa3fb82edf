"""KFX208."""

from __future__ import annotations

from kfix.findings.base import Finding


class DimMismatch(Finding):
    """A dim is not the number that the layer's weights were made for.

    A layer that is called twice keeps the weights of its first call.

    What Keras says: `expected axis -1 of input shape to have value 64, but
    received input with shape (None, 32)`; `Input 0 of layer "dense" is
    incompatible with the layer: expected shape=(None, 28, 28, 1), found
    shape=(None, 28, 28, 3)`.
    """

    code = "KFX208"
    sentence = "{subject} expects {expected}, but is given {actual}"
