"""KFX503."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class InitialStates(Finding):
    """A recurrent layer starts from states that are not of its units.

    Keras builds such a model and refuses it on the first batch. A Bidirectional of 64
    units gives states that are 128 numbers once both directions are joined: the decoder
    then needs 128 units. All the steps of an encoder are no state: it gives its last one
    without `return_sequences=True`. The inputs by which another model gives the same layer its states
    (a decoder that is run step by step) change with it.

    What Keras says:

    - Keras 3: `Exception encountered when calling LSTMCell.call(). Dimensions must be equal, but are 128 and 64
      for ... MatMul`.
    - Keras 2: `An initial_state was passed that is not compatible with cell.state_size. Received
      state_spec=...; however cell.state_size is [64, 64]`.
    """

    code = "KFX503"
    severity: Severity = "warning"
    stops = True
    sentence = "{subject} fails when it runs: expected initial states of {expected}, got {actual}"
    keras = "Exception encountered when calling {subject}Cell.call()."

    units: int = 0
    """The units that go with the states; 0 where they are not vectors."""
