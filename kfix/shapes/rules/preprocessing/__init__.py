"""Preprocessing layers, as in Keras's own `layers/preprocessing`."""

from __future__ import annotations

from kfix.shapes.rules.preprocessing import audio, categories, images, lookup, numbers

__all__ = ["audio", "categories", "images", "lookup", "numbers"]
