"""What a judgement of a call ends with: a refusal, or that it is not known."""

from __future__ import annotations

from kfix.model.record import Value


class Meant(Value):
    """A name that Keras does not know, and the nearest that it does."""

    written: str
    name: str
    is_sure: bool
    """Whether only case, blanks or underscores differ, or a letter or two."""


class Refused(Exception):
    """Keras refuses a call: which argument, what is expected of it and what it is.

    `form` is what makes of the argument, `{0}`, what Keras takes, or the function that does, ""
    where that is not known. `classes` is how many classes there are where labels have a greater
    one, `keys` are those of a dictionary that are the name of no output.
    """

    def __init__(  # noqa: PLR0913 - a record: one argument for each field
        self,
        argument: str,
        expected: str,
        actual: str,
        advice: str = "",
        *,
        form: str = "",
        classes: int | None = None,
        keys: tuple[str, ...] = (),
    ) -> None:
        super().__init__(argument, expected, actual)
        self.argument = argument
        self.expected = expected
        self.actual = actual
        self.advice = advice
        self.meant: Meant | None = None
        self.form = form
        self.classes = classes
        self.keys = keys

    def meaning(self, meant: Meant | None) -> Refused:
        """Return this refusal with the name that is meant, if any is."""
        if meant is not None:
            self.meant = meant
            self.advice = f"did you mean `{meant.name}`?"
        return self


class NotKnown(Exception):
    """A value decides that is not known."""
