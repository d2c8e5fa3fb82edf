"""What the API returns: typed and frozen, without anything of kfix's insides in their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kfix.engine.pipeline import CRASH
from kfix.engine.results import FileResult
from kfix.findings import Severity
from kfix.model.graph import ModelKind
from kfix.model.site import Place
from kfix.report.changes import Change
from kfix.shapes import show

Shape = tuple[int | str | None, ...] | None
"""A shape with the batch first: `None` is a variable dim, `"?"` one that kfix cannot infer.
`None` in the place of a shape says that nothing of it is known."""

Target = str | int | Sequence[int | None] | Mapping[str, "str | int | Sequence[int | None]"]
"""The expected output shape, as `--target` takes it (`"28,28,1"`, `"input"`), as a number or as
a sequence of dims without the batch; of several outputs by their names."""


def shape_text(shapes: Sequence[Shape]) -> str:
    """Return shapes as Keras prints them, in brackets where they are several; `?` is unknown."""
    texts = ["?" if shape is None else show(shape) for shape in shapes]
    if len(texts) == 1:
        return texts[0]
    return f"[{', '.join(texts)}]"


def count_text(params: int | None) -> str:
    """Return a number of parameters in words, `?` where it is unknown."""
    if params is None:
        return "? parameters"
    return f"{params:,} parameter{'s' * (params != 1)}"


class Error(Exception):
    """A program cannot be read, or an argument does not go with it.

    `place` is where, or `None` where it is the file as a whole.
    """

    def __init__(self, message: str, path: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.place = place

    @property
    def fault(self) -> bool:
        """Whether it is a fault of kfix itself, and nothing is known of the program."""
        return CRASH in self.message


@dataclass(frozen=True)
class Related:
    """Another place that a finding is about, and what is there."""

    place: Place
    text: str


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or looks wrong; the fields are those of docs/json.md."""

    code: str
    name: str
    severity: Severity
    message: str
    hint: str
    expected: str
    actual: str
    place: Place
    fails: bool
    """Whether a run that leaves it fails: an error, or a missed target."""
    url: str
    """Where the code is documented."""
    related: tuple[Related, ...]
    """Where the target or the data comes from, and the model that it is about."""


@dataclass(frozen=True)
class Edit:
    """One edit of a repair in words."""

    kind: str
    place: Place
    text: str


@dataclass(frozen=True)
class Repair:
    """Edits that were proven to fix a model; a suggestion has none."""

    edits: tuple[Edit, ...]
    changes: Mapping[str, tuple[Change, ...]]
    """What an editor applies, by path; in a notebook to its JSON."""
    cells: Mapping[str, Mapping[int, tuple[Change, ...]]]
    """What an editor applies to the cells of notebooks, by path and 0-based number of the cell."""
    output_shapes: tuple[Shape, ...]
    params: int | None
    """The number of parameters of the repaired model, `None` where it is unknown."""
    safety: str
    """"safe", "unsafe" or "display" (a suggestion without edits)."""
    why: str
    warnings: tuple[str, ...]
    applied: bool
    diff: str


@dataclass(frozen=True)
class LayerCall:
    """One call of a layer, of a nested model or of an operation in a model."""

    name: str
    """The class as Keras names it."""
    place: Place
    """Where the layer is put into the model: the element of a list, the call on a tensor."""
    made: Place
    """Where the layer itself is made; the same place in a Sequential."""
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    status: Literal["known", "unknown", "refused", "after-refusal"]
    params: int | None
    operation: bool
    """Whether it is an operation on tensors, which Keras's `summary()` does not count as a layer.
    """
    unknown: tuple[Related, ...]
    """Why the output shape is not known, the nearest reason first."""
    _why: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)

    @property
    def why(self) -> tuple[str, ...]:
        """Where each axis of the output comes from, with the values of this call."""
        return self._why()


@dataclass(frozen=True)
class Model:
    """One definition of a model, before any repair."""

    name: str
    function: str
    kind: ModelKind
    place: Place
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    params: int | None
    layers: int
    """How many layers it has without Inputs and operations, each shared one once."""
    findings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    remarks: tuple[str, ...]
    _calls: Callable[[], tuple[LayerCall, ...]] = field(repr=False, compare=False)

    @property
    def calls(self) -> tuple[LayerCall, ...]:
        """The calls of its layers in order, those inside layers of the program included."""
        return self._calls()


@dataclass(frozen=True)
class Report:
    """What kfix says of one program."""

    path: str
    models: tuple[Model, ...]
    notes: tuple[str, ...]
    _result: FileResult = field(repr=False, compare=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all models, in the order of the source."""
        return tuple(found for model in self.models for found in model.findings)

    @property
    def ok(self) -> bool:
        """Whether nothing is left that fails."""
        return not any(model_result.left for model_result in self._result.models)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as docs/json.md describes a file."""
        from kfix.report.formats.json import file_entry

        return file_entry(self._result)

    def as_text(self, width: int = 80, *, writes: bool = False) -> str:
        """Return the report as the command prints it, without the diff and without colours.

        `writes` says whether the repairs are written, or only shown.
        """
        import click

        from kfix.report.text import Look
        from kfix.report.text import Report as Text

        return click.unstyle(Text(Look(width, writes=writes)).file(self._result))


@dataclass(frozen=True)
class Fixed(Report):
    """A program and what kfix makes of it."""

    text: str
    """The program, fixed as far as it could be."""
    diff: str
    repairs: tuple[Repair, ...]
    """The repairs that were made."""

    @property
    def changed(self) -> bool:
        """Whether the program, or another file that it imports, is another one now."""
        return self._result.changed

    @property
    def files(self) -> Mapping[str, bytes]:
        """The new bytes of every file that changes, by path."""
        return self._result.files

    @property
    def originals(self) -> Mapping[str, bytes]:
        """The bytes as they were of every file that changes, by path."""
        return self._result.originals

    @property
    def changes(self) -> Mapping[str, tuple[Change, ...]]:
        """What an editor applies to get there, by path; in a notebook to its JSON."""
        from kfix.report.changes import changes

        originals = self._result.originals
        return {path: tuple(changes(originals[path], data)) for path, data in self.files.items()}

    @property
    def cells(self) -> Mapping[str, Mapping[int, tuple[Change, ...]]]:
        """What an editor applies to cells of notebooks, by path and 0-based number."""
        from kfix.report.changes import cell_changes

        originals = self._result.originals
        return {
            path: cell_changes(originals[path], data)
            for path, data in self.files.items()
            if path.endswith(".ipynb")
        }


@dataclass(frozen=True)
class Summary:
    """The models of a program, and the text that Keras's `summary()` would print of each."""

    path: str
    models: tuple[Model, ...]
    text: str
