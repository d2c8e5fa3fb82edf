"""KFX402."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class DenseOnFeatureMap(Finding):
    """`Dense` is applied to every place of a feature map, and the map stays.

    `Dense` changes the last dim alone: of `(None, 5, 5, 64)` it makes
    `(None, 5, 5, 10)`, one answer for each of the 25 places. Whoever wants one
    answer for an image puts `Flatten` or a global pooling before the first
    `Dense`. Nothing is wrong with it where an answer for each place is wanted.

    What Keras says:

    - nothing while the model is built; when it is trained, `Arguments 'target'
      and 'output' must have the same rank (ndim)`;
    - Keras 2: `expected dense_2 to have 4 dimensions, but got array with shape (100, 10)`.
    """

    code = "KFX402"
    severity: Severity = "note"
    sentence = "{subject} acts on the last axis of {actual} only: the output keeps rank {expected}"
