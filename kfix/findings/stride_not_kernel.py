"""KFX403."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class StrideNotKernel(Finding):
    """The third positional argument of `Conv2D` is the stride, not the width of the kernel.

    In Keras 1 `Conv2D(32, 3, 3)` had a 3×3 kernel. Since Keras 2 its stride is 3: every
    convolution divides the spatial size by 3. A 3×3 kernel is `Conv2D(32, (3, 3))`.

    What Keras says: nothing, or `Computed output size would be negative` some layers on.
    """

    code = "KFX403"
    bad = """
        model = keras.Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, 3),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, (3, 3)),
        ])
    """
    severity: Severity = "note"
    sentence = "{subject}: the second {actual} is the stride, not the kernel size: write {expected}"
