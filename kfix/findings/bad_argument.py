"""KFX303."""

from __future__ import annotations

from kfix.findings.base import Finding


class BadArgument(Finding):
    """A layer is given a value that its argument does not take.

    What Keras says: `Received an invalid value for 'units', expected a
    positive integer. Received: units=-1`; `Invalid value for argument
    'filters'`; `The 'padding' argument must be one of 'valid', 'same'`.
    """

    code = "KFX303"
    sentence = "{subject}: {actual} is no value for it, expected {expected}"
