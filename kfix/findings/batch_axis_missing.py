"""KFX604."""

from __future__ import annotations

from kfix.findings.base import OfData


class BatchAxisMissing(OfData):
    """A model gets one sample where it expects a batch.

    The first axis of the data is the batch axis, even for one sample:
    `model.predict(np.expand_dims(image, 0))`, or `image[None]`. A `tf.data.Dataset`
    yields batches after `batch(32)`; a generator yields arrays of several samples.

    What Keras says:

    - Keras 3: `Invalid input shape for input … Expected shape (None, 28, 28, 1),
      but input has incompatible shape (28, 28, 1)`, or nothing, and 28 answers;
    - Keras 2: `expected conv2d_1_input to have 4 dimensions, but got array with shape (28, 28, 1)`.
    """

    code = "KFX604"
    bad = """
        image = np.zeros((28, 28, 1))
        model = keras.Sequential([layers.Input((28, 28, 1)), layers.Conv2D(8, 3)])
        model.predict(image)
    """
    good = """
        image = np.zeros((28, 28, 1))
        model = keras.Sequential([layers.Input((28, 28, 1)), layers.Conv2D(8, 3)])
        model.predict(image[None])
    """
    sentence = "`{subject}` expects a batch {expected}, got one sample {actual}"
