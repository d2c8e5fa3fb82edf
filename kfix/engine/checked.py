"""A model with its findings: whether it is reported, and whether it is to be repaired."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from kfix.engine.diagnosis import met, unknown_target_output
from kfix.engine.results import Found, Group, ModelResult, Reading, any_fails
from kfix.engine.settings import Settings
from kfix.model.deciding import Row, always, any_holds, decide
from kfix.model.record import Record

if TYPE_CHECKING:
    from kfix.checks.expectations import Expectations


class Fate(Enum):
    """What becomes of a model: two of them are remarks for a person."""

    REPAIRED = "repaired"
    WAITS = "without a repair of its own"
    SUPPRESSED = "a comment suppresses an error: nothing is edited"
    CONTRADICTED = "cannot fix: another call of the model has data of another shape"


class Checked(Record):
    """The models of one definition with their findings, before any repair."""

    group: Group
    reading: Reading
    model: ModelResult
    expectations: Expectations
    settings: Settings
    hidden: list[Found]
    """The findings that comments suppress."""

    @property
    def fate(self) -> Fate:
        """What becomes of the model."""
        return decide(_FATES, self) or Fate.REPAIRED

    # --- facts ----------------------------------------------------------------------------------

    def is_reported_elsewhere(self) -> bool:
        """Return whether it is a call that is not refused itself: the called model is."""
        if not self.group.called:
            return False
        traced = ((trace, node) for trace in self.group.traces for node in trace.model.nodes)
        called = (
            node.layer.model for trace, node in traced if trace.nodes[node.id].status == "refused"
        )
        inner = next(filter(None, called), None)
        is_right = inner is None or self.reading.tracer.trace(inner).refusal is None
        return not any_fails(self.model.findings) or not is_right

    def is_only_reported(self) -> bool:
        """Return whether nothing is to be repaired."""
        return not self.settings.search

    def is_inside(self) -> bool:
        """Return whether it is a part of another model, and not chosen itself."""
        return self.group.nested and not (self.model.wanted and self.settings.narrows)

    def is_right(self) -> bool:
        """Return whether there is nothing to fix, as far as is known."""
        return not any_holds(_FAULTS, self)

    def has_trouble(self) -> bool:
        """Return whether a model is refused, or never runs."""
        return any(trace.trouble is not None for trace in self.group.traces)

    def has_wrong_data(self) -> bool:
        """Return whether a finding is about data or calls."""
        return any(found.finding.code.startswith("KFX6") for found in self.model.findings)

    def has_remedies(self) -> bool:
        """Return whether a fault of data or calls has an edit beside those of the model."""
        if not self.expectations.faults:
            return False
        from kfix.repair.data.repairs import remedies_of

        remedies = remedies_of(self.expectations)
        return remedies.proposal is not None or bool(remedies.accompanying)

    def misses_target(self) -> bool:
        """Return whether an output is known not to be as expected."""
        traces, wanted = self.group.traces, self.model.wanted
        return not met(traces, wanted) and unknown_target_output(traces, wanted) is None

    def is_suppressed(self) -> bool:
        """Return whether a comment suppresses an error."""
        return any_fails(self.hidden)

    def is_contradicted(self) -> bool:
        """Return whether other calls of a called model have data of other shapes."""
        from kfix.checks.called_models import contradicted

        program, tracer = self.reading.program, self.reading.tracer
        models = self.group.models * self.group.called
        return any(contradicted(model, program, tracer) for model in models)


_FAULTS = (
    Checked.has_trouble,
    Checked.has_wrong_data,
    Checked.has_remedies,
    Checked.misses_target,
)
"""What there is to fix of a model."""

_FATES: tuple[Row[Checked, Fate], ...] = (
    Row((Checked.is_only_reported,), always(Fate.WAITS)),
    Row((Checked.is_inside,), always(Fate.WAITS)),
    Row((Checked.is_right,), always(Fate.WAITS)),
    Row((Checked.is_suppressed,), always(Fate.SUPPRESSED)),
    Row((Checked.is_contradicted,), always(Fate.CONTRADICTED)),
)
"""Why a model is not repaired."""
