"""Recurrent layers, their cells and wrappers, as in Keras's own `layers/rnn`."""

from __future__ import annotations

from kfix.shapes.rules.rnn import cells, conv_lstm, recurrent, wrappers

__all__ = ["cells", "conv_lstm", "recurrent", "wrappers"]
