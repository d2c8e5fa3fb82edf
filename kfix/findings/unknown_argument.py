"""KFX301."""

from __future__ import annotations

from kfix.findings.base import Finding


class UnknownArgument(Finding):
    """A layer is given an argument that it does not take.

    What Keras says:

    - Keras 3: `Unrecognized keyword arguments passed to Dense: {'unit': 64}`; `Dense.__init__()
      takes from 2 to 12 positional arguments but 13 were given`.
    - Keras 2: `('Keyword argument not understood:', 'unit')`; `__init__() got an unexpected
      keyword argument 'unit'`; `__init__() takes from 2 to 11 positional arguments but 12 were
      given`.
    """

    code = "KFX301"
    sentence = "{subject} does not take the argument {actual}"
