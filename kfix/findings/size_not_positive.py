"""KFX202."""

from __future__ import annotations

from kfix.findings.base import Finding


class SizeNotPositive(Finding):
    """A layer would have an output size of zero or less: its window is larger than its input.

    What Keras says:

    - Keras 3: `Computed output size would be negative` or `Computed output size
      would be zero or negative`.
    - Keras 2: `Negative dimension size caused by subtracting 2 from 1 for
      '{{node max_pooling2d/MaxPool}}'`, or `One of the dimensions in the output
      is <= 0 due to downsampling`.

    Usual fixes: the order of the axes in `input_shape` (channels last), then
    `padding="same"` on the convolutions, then a smaller or one fewer pooling.
    """

    code = "KFX202"
    bad = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.Conv2D(16, 5),
            layers.Conv2D(16, 5),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.Conv2D(16, 5, padding="same"),
            layers.Conv2D(16, 5, padding="same"),
        ])
    """
    sentence = "{subject} would have output size {actual} for input shape {expected}"
    keras = "Computed output size would be zero or negative."

    least: bool = False
    """Whether `expected` is a minimum size and `actual` the input shape."""

    @property
    def template(self) -> str:
        """The least size of the input, or the size that the output would have."""
        if self.least:
            return "{subject} expects an input of {expected}, got {actual}"
        return self.sentence
