"""KFX606."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class LabelsBroadcast(Finding):
    """Outputs and labels have different shapes, and the loss broadcasts them.

    With `mse`, `mae` and the like, Keras broadcasts `(None, 1)` against labels
    of `(N, 4)`, and `(None, 4)` against `(N, 1)`, and trains without a warning.
    That is rarely intended, but it runs: nothing is edited without
    `--unsafe`. `--target`, or a comment `# kfix: target=4`, declares what is expected.
    """

    code = "KFX606"
    bad = """
        x, y = np.zeros((100, 8)), np.zeros((100, 4))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    good = """
        x, y = np.zeros((100, 8)), np.zeros((100, 4))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(4)])
        model.compile(loss="mse")
        model.fit(x, y)
    """
    severity: Severity = "warning"
    sentence = (
        "`{subject}` has output shape {actual}, but its labels have shape {expected} and are "
        "broadcast"
    )
