"""Recurrent layers, as in Keras's own `layers/rnn`: the layers, their cells, and the two wrappers."""

from __future__ import annotations

from kfix.shapes.rules.rnn import cells, conv_lstm, recurrent, wrappers

__all__ = ["cells", "conv_lstm", "recurrent", "wrappers"]
