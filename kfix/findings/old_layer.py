"""KFX305."""

from __future__ import annotations

from kfix.findings.base import Finding


class OldLayer(Finding):
    """A layer that Keras 1 or 2 had and Keras 3 has not.

    What Keras says:

    - Keras 3: `module 'keras.layers' has no attribute 'CuDNNLSTM'`; `cannot import name
      'ThresholdedReLU' from 'keras.layers'`.
    - Keras 2: nothing, it has the layer; since TensorFlow 2.0 `CuDNNLSTM` is found in
      `tf.compat.v1.keras.layers` alone.

    The function `merge(…, mode="concat")` is `concatenate(…)`, and each of its other modes another function.

    Where the layer is another one now, the repair renames it, in the imports too. With `--keras 2` the layer is
    taken as it was.
    """

    code = "KFX305"
    sentence = "Keras 3 has no layer {subject}: {expected}"

    successor: str = ""
    """The class that it is now, "" where there is none."""
    renames: tuple[tuple[str, str, object], ...] = ()
    """Old names of arguments, what they are called now, and their values (see `OldArgument`)."""
