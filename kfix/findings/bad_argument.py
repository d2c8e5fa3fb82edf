"""KFX303."""

from __future__ import annotations

from kfix.findings.base import Finding


class BadArgument(Finding):
    """A layer has an argument with an invalid value.

    What Keras says:

    - Keras 3: `Received an invalid value for 'units', expected a positive integer. Received:
      units=-1`; `Invalid value for argument 'filters'. Expected a strictly positive value`;
      `The 'padding' argument must be one of 'valid', 'same'`.
    - Keras 2: `Received an invalid value for 'units', expected a positive integer`; `The
      'kernel_size' argument must be a tuple of 2 integers`; `Unknown activation function:
      rellu`; `Invalid border mode for Conv2D`.
    """

    code = "KFX303"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(0)])
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
    """
    sentence = "invalid value {actual} for `{argument}` of {subject}, expected {expected}"

    argument: str = ""
    """The name of the argument, "" where the fault is not that of one."""

    @property
    def template(self) -> str:
        """The sentence with the argument's name, where there is one."""
        if not self.argument:
            return "invalid value {actual} for {subject}, expected {expected}"
        return self.sentence
