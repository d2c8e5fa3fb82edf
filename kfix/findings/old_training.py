"""KFX307."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class OldTraining(Finding):
    """Training uses a method or an argument of Keras 1 or 2 that Keras 3 does not have.

    `nb_epoch` is `epochs`, `fit_generator(generator)` is `fit(x)`, and `lr` of an optimizer is
    `learning_rate`. As with old imports (`KFX306`) it is a warning, and is written anew along with
    another repair, or with `--select KFX307`. `samples_per_epoch` counted samples where
    `steps_per_epoch` counts batches: that alone is reported.

    `K.set_image_dim_ordering("th")` is `K.set_image_data_format("channels_first")`.

    Other functions whose arguments have new names are reported, too (`load_data(nb_words=…)`), and
    methods of models that are gone (`predict_classes`, `reset_states`), names of files with an end
    that Keras 3 does not take, and keys of the history.

    What Keras says:

    - Keras 3: `fit() got an unexpected keyword argument 'nb_epoch'`; `'Sequential' object has no
      attribute 'fit_generator'`; `Argument(s) not recognized: {'lr': 0.01}`.
    - Keras 2: a warning, `The nb_epoch argument in fit has been renamed epochs`.
    """

    code = "KFX307"
    bad = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(np.zeros((4, 8)), np.zeros((4, 1)), nb_epoch=1)
    """
    good = """
        model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse")
        model.fit(np.zeros((4, 8)), np.zeros((4, 1)), epochs=1)
    """
    severity: Severity = "warning"
    sentence = "Keras 3 does not take {actual:names} in {subject}"

    successor: str = ""
    """What the method or function is called now."""
    renames: tuple[tuple[str, str], ...] = ()
    """Old names of arguments, and the new ones."""
    dropped: tuple[tuple[str, str], ...] = ()
    """Arguments that go, each with what takes their place ("" for nothing)."""
    counted: tuple[str, ...] = ()
    """Arguments that counted samples and whose successors count batches."""
