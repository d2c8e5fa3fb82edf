"""What a judgement of a call ends with: a refusal, or that it is not known."""

from __future__ import annotations


class Refused(Exception):
    """Keras refuses a call: which argument, what is expected of it and what it is."""

    def __init__(self, argument: str, expected: str, actual: str, advice: str = "") -> None:
        super().__init__(argument, expected, actual)
        self.argument = argument
        self.expected = expected
        self.actual = actual
        self.advice = advice


class NotKnown(Exception):
    """A value decides that is not known."""
