"""Imports and calls of older versions of Keras, and what they are called in Keras 3."""
