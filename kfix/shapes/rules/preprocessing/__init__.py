"""Preprocessing layers, as in Keras's own `layers/preprocessing`: images, numbers, categories and text, sound."""

from __future__ import annotations

from kfix.shapes.rules.preprocessing import categories, images, lookup, numbers

__all__ = ["categories", "images", "lookup", "numbers"]
