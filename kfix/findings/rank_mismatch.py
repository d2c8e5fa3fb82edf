"""KFX201."""

from __future__ import annotations

from kfix.findings.base import Finding


class RankMismatch(Finding):
    """A layer gets a tensor of the wrong rank.

    The rank is the number of dims, the batch included: an image batch
    `(None, 28, 28, 1)` has rank 4, a batch of sequences `(None, 10, 8)` rank 3,
    a batch of vectors `(None, 64)` rank 2. `Conv2D` and the 2D poolings expect
    rank 4, `LSTM`, `GRU` and `Conv1D` rank 3, `Dense` rank 2 or more.

    What Keras says:

    - Keras 3: `Input 0 of layer "conv2d" is incompatible with the layer:
      expected ndim=4, found ndim=2. Full shape received: (None, 10)`, or
      `expected min_ndim=4, found ndim=3`.
    - TensorFlow 2.2 to 2.15: the same sentence with `Input 0 of layer conv2d`.
    - Keras 2: `Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=4`.

    Usual fixes: `return_sequences=True` on the recurrent layer before another
    one; `Flatten` or a pooling between convolutions and `Dense`, but not before a
    convolution; the channel dim in `Input(shape=(28, 28, 1))`;
    no number of samples in `input_shape`.
    """

    code = "KFX201"
    bad = """
        model = keras.Sequential([
            layers.Input((10, 8)),
            layers.LSTM(16),
            layers.LSTM(16),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((10, 8)),
            layers.LSTM(16, return_sequences=True),
            layers.LSTM(16),
        ])
    """
    sentence = "{subject} expects {expected}, got {actual:input}"
    keras = "incompatible with the layer: expected {expected:ndim}, found {actual:ndim}"
