"""KFX213."""

from __future__ import annotations

from kfix.findings.base import Finding


class KerasTensorRefused(Finding):
    """A function of TensorFlow or NumPy is called on a KerasTensor.

    The tensors between `keras.Input` and `keras.Model` are placeholders. Functions of
    `keras.ops` and layers take them; functions of TensorFlow and NumPy do not, outside of
    the `call` of a layer. Use the function of `keras.ops` or a layer, or call the function in
    a `Lambda` layer: `layers.Lambda(tf.square)(x)`.

    What Keras says:

    - Keras 3: `A KerasTensor cannot be used as input to a TensorFlow function`; of NumPy `A
      KerasTensor is symbolic: it's a placeholder for a shape an a dtype`.
    - Keras 2: nothing, `tf.keras` made a layer of it.
    """

    code = "KFX213"
    bad = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Dense(4)(np.square(x)))
    """
    good = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Dense(4)(keras.ops.square(x)))
    """
    sentence = "`{subject}` does not take a KerasTensor, use {expected}"
    keras = "A KerasTensor"
