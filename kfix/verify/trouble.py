"""What keeps kfix from asking Keras."""

from __future__ import annotations


class NoKeras(Exception):
    """The interpreter has no Keras; the message is one line that says how to get it."""
