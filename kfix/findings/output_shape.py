"""KFX101."""

from __future__ import annotations

from kfix.findings.base import Finding
from kfix.model.site import Place


class OutputShape(Finding):
    """The model builds, but its output shape is not the expected one.

    The expected shape comes from `--target`, from a comment `# kfix: target=10`, or from
    the program itself, such as the labels of `fit`; then the finding is a warning, since Keras
    builds the model. Keras trains many of these models without a warning (with mse, it broadcasts a
    `(None, 45, 1)` output against `(N, 1)` labels), or fails in `fit`:

    - Keras 3: `Arguments target and output must have the same rank (ndim)`.
    - TensorFlow 2.2 to 2.15: `Shapes (None, 10) and (None, 5, 5, 10) are incompatible`.
    - Keras 2: `Error when checking target: expected dense_2 to have 4
      dimensions, but got array with shape (100, 10)`.
    """

    code = "KFX101"
    bad = """
        # kfix: target=10
        model = keras.Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3),
            layers.Dense(10),
        ])
    """
    good = """
        # kfix: target=10
        model = keras.Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3),
            layers.Flatten(),
            layers.Dense(10),
        ])
    """
    otherwise = "a warning where the program itself states the shape; it fails all the same"
    sentence = "`{subject}` has output shape {actual}, expected {expected}"

    source: str = ""
    """Who expects it: "--target", "comment", "the labels of fit"."""
    asked: Place | None = None
    """Where the program does, if it is the program."""

    @property
    def fails(self) -> bool:
        """Return True: a run that misses a target fails, even where this is only a warning."""
        return True
