"""What a program expects of one model: the target of each output, and the faults of its data."""

from __future__ import annotations

from kfix.checks.fault import Fault, Subject
from kfix.findings import Finding
from kfix.model.target import Target


class Expectations:
    """What the program expects of one model.

    `wanted` are the targets by output; `refused` says that Keras refuses the labels of a call,
    `silent` that the program says nothing of the model.
    """

    __slots__ = ("faults", "refused", "silent", "subject", "wanted")

    def __init__(self, subject: Subject, silent: bool = False) -> None:
        self.subject = subject
        self.silent = silent
        self.wanted: dict[int, Target] = {}
        self.faults: list[Fault] = []
        self.refused = False

    @property
    def findings(self) -> list[Finding]:
        """The findings of all faults."""
        return [fault.finding for fault in self.faults if fault.finding is not None]
