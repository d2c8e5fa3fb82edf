"""KFX212."""

from __future__ import annotations

from kfix.findings.base import Finding


class NotASequential(Finding):
    """A layer is added to a model that is no Sequential: `Model(inputs, outputs)`, or one of `keras.applications`.

    Only a Sequential grows by `add`; in Keras 1 VGG16 and its like were handed
    out as graphs that had it, too.

    What Keras says:

    - Keras 3: `'Functional' object has no attribute 'add'`.
    - Keras 2: `'Functional' object has no attribute 'add'`; `'Model' object has no attribute 'add'`.

    Cure: a Sequential that begins with it: `model = Sequential([model])`.
    """

    code = "KFX212"
    sentence = "{subject} has no method `add`: only a Sequential has it"
    keras = "object has no attribute 'add'"
