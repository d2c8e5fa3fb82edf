"""KFX301."""

from __future__ import annotations

from typing import Literal

from kfix.findings.base import Finding


class UnknownArgument(Finding):
    """A layer, or a function of `keras.ops`, has an argument that it does not accept.

    What Keras says:

    - Keras 3: `Unrecognized keyword arguments passed to Dense: {'unit': 64}`; `Dense.__init__()
      takes from 2 to 12 positional arguments but 13 were given`; `mean() got an unexpected keyword
      argument 'keep_dims'`.
    - Keras 2: `('Keyword argument not understood:', 'unit')`; `__init__() got an unexpected
      keyword argument 'unit'`; `__init__() takes from 2 to 11 positional arguments but 12 were
      given`.
    """

    code = "KFX301"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(unit=4)])
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(units=4)])
    """
    sentence = "{subject} has no argument `{actual}`"
    keras = "{refusal}"

    reason: Literal["unknown", "repeated", "too many", "exclusive"] = "unknown"
    """Why Keras does not take it; for an unknown one, `expected` is the list of the known ones."""

    @property
    def template(self) -> str:
        """The sentence for the reason."""
        return {
            "unknown": self.sentence,
            "repeated": "{subject} gets the argument `{actual}` twice",
            "too many": "{subject} takes {expected}, got {actual}",
            "exclusive": "{subject} takes either `{expected}` or `{actual}`, got both",
        }[self.reason]

    @property
    def refusal(self) -> str:
        """What Keras 3 says."""
        home, _, name = self.subject.rpartition(".")
        if home:
            return f"{name}() got an unexpected keyword argument '{self.actual}'"
        return f"Unrecognized keyword arguments passed to {self.subject}"
