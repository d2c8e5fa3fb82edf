"""KFX304."""

from __future__ import annotations

from kfix.findings.base import Finding


class OldArgument(Finding):
    """An argument has its name of Keras 1 or 2, which Keras 3 does not take any more.

    `renames` lists what to do about each: the old keyword, the new one ("" where
    the argument goes) and the new value (`...` where it stays the same).

    What Keras says:

    - Keras 3: `Unrecognized keyword arguments passed to Dense: {'output_dim': 64}`.
    - Keras 2: `Keyword argument not understood: output_dim`.

    With `--keras 2` the old names are taken as they were.
    """

    code = "KFX304"
    sentence = "{subject}: Keras 3 does not take {actual}: {expected}"

    def __init__(
        self,
        subject: str = "",
        expected: str = "",
        actual: str = "",
        hint: str = "",
        renames: tuple[tuple[str, str, object], ...] = (),
    ) -> None:
        super().__init__(subject, expected, actual, hint)
        self.renames = renames
