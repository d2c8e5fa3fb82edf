"""KFX608."""

from __future__ import annotations

from kfix.findings.base import Finding


class ListNotArray(Finding):
    """A Python list of numbers or of samples is passed where Keras expects arrays.

    `fit`, `evaluate` and `predict` of Keras 3 accept arrays, tensors, data frames
    and data sets. A list is one array for each input of the model, not one for
    each sample: `np.array(x)` makes one array of all the samples.

    Lists of token ids of different lengths, as `imdb.load_data` returns them, need
    padding first: `keras.utils.pad_sequences(x, maxlen=200)`.

    A list of numbers is a warning, since older versions accept it; no version accepts a list of
    arrays.

    What Keras says:

    - Keras 3: `Unrecognized data type: x=[10.0] (of type <class 'list'>)`; of a list of
      arrays `Data cardinality is ambiguous. Make sure all arrays contain the same number of
      samples`; of lists in an array `Invalid dtype: object`;
    - TensorFlow 2.2 to 2.15: `Failed to find data adapter that can handle input: (<class 'list'>
      containing values of types {"<class 'float'>"}), <class 'NoneType'>`, `Data cardinality is
      ambiguous`, or nothing, for lists of numbers;
    - Keras 2: `the list of Numpy arrays that you are passing to your model is not the size the
      model expected. Expected to see 1 array(s), but instead got the following list of 5910
      arrays`.
    """

    code = "KFX608"
    bad = """
        x = [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
        model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
        model.predict(x)
    """
    good = """
        x = [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
        model = keras.Sequential([layers.Input((2,)), layers.Dense(1)])
        model.predict(np.array(x))
    """
    otherwise = "a warning for a list of numbers"
    sentence = "`{subject}` expects arrays, got {actual}"
    keras = "Unrecognized data type"

    method: str = ""
    """The call that gives the list: "fit", "predict"."""
