"""KFX205."""

from __future__ import annotations

from kfix.findings.base import Finding

ONE_BATCH = "one batch size"
"""What Keras expects of inputs when it builds a merging layer, and not of later calls."""


class InputsDoNotMatch(Finding):
    """The input shapes of a merging layer (`Add`, `Concatenate`, `Dot`, attention, …) do not match.

    What Keras says:

    - Keras 3: `Inputs have incompatible shapes. Received shapes (28, 28, 32)
      and (28, 28, 64)`; `A 'Concatenate' layer requires inputs with matching
      shapes except for the concatenation axis`.
    - Keras 2: `Operands could not be broadcast together with shapes`, and the
      same sentence for `Concatenate`.
    """

    code = "KFX205"
    bad = """
        a = keras.Input((32,))
        b = keras.Input((64,))
        model = keras.Model([a, b], layers.Add()([a, b]))
    """
    good = """
        a = keras.Input((32,))
        b = keras.Input((64,))
        model = keras.Model([a, b], layers.Add()([layers.Dense(64)(a), b]))
    """
    sentence = "inputs of {subject} do not match: expected {expected}, got {actual}"
