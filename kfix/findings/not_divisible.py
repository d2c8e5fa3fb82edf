"""KFX207."""

from __future__ import annotations

from kfix.findings.base import Finding


class NotDivisible(Finding):
    """A number of channels is not divisible by `groups` or another divisor.

    What Keras says:

    - Keras 3: `The number of input channels must be evenly divisible by the number of groups`;
      `Number of groups must be a multiple of the number of channels`.
    - Keras 2: `The number of input channels must be evenly divisible by the number of groups`;
      `Number of groups (3) must be a multiple of the number of channels (4)`.
    """

    code = "KFX207"
    bad = """
        x = keras.Input((8, 8, 10))
        model = keras.Model(x, layers.Conv2D(16, 3, groups=4)(x))
    """
    good = """
        x = keras.Input((8, 8, 10))
        model = keras.Model(x, layers.Conv2D(16, 3, groups=2)(x))
    """
    sentence = "{subject}: {actual} is not divisible by {expected}"
