"""KFX217."""

from __future__ import annotations

from kfix.findings.base import Finding


class OneTensor(Finding):
    """One tensor is taken apart into several variables.

    A recurrent layer returns its states with `return_state=True` alone, and attention its scores
    with `return_attention_scores=True`: `output, scores = attention(query, value,
    return_attention_scores=True)`. A KerasTensor cannot be iterated over.

    What Keras says:

    - Keras 3: `Iterating over a symbolic KerasTensor is not supported`.
    - Keras 2: `Cannot iterate over a Tensor with unknown first dimension`; `iterating over
      tf.Tensor is not allowed in Graph execution`.
    """

    code = "KFX217"
    bad = """
        x = keras.Input((20, 8))
        y, h, c = layers.LSTM(16)(x)
        model = keras.Model(x, [y, h, c])
    """
    good = """
        x = keras.Input((20, 8))
        y, h, c = layers.LSTM(16, return_state=True)(x)
        model = keras.Model(x, [y, h, c])
    """
    sentence = "{subject} returns one tensor, which cannot be unpacked into {expected}"
    keras = "Iterating over a symbolic KerasTensor is not supported."
