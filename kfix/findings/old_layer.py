"""KFX305."""

from __future__ import annotations

from kfix.findings.base import Finding


class OldLayer(Finding):
    """Keras 3 does not have this layer of Keras 1 or 2.

    What Keras says:

    - Keras 3: `module 'keras.layers' has no attribute 'CuDNNLSTM'`; `cannot import name
      'ThresholdedReLU' from 'keras.layers'`.
    - Keras 2: nothing, it has the layer; since TensorFlow 2.0 `CuDNNLSTM` is found in
      `tf.compat.v1.keras.layers` alone.

    The function `merge(…, mode="concat")` is `concatenate(…)`, and each of its other modes another
    function.

    Where the layer has a successor, the repair renames it, in the imports too. With `--keras 2` the
    layer is valid.
    """

    code = "KFX305"
    bad = """
        model = keras.Sequential([layers.Input((10, 8)), layers.CuDNNLSTM(4)])
    """
    good = """
        model = keras.Sequential([layers.Input((10, 8)), layers.LSTM(4)])
    """
    sentence = "Keras 3 has no layer {subject}: {expected}"

    successor: str = ""
    """The class that it is now, "" where there is none."""
    renames: tuple[tuple[str, str, object], ...] = ()
    """Old names of arguments, what they are called now, and their values (see `OldArgument`)."""
