"""KFX206."""

from __future__ import annotations

from kfix.findings.base import Finding


class AxisOutOfRange(Finding):
    """An axis or a permutation names a dim that the input does not have.

    What Keras says: `Invalid axis`, `Invalid permutation argument dims for
    Permute Layer`, `axis 4 is out of bounds for array of dimension 4`.
    """

    code = "KFX206"
    sentence = "{subject}: {actual} does not fit {expected}"
