"""KFX504."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class DeclaredShape(Finding):
    """A layer declares another output shape than its `call` returns.

    Keras believes `compute_output_shape` of a class and `output_shape` of a `Lambda` while it
    builds a model, so that the layers behind get weights for a shape that never comes. Without
    the declaration Keras 3 infers the shape from `call`.

    What Keras says:

    - Keras 3: `Input 0 of layer "dense" is incompatible with the layer: expected axis -1 of input
      shape to have value 24, but received input with shape (32, 12)`; `Matrix size-incompatible`.
    - Keras 2: `Matrix size-incompatible: In[0]: [32,12], In[1]: [24,5]`.
    """

    code = "KFX504"
    bad = """
        x = keras.Input((6, 8))
        y = layers.Lambda(lambda t: t[:, 0], output_shape=(6,))(x)
        model = keras.Model(x, layers.Dense(2)(y))
        model.predict(np.zeros((2, 6, 8)))
    """
    good = """
        x = keras.Input((6, 8))
        y = layers.Lambda(lambda t: t[:, 0])(x)
        model = keras.Model(x, layers.Dense(2)(y))
        model.predict(np.zeros((2, 6, 8)))
    """
    severity: Severity = "warning"
    stops = True
    sentence = "{subject} declares the output shape {actual}, and gives {expected} when it runs"
