"""KFX102."""

from __future__ import annotations

from kfix.findings.base import Finding


class OutputUnknown(Finding):
    """A target is declared, but the model's output shape could not be told, so nothing is changed.

    The message names the first value that stopped the reading. `--input-shape`
    or a comment `# kfix: input=28,28,1` tells an input shape that the source
    does not show.
    """

    code = "KFX102"
    severity = "warning"
    sentence = "the output shape of {subject} cannot be told ({actual}), so {expected} is neither met nor missed"
