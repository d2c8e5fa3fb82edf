"""KFX405."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class NormalizationAxis(Finding):
    """A BatchNormalization behind a convolution that normalizes another axis than the channels.

    `BatchNormalization(axis=1)` belongs to channels first, as Theano had them.
    With the channels last, axis 1 is the rows (or the steps) of the map: each
    row gets a mean and a scale of its own, and the number of weights is that
    of the rows. No shape is changed by it.

    What Keras says: nothing.

    Cure: leave `axis` out; its default, -1, is the last axis.
    """

    code = "KFX405"
    severity: Severity = "note"
    sentence = "{subject} normalizes axis {actual}, but the channels are on axis {expected}"
