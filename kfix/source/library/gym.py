"""Gym: its environments are declared with those of Gymnasium."""

from kfix.source.library import gymnasium as _gymnasium  # noqa: F401  (registers both)
