"""KFX609."""

from __future__ import annotations

from kfix.findings.base import Finding


class SamplesDiffer(Finding):
    """The arrays of one call have different numbers of samples.

    The first axis of every array of `fit`, `evaluate` and `predict` is the batch axis: of
    each input, and of the labels of each output. A sequence that was reshaped to one
    sample, `(1, 99, 8)`, has one label, not 99.

    What Keras says:

    - Keras 3 and TensorFlow 2.2 to 2.15: `Data cardinality is ambiguous. Make sure all arrays
      contain the same number of samples. 'x' sizes: 1 'y' sizes: 99`;
    - Keras 2: `Input arrays should have the same number of samples as target arrays. Found 1
      input samples and 99 target samples`, `All input arrays (x) should have the same number of
      samples`.
    """

    code = "KFX609"
    bad = """
        x, y = np.zeros((100, 8)), np.zeros((90, 1))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    good = """
        x, y = np.zeros((100, 8)), np.zeros((100, 1))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    sentence = "`{subject}` gets different numbers of samples: {actual}"
    keras = "Data cardinality is ambiguous."

    method: str = ""
    """The call that gives them: "fit", "evaluate"."""
