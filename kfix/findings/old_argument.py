"""KFX304."""

from __future__ import annotations

from kfix.findings.base import Finding


class OldArgument(Finding):
    """An argument has a name of Keras 1 or 2 that Keras 3 does not accept.

    What Keras says:

    - Keras 3: `Unrecognized keyword arguments passed to Dense: {'output_dim': 64}`.
    - Keras 2: `Keyword argument not understood: output_dim`.

    With `--keras 2` the old names are valid.
    """

    code = "KFX304"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(output_dim=4)])
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(units=4)])
    """
    sentence = "{subject} of Keras 3 has no argument {actual:names}"
    keras = "Unrecognized keyword arguments passed to {subject}"

    renames: tuple[tuple[str, str, object], ...] = ()
    """The old keyword, the new one ("" where the argument goes), the new value (`...`: the same).
    """
    remarks: tuple[str, ...] = ()
    """What becomes of each, in a few words."""
