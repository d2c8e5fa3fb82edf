"""KFX102."""

from __future__ import annotations

from kfix.findings.base import Finding
from kfix.model.site import Place


class OutputUnknown(Finding):
    """A target is declared, but kfix cannot infer the output shape, so it changes nothing.

    The message names the first unknown value. `--input-shape`, or a comment
    `# kfix: input=28,28,1`, declares an input shape that the source does not show.
    """

    code = "KFX102"
    bad = """
        # kfix: target=10
        model = keras.Sequential([layers.Dense(10)])
    """
    good = """
        # kfix: target=10
        model = keras.Sequential([layers.Input((8,)), layers.Dense(10)])
    """
    severity = "warning"
    sentence = "cannot infer the output shape of `{subject}`, expected {expected}: {actual:reasons}"

    source: str = ""
    """Who expects it: "--target", "comment", "the labels of fit"."""
    asked: Place | None = None
    """Where the program does, if it is the program."""
    input_unknown: bool = False
    """Whether an input shape is unknown, so that `--input-shape` may help."""
