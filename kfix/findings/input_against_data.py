"""KFX601."""

from __future__ import annotations

from kfix.findings.base import Finding


class InputAgainstData(Finding):
    """The model is made for samples of one shape, and the program gives it samples of another.

    The number of samples is no part of an input shape, the axes of the data
    and of the input shape must be in one order, and a picture is no row of
    numbers. Keras itself adds or drops a last axis of one: `(None, 28, 28)`
    given to `Input((28, 28, 1))` is no fault.

    What Keras says:

    - Keras 3: `Input 0 with name 'keras_tensor' of layer 'functional' is
      incompatible with the layer: expected shape=(None, 28, 28, 1), found
      shape=(None, 784)`, or, in a Sequential, the refusal of one of its layers;
    - TensorFlow 2.2 to 2.15: `Input 0 of layer "sequential" is incompatible with the layer`;
    - Keras 2: `Error when checking input: expected conv2d_1_input to have 4
      dimensions, but got array with shape (60000, 784)`.
    """

    code = "KFX601"
    sentence = "`{subject}` expects {expected} per sample, got {actual}"

    method: str = ""
    """The call that gives the data: "fit", "predict"."""
