"""KFX602."""

from __future__ import annotations

from kfix.findings.base import Finding


class LossAgainstLabels(Finding):
    """The loss expects labels in another format.

    `sparse_categorical_crossentropy` expects class indices, `categorical_crossentropy`
    one-hot rows, `binary_crossentropy` and regression losses (`mse`, `mae`, …) values in the
    shape of the output.

    What Keras says:

    - Keras 3: `Arguments 'target' and 'output' must have the same rank (ndim)`,
      `must have the same shape`, or `Argument 'output' must have rank (ndim)
      'target.ndim - 1'`;
    - TensorFlow 2.2 to 2.15: `Shapes (None, 1) and (None, 10) are incompatible`;
    - Keras 2: `You are passing a target array of shape (60000, 1) while using as
      loss 'categorical_crossentropy'`;
    - nothing at all with a distance: the labels are broadcast over the classes.
    """

    code = "KFX602"
    bad = """
        x, y = np.zeros((100, 8)), np.zeros((100,))
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(10, activation="softmax"),
        ])
        model.compile(loss="categorical_crossentropy")
        model.fit(x, y)
    """
    good = """
        x, y = np.zeros((100, 8)), np.zeros((100,))
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(10, activation="softmax"),
        ])
        model.compile(loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    """
    otherwise = "a warning where the number of classes is unknown"
    sentence = "{subject} expects {expected}, got {actual}"

    method: str = ""
    """What gives the labels: "fit", "validation_data"."""
