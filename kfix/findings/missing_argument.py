"""KFX302."""

from __future__ import annotations

from kfix.findings.base import Finding


class MissingArgument(Finding):
    """A layer lacks a required argument.

    What Keras says:

    - Keras 3: `Dense.__init__() missing 1 required positional argument: 'units'`.
    - Keras 2: `__init__() missing 1 required positional argument: 'units'`.
    """

    code = "KFX302"
    bad = """
        model = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(16)])
    """
    good = """
        model = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(16, 3)])
    """
    sentence = "{subject} needs the argument `{expected}`"
    keras = "missing 1 required positional argument: '{expected}'"
