"""KFX501."""

from __future__ import annotations

from kfix.findings.base import Finding


class RefusedWhenRun(Finding):
    """Keras builds the model, but refuses it when data goes through.

    The symbolic call checks less than the real one: a channels-first
    convolution builds everywhere and fails on a CPU, an unrolled recurrent
    layer builds with an open time dim and fails on the first batch, an adaptive
    pooling takes any rank until it is run.

    What Keras says: `The Conv2D op currently only supports the NHWC tensor
    format on the CPU`; `Cannot unroll a RNN if the time dimension is undefined`.
    """

    code = "KFX501"
    severity = "warning"
    sentence = "{subject} will be refused when it runs: it needs {expected}, and is given {actual}"
