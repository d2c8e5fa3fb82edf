"""KFX212."""

from __future__ import annotations

from kfix.findings.base import Finding


class NotASequential(Finding):
    """`add` is called on a model that is not a Sequential.

    `Model(inputs, outputs)` and the models of `keras.applications` have no `add`; only a Sequential
    has it.

    What Keras says:

    - Keras 3: `'Functional' object has no attribute 'add'`.
    - Keras 2: `'Functional' object has no attribute 'add'`; `'Model' object has no attribute
      'add'`.

    Fix: a Sequential that begins with it: `model = Sequential([model])`.
    """

    code = "KFX212"
    bad = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Dense(4)(x))
        model.add(layers.Dense(2))
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(4)])
        model.add(layers.Dense(2))
    """
    sentence = "{subject} has no method `add`: only a Sequential has it"
    keras = "object has no attribute 'add'"
