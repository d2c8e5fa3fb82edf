"""KFX613."""

from __future__ import annotations

from kfix.findings.base import Finding


class TrainingRefused(Finding):
    """Keras refuses an argument of `compile`, `fit`, `evaluate`, `predict` or a call of their kind.

    Losses, metrics and optimizers have to be known by name. Several outputs take one loss and one
    entry of `metrics` for each, in a list, or in a dictionary by the names of the output layers;
    labels come in the structure of the outputs. `class_weight` is a dictionary, for one output
    only. `sample_weight` is an array with one weight for each sample, and a data set or a
    generator has its weights in its elements. The other findings on data report shapes.

    What Keras says:

    - Keras 3: `Could not interpret loss identifier: mean_square_error`; `Could not interpret
      optimizer identifier`; `Expected keys ['a', 'b'] in loss dict`; `Invalid 'metrics'. 'metrics'
      should contain metrics objects and either be a dict or a list matching the output names`;
      `'loss_weights' must match the number of losses`; `y_true and y_pred have different
      structures`; `You must call 'compile()' before using the model`; `No loss to compute`;
      `got an unexpected keyword argument`.
    - Keras 2: `Unknown loss function: mean_square_error`; `Unknown optimizer`; `Found unexpected
      losses or metrics that do not correspond to any Model output`.
    """

    code = "KFX613"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mean_square_error")
        model.fit(np.zeros((64, 8)), np.zeros((64, 1)))
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mean_squared_error")
        model.fit(np.zeros((64, 8)), np.zeros((64, 1)))
    """
    sentence = "{method} of `{subject}` refuses {argument}: expected {expected}, got {actual}"

    method: str = ""
    """The call: "compile", "fit", "evaluate"."""
    argument: str = ""
    """The argument that is refused, in words."""
    advice: str = ""
    """What to write instead, where that is known."""
