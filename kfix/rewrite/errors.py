"""Why an edit could not be written."""

from __future__ import annotations


class CannotWrite(Exception):
    """The edit has no spelling at its place; `reason` is one clause for a person. The caller drops
    the candidate.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
