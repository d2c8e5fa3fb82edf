"""KFX503."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class InitialStates(Finding):
    """The initial states of a recurrent layer do not have its number of units.

    Keras builds such a model and refuses it on the first batch. The concatenated states of a
    `Bidirectional` of 64 units have 128 features: the decoder then needs 128 units. The full
    sequence of an encoder is not a state: without `return_sequences=True` it returns its last
    output. Where another model passes states to the same layer (a decoder for inference), its
    inputs change too.

    What Keras says:

    - Keras 3: `Exception encountered when calling LSTMCell.call(). Dimensions must be equal, but
      are 128 and 64 for ... MatMul`.
    - Keras 2: `An initial_state was passed that is not compatible with cell.state_size. Received
      state_spec=...; however cell.state_size is [64, 64]`.
    """

    code = "KFX503"
    bad = """
        x = keras.Input((10, 8))
        y, h, c = layers.LSTM(32, return_state=True)(x)
        model = keras.Model(x, layers.LSTM(64)(x, initial_state=[h, c]))
        model.predict(np.zeros((2, 10, 8)))
    """
    good = """
        x = keras.Input((10, 8))
        y, h, c = layers.LSTM(32, return_state=True)(x)
        model = keras.Model(x, layers.LSTM(32)(x, initial_state=[h, c]))
        model.predict(np.zeros((2, 10, 8)))
    """
    severity: Severity = "warning"
    stops = True
    sentence = "{subject} fails when it runs: expected initial states of {expected}, got {actual}"
    keras = "Exception encountered when calling {subject}Cell.call()."

    count: int = 0
    """How many states the layer takes, 0 where their number is right."""
    units: int = 0
    """The units that go with the states; 0 where they are not vectors."""
