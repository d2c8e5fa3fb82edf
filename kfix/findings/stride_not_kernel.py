"""KFX403."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class StrideNotKernel(Finding):
    """The second of two equal numbers after `filters` is the stride, not the second side of the kernel.

    In Keras 1 `Conv2D(32, 3, 3)` had a kernel of 3×3. Since Keras 2 it has
    strides of 3: every convolution makes the image three times smaller. What
    was meant is written `Conv2D(32, (3, 3))`.

    What Keras says: nothing, or `Computed output size would be negative` some layers on.
    """

    code = "KFX403"
    severity: Severity = "note"
    sentence = "{subject}: the second {actual} is the stride, not the kernel size: write {expected}"
