"""KFX216."""

from __future__ import annotations

from kfix.findings.base import Finding


class EndNotATensor(Finding):
    """A model is made of a layer, or of another model, in the place of a tensor.

    `keras.Model(inputs, outputs)` takes the tensors that layers return. A layer is called before
    its output is one: `out = Dense(1)(x)`, not `out = Dense(1)`. The tensors of a model are
    `base.input` and `base.output`.

    What Keras says:

    - Keras 3: `All `outputs` values must be KerasTensors. Received: outputs=<Dense ...>`.
    - Keras 2: `Output tensors of a Functional model must be the output of a TensorFlow Layer`.
    """

    code = "KFX216"
    bad = """
        x = keras.Input((8,))
        y = layers.Dense(4)
        model = keras.Model(x, y)
    """
    good = """
        x = keras.Input((8,))
        y = layers.Dense(4)(x)
        model = keras.Model(x, y)
    """
    sentence = "`{subject}` takes only tensors, got {actual}"
    keras = "All `outputs` values must be KerasTensors."
