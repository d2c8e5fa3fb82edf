"""KFX601."""

from __future__ import annotations

from kfix.findings.base import OfData


class InputAgainstData(OfData):
    """The input shape of the model differs from the shape of the data.

    An input shape does not include the number of samples. The axes of the data and of the
    input shape must be in the same order, and images are not flat vectors. Keras itself adds or
    drops a last axis of size 1: data of `(None, 28, 28)` for `Input((28, 28, 1))` is fine.

    What Keras says:

    - Keras 3: `Input 0 with name 'keras_tensor' of layer 'functional' is
      incompatible with the layer: expected shape=(None, 28, 28, 1), found
      shape=(None, 784)`, or, in a Sequential, the refusal of one of its layers;
    - TensorFlow 2.2 to 2.15: `Input 0 of layer "sequential" is incompatible with the layer`;
    - Keras 2: `Error when checking input: expected conv2d_1_input to have 4
      dimensions, but got array with shape (60000, 784)`.
    """

    code = "KFX601"
    bad = """
        x = np.zeros((100, 28, 28))
        model = keras.Sequential([layers.Input((784,)), layers.Dense(10)])
        model.predict(x)
    """
    good = """
        x = np.zeros((100, 784))
        model = keras.Sequential([layers.Input((784,)), layers.Dense(10)])
        model.predict(x)
    """
    sentence = "`{subject}` expects {expected} per sample, got {actual}"
