"""KFX405."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class NormalizationAxis(Finding):
    """A `BatchNormalization` after a convolution normalizes another axis than the channels.

    `BatchNormalization(axis=1)` is meant for `channels_first`, the Theano order. With
    channels last, axis 1 is the height of the feature map (or the time steps): each row has
    its own mean and scale, and the number of weights is that of the rows. No shape changes.

    What Keras says: nothing.

    Fix: leave `axis` out; its default, -1, is the last axis.
    """

    code = "KFX405"
    bad = """
        model = keras.Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3),
            layers.BatchNormalization(axis=1),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3),
            layers.BatchNormalization(axis=-1),
        ])
    """
    severity: Severity = "note"
    sentence = "{subject} normalizes axis {actual}, but the channels are on axis {expected}"
