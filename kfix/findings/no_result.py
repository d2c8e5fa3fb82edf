"""KFX614."""

from __future__ import annotations

from kfix.findings.base import Finding


class NoResult(Finding):
    """A program takes a result from `fit` or `evaluate` that the call does not return.

    `fit` returns a History, whose `history` has the loss and the metrics under the names that
    `compile` was given: `metrics=["accuracy"]` is `"accuracy"`, not `"acc"`, and names with `val_`
    are there only with validation data. `evaluate`, `train_on_batch` and `test_on_batch` return one
    number, the loss, where `compile` has no metrics, and a list otherwise.

    What Keras says:

    - Keras 3: `KeyError: 'acc'`; `TypeError: cannot unpack non-iterable float object`;
      `ValueError: not enough values to unpack`.
    - Keras 2: the same; Keras before 2.3 called accuracy `acc`.
    """

    code = "KFX614"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        loss, accuracy = model.evaluate(np.zeros((64, 8)), np.zeros((64, 1)))
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", metrics=["accuracy"])
        loss, accuracy = model.evaluate(np.zeros((64, 8)), np.zeros((64, 1)))
    """
    sentence = "{call} of `{subject}` returns {expected}, the program takes {actual}"

    call: str = ""
    """The call that returns it: "fit", "evaluate"."""
