"""What a run of kfix found and did: the nouns between the pipeline and the reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Literal

from kfix.model.record import Value

if TYPE_CHECKING:
    from kfix.edits.base import Edit, Repair
    from kfix.evidence.reading import Error
    from kfix.findings import Finding
    from kfix.model.graph import Model
    from kfix.model.program import Fit, Program
    from kfix.model.site import Place, Site
    from kfix.model.target import Target
    from kfix.model.unknown import Unknown
    from kfix.shapes import Trace, Tracer


class Group(Value):
    """The models that one definition made, with their traces."""

    models: list[Model]
    traces: list[Trace]
    nested: bool

    @property
    def called(self) -> bool:
        """Whether it is a call on data, not a definition."""
        return self.models[0].called

    @property
    def uids(self) -> frozenset[int]:
        """The models by uid."""
        return frozenset(model.uid for model in self.models)

    @property
    def refused(self) -> bool:
        """Whether Keras refuses one of the models."""
        return any(trace.refusal is not None for trace in self.traces)

    @property
    def outermost(self) -> bool:
        """Whether it is a model that is not part of another."""
        return not (self.nested or self.called)


class Reading(Value):
    """One reading of one program."""

    program: Program
    tracer: Tracer
    groups: list[Group]

    @property
    def traces(self) -> Iterator[Trace]:
        """The traces of all models, in the order of the program."""
        return chain.from_iterable(group.traces for group in self.groups)

    def traces_of(self, uid: int) -> list[Trace]:
        """Return the trace of a model as a list, an empty one where the model is not there."""
        return [trace for trace in self.traces if trace.model.uid == uid]


@dataclass(repr=False, eq=False)
class Found:
    """A finding with its place; `log_line` is the line of the error that it is known from."""

    finding: Finding
    place: Place
    log_line: int | None = None


def any_fails(found: Iterable[Found]) -> bool:
    """Return whether a run that leaves these findings fails."""
    return any(one.finding.fails for one in found)


@dataclass(repr=False, eq=False)
class Spelled:
    """An edit with its place in the file as it was, and its words in the user's spelling."""

    edit: Edit
    place: Place
    text: str


@dataclass(repr=False, eq=False)
class Proven:
    """A repair whose rewritten text was read and traced again.

    `files` are the new bytes by path, `diff` the unified diff of all of them,
    `traces` what the model's instances are then. `verified` is what real Keras
    said, `None` when it was not asked.
    """

    repair: Repair
    edits: list[Spelled]
    files: dict[str, bytes]
    diff: str
    traces: list[Trace]
    applied: bool = False
    verified: bool | None = None
    originals: dict[str, bytes] = field(default_factory=dict)
    """The files as they were before this repair, by path."""
    warnings: list[str] = field(default_factory=list)
    """What no longer goes with the repaired model: saved weights, the last activation, the loss."""
    left: list[str] = field(default_factory=list)
    """The codes of what the data has against the model still, for want of an edit."""

    @property
    def of_data(self) -> bool:
        """Whether it changes the data of the model."""
        return self.repair.in_data or any(spelled.edit.reach == "data" for spelled in self.edits)

    @property
    def advice(self) -> bool:
        """Whether it is a suggestion, without edits."""
        return not self.files


@dataclass(repr=False, eq=False)
class ModelResult:
    """One definition of a model: its instances, findings and repairs, the first choice first."""

    models: list[Model]
    traces: list[Trace]
    place: Place
    nested: bool
    findings: list[Found] = field(default_factory=list)
    wanted: Mapping[int, Target] = field(default_factory=dict)
    """What is wanted of the outputs, by their numbers."""
    asked: Place | None = None
    """Where the program says so, if it is the program."""
    repairs: list[Proven] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What a person should know: which limit stopped the search, the nearest thing reached."""
    places: dict[Site, Place] = field(default_factory=dict)
    """Where the layers are, and what led to an unknown of theirs."""
    fixed_along: bool = False
    """Whether the repair of an earlier model fixed this one too."""
    fits: list[tuple[Fit, Place]] = field(default_factory=list)
    """The data that it was given, in the order of the program."""

    @property
    def model(self) -> Model:
        """The first instance."""
        return self.models[0]

    @property
    def trace(self) -> Trace:
        """The first instance's trace."""
        return self.traces[0]

    @property
    def target(self) -> Target | None:
        """What is wanted of the first output that something is wanted of."""
        return next(iter(self.wanted.values()), None)

    @property
    def weight(self) -> str:
        """How much the first target weighs: "declared", "strong", "weak", "" without any."""
        return next((target.weight for target in self.wanted.values()), "")

    @property
    def problems(self) -> list[Found]:
        """The errors and warnings."""
        return [found for found in self.findings if found.finding.severity != "note"]

    @property
    def choices(self) -> list[Proven]:
        """The repairs with edits: suggestions are left out."""
        return [proven for proven in self.repairs if not proven.advice]

    @property
    def applied(self) -> Proven | None:
        """The repair that was made."""
        return next((repair for repair in self.repairs if repair.applied), None)

    @property
    def left(self) -> int:
        """How many errors are left; a declared target that is missed is one."""
        if self.applied is not None:
            return len(self.applied.left)
        if self.fixed_along:
            return 0
        return sum(found.finding.fails for found in self.findings)


EvidenceStatus = Literal[
    "used", "confirmed", "contradicted", "explained", "edited", "other", "unknown"
]
"""What became of an error: its facts were used; the source was enough; the source says something
else; it is only explained; the source was edited since; it is about something else; the table does
not have it."""


@dataclass(repr=False, eq=False)
class Evidence:
    """The error of a run of the program, and what it says of it.

    `facts` are the shapes that it states, in words; `against` those that the source contradicts.
    """

    error: Error
    status: EvidenceStatus
    place: Place | None = None
    facts: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    log: str = "the log"
    """Where the error stands: the log, or the output of a cell."""
    left_open: str = ""
    """What the error leaves open, so that a repair is shown and not made."""


@dataclass(repr=False, eq=False)
class FileResult:
    """One file: `error` when it could not be read or used; `files` what it and others become."""

    path: str
    data: bytes = b""
    error: str | None = None
    error_place: Place | None = None
    """Where the error is, if it is at a place."""
    models: list[ModelResult] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    originals: dict[str, bytes] = field(default_factory=dict)
    diff: str = ""
    notes: list[str] = field(default_factory=list)
    policy: str | Unknown | None = None
    """The dtype policy that the program sets for its layers."""
    limits: list[tuple[str, Place | None]] = field(default_factory=list)
    """The budgets that were hit while it was read, each with the first place."""
    texts: dict[tuple[str, int | None], str] = field(default_factory=dict)
    """The programs that the findings are in, by path and cell."""

    evidence: Evidence | None = None
    """The error that the run was given."""

    @property
    def findings(self) -> Iterator[Found]:
        """The findings of all models."""
        return chain.from_iterable(model.findings for model in self.models)

    @property
    def changed(self) -> bool:
        """Whether the run changes this file (or another through it)."""
        return bool(self.files)
