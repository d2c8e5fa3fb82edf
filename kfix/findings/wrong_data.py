"""KFX610."""

from __future__ import annotations

from kfix.findings.base import Finding


class WrongData(Finding):
    """A model with several inputs or outputs does not get one array for each, in their order.

    Several inputs expect a list of arrays in the order of `Model(inputs=[…])`, or a
    dictionary by the names of the `Input` layers; the labels of several outputs likewise,
    by the names of the output layers. `validation_data` has the same format as the
    training data: `([x_a, x_b], y)`.

    What Keras says:

    - Keras 3: `Layer "functional" expects 2 named input(s) with keys ['a', 'b'], but it received 1
      input tensors`, `Missing data for input "b"`, `y_true and y_pred have different structures`;
    - TensorFlow 2.2 to 2.15: `Layer "model" expects 2 input(s), but it received 1 input tensors`;
    - Keras 2: `the list of Numpy arrays that you are passing to your model is not the size the
      model expected. Expected to see 2 array(s), but instead got the following list of 1 arrays`.
    """

    code = "KFX610"
    bad = """
        a, b = keras.Input((8,)), keras.Input((4,))
        model = keras.Model([a, b], layers.Concatenate()([a, b]))
        model.predict(np.zeros((100, 8)))
    """
    good = """
        a, b = keras.Input((8,)), keras.Input((4,))
        model = keras.Model([a, b], layers.Concatenate()([a, b]))
        model.predict([np.zeros((100, 8)), np.zeros((100, 4))])
    """
    sentence = "`{subject}` has {expected}, got {actual}"

    method: str = ""
    """The call that gives the data: "fit", "predict"."""
