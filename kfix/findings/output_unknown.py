"""KFX102."""

from __future__ import annotations

from kfix.findings.base import Finding
from kfix.model.site import Place


class OutputUnknown(Finding):
    """A target is declared, but the model's output shape could not be told, so nothing is changed.

    The message names the first value that stopped the reading. `--input-shape`
    or a comment `# kfix: input=28,28,1` tells an input shape that the source
    does not show.
    """

    code = "KFX102"
    severity = "warning"
    sentence = "cannot infer the output shape of `{subject}`, expected {expected}: {actual:reasons}"

    source: str = ""
    """Who expects it: "--target", "comment", "the labels of fit"."""
    asked: Place | None = None
    """Where the program does, if it is the program."""
    input_unknown: bool = False
    """Is it an input shape that is unknown? Then `--input-shape` may help."""
