"""What every finding has: fields that are data; `kfix.report` makes a sentence of them."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal, dataclass_transform

from kfix.findings.data import Datum, written
from kfix.model.site import Site

Severity = Literal["error", "warning", "note"]


@dataclass_transform(eq_default=False)
class _WithFields(Exception):
    """An exception whose constructor takes the annotations of its class, as a dataclass does.

    Type checkers take it for a dataclass. It costs no generated `__init__` for each of forty
    classes.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        own = vars(cls).get("__annotations__", {})
        cls.fields += tuple(
            name
            for name, kind in own.items()
            if not str(kind).startswith("ClassVar") and name not in cls.fields
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        if len(args) > len(self.fields) or not kwargs.keys() <= set(self.fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.fields)}")
        self.__dict__.update(zip(self.fields, args, strict=False))
        self.__dict__.update(kwargs)


class Finding(_WithFields):
    """Something that kfix has found out about a layer, a model or a call of it.

    A finding is also what a shape rule raises to refuse: it then stands for
    Keras's own refusal. `subject` is the layer's class or the model's name.
    `expected` and `actual` are data: a shape, a rank, a number, a name, or a
    noun phrase where there is nothing better ("a positive integer"). A class
    adds the fields that it needs. `site` is set by whoever knows it.

    `sentence` is the template that `kfix.report.sentences` fills, `keras` what
    Keras 3 itself says, up to where its text goes on with values of the
    program; "" where Keras says nothing.
    """

    code: ClassVar[str]
    bad: ClassVar[str] = ""
    """A program that has the finding; behind the imports of `numpy`, `keras` and its `layers`."""
    good: ClassVar[str] = ""
    """The same program without it, which Keras accepts."""
    sentence: ClassVar[str] = "{subject}: expected {expected}, got {actual}"
    keras: ClassVar[str] = ""
    otherwise: ClassVar[str] = ""
    """When it has another severity than its class says: "a warning where …"."""
    stops: ClassVar[bool] = False
    """Whether the model never runs though Keras builds it: it is repaired as if it were refused."""

    subject: str = ""
    expected: Datum = ""
    actual: Datum = ""
    severity: Severity = "error"
    site: Site | None = None

    @classmethod
    def name(cls) -> str:
        """Return the class name in kebab case: `RankMismatch` is `rank-mismatch`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def fails(self) -> bool:
        """Whether a run that leaves this finding fails."""
        return self.severity == "error"

    @property
    def template(self) -> str:
        """The template of its sentence; a class of several sentences chooses one by its fields."""
        return self.sentence

    @property
    def facts(self) -> tuple[str, ...]:
        """Its data as text, but for its place: two findings with the same facts say the same."""
        return tuple(
            written(getattr(self, name)) for name in self.fields if name not in ("site", "severity")
        )

    def __str__(self) -> str:
        """Return its data in one line, for a log or as the reason of an unknown."""
        expected, actual = written(self.expected), written(self.actual)
        return f"{self.subject} is refused ({self.code}: expected {expected}, got {actual})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.facts}"


class OfData(Finding):
    """A finding of the data that a call gives to a model, or to one of its inputs."""

    method: str = ""
    """The call that gives the data: "fit", "predict"."""
    input: str = ""
    """The name or the number of the input, where the model has several."""

    @property
    def template(self) -> str:
        """The template of its sentence, about the model or about one of its inputs."""
        return "input {input} of " * bool(self.input) + self.sentence
