"""What every finding has: fields, not sentences; the sentence is rendered once, from the fields."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from kfix.model.site import Site

Severity = Literal["error", "warning", "note"]


class Finding(Exception):
    """Something that kfix has to say about a layer or a model.

    A finding is also what a shape rule raises to refuse: it then stands for
    Keras's own refusal. `subject` is the layer's class or the model's name,
    `expected`, `actual` and `hint` are short texts ("rank 4", "(None, 10)"),
    empty where there is nothing to say. `site` is set by whoever knows it.
    """

    code: ClassVar[str]
    severity: Severity = "error"
    stops: ClassVar[bool] = False
    """Can the model never run, though Keras builds it? Then it is mended as if it were refused."""
    sentence: ClassVar[str] = "{subject}: expected {expected}, got {actual}"

    def __init__(
        self, subject: str = "", expected: str = "", actual: str = "", hint: str = ""
    ) -> None:
        super().__init__()
        self.subject = subject
        self.expected = expected
        self.actual = actual
        self.hint = hint
        self.site: Site | None = None

    @classmethod
    def name(cls) -> str:
        """The class name in kebab case: `RankMismatch` is `rank-mismatch`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def fails(self) -> bool:
        """Is a run with this finding left no success?"""
        return self.severity == "error"

    @property
    def message(self) -> str:
        """One line for a person."""
        return self.sentence.format(
            subject=self.subject, expected=self.expected, actual=self.actual, hint=self.hint
        )

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"
