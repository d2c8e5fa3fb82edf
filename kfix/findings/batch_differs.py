"""KFX611."""

from __future__ import annotations

from kfix.findings.base import Finding


class BatchDiffers(Finding):
    """A model with a stateful layer has one batch size, and its data another.

    A stateful layer keeps one state per sample of a batch. The first dim of
    `batch_shape` (`batch_input_shape` in Keras 2) must equal the `batch_size` of `fit`,
    which is 32 by default. It is not the number of samples or of time steps.

    What Keras says:

    - Keras 3: `If an RNN is stateful, the batch size of the input sequences must be the same as the
      batch size of the initial state`;
    - Keras 2: `In a stateful network, you should only pass inputs with a number of samples that
      can be divided by the batch size`, `Cannot feed value of shape (5, 2000, 425) for Tensor`.
    """

    code = "KFX611"
    bad = """
        x, y = np.zeros((64, 10, 8)), np.zeros((64, 4))
        model = keras.Sequential([
            layers.Input(batch_shape=(16, 10, 8)),
            layers.LSTM(4, stateful=True),
        ])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    good = """
        x, y = np.zeros((64, 10, 8)), np.zeros((64, 4))
        model = keras.Sequential([
            layers.Input(batch_shape=(16, 10, 8)),
            layers.LSTM(4, stateful=True),
        ])
        model.compile(loss="mse")
        model.fit(x, y, batch_size=16)
    """
    sentence = "`{subject}` keeps states for {expected}, got {actual}"
    keras = "If an RNN is stateful"

    method: str = ""
    """The call that gives the batches: "fit", "predict"."""
