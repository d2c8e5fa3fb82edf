"""KFX302."""

from __future__ import annotations

from kfix.findings.base import Finding


class MissingArgument(Finding):
    """A layer is made without an argument that it needs.

    What Keras says: `Dense.__init__() missing 1 required positional argument: 'units'`.
    """

    code = "KFX302"
    sentence = "{subject} needs the argument {expected}"
