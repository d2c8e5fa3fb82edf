"""Gym: what its environments are told with stands beside those of Gymnasium."""

from kfix.source.library import gymnasium as _gymnasium  # noqa: F401  (registers both)
