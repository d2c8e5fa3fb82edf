"""KFX306."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class OldImport(Finding):
    """An import names a module or a class of Keras 1 or 2 that Keras 3 does not have.

    It is a warning: the program may run with an older Keras; where the requirements of the project
    pin one, nothing is reported. Imports inside a `try` or an `if` are not reported. The import is
    rewritten for Keras 3 together with another repair of the file, or on request: `kfix FILE
    --select KFX306`.

    A function that `keras.backend` has no more is reported where it is used first: most of them are
    in `keras.ops`.

    What is not in `keras` but in `tensorflow.keras` (`ImageDataGenerator`, `Tokenizer`) is imported
    from there.

    What Keras says:

    - Keras 3: `No module named 'keras.layers.core'`; `cannot import name 'np_utils' from
      'keras.utils'`.
    - Keras 2: nothing, or `No module named 'keras.layers.core'` in the later ones.
    """

    code = "KFX306"
    bad = """
        from keras.layers.core import Dense
        model = keras.Sequential([layers.Input((8,)), Dense(4)])
    """
    good = """
        from keras.layers import Dense
        model = keras.Sequential([layers.Input((8,)), Dense(4)])
    """
    severity: Severity = "warning"
    sentence = "{subject} is not in Keras 3"

    names: tuple[str, ...] = ()
    """The names that a module lost which is still there; none where the module itself is gone."""
    moved: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By module: the names that are imported from there now."""
    successor: str = ""
    """The dotted name that takes the place of the whole module."""
    lost: tuple[str, ...] = ()
    """The names that Keras 3 has nowhere."""

    @property
    def template(self) -> str:
        """The sentence about the module, or about the names that it lost."""
        return "Keras 3 has no {names:names} in {subject}" if self.names else self.sentence
