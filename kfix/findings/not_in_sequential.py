"""KFX210."""

from __future__ import annotations

from kfix.findings.base import Finding


class NotInSequential(Finding):
    """A Sequential cannot contain this layer here.

    A Sequential passes one tensor from layer to layer. Keras refuses a merging layer, a
    layer with several outputs that is not the last one, a second `Input`, two layers of the
    same name, and objects that are not layers.

    What Keras says:

    - Keras 3: `Only instances of keras.Layer can be added to a Sequential model`; `All layers
      added to a Sequential model should have unique names`; `has already been configured to use
      input shape`; `A merge layer should be called on a list of inputs`.
    - Keras 2: `The added layer must be an instance of class Layer`; `All layers in a Sequential
      model should have a single output tensor. For multi-output layers, use the functional
      API`; `All layers added to a Sequential model should have unique names`.
    """

    code = "KFX210"
    bad = """
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(4),
            layers.Input((4,)),
            layers.Dense(2),
        ])
    """
    good = """
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(4),
            layers.Dense(2),
        ])
    """
    sentence = "{subject} cannot be in a Sequential here: expected {expected}, got {actual}"
