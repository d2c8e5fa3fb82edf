"""The repairs of one model: searched for, proven, and one of them chosen."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kfix.edits.base import Repair
from kfix.engine.candidates import RepairCandidates
from kfix.engine.choosing import choose_repair
from kfix.engine.claim import Claim
from kfix.engine.diagnosis import met, unknown_output
from kfix.engine.proof import Read, prove
from kfix.engine.results import Group, ModelResult, Proven, Reading
from kfix.engine.settings import Settings
from kfix.model.record import replace
from kfix.model.target import Target
from kfix.project.project import Project
from kfix.shapes import show

if TYPE_CHECKING:
    from kfix.checks.expectations import Expectations
    from kfix.repair.search import Search

MOST_ALTERNATIVES = 3
MOST_PROOFS = 12
"""Candidates that are rewritten and read again for one model, whatever becomes of them."""

SUGGESTION_COST = 9.0
"""The cost of what kfix does not edit itself: more than any edit."""


class Broken(NamedTuple):
    """A model to repair: the number of its group in a reading, and what is known of it."""

    number: int
    model: ModelResult
    expectations: Expectations


class ModelRepair:
    """The search for the repairs of one model; who runs it proves what it asks for."""

    def __init__(
        self, project: Project, settings: Settings, reading: Reading, broken: Broken
    ) -> None:
        self.project = project
        self.settings = settings
        self.reading = reading
        self.index, self.model, self.expectations = broken
        self.group = reading.groups[self.index]
        self.expected = _expected(self.group, self.model.wanted)
        self.candidates = RepairCandidates(
            settings, reading, self.group, self.expected, self.expectations
        )

    def claims(self) -> Generator[Claim, Proven | None, None]:
        """Yield the candidates to prove; the proof that is sent back, if any, is kept."""
        model = self.model
        most = max(MOST_ALTERNATIVES, self.settings.pick or 0)
        for repair in _to_prove(self.candidates, model, most):
            is_settled = repair.in_data and not self._is_declared()
            proven = yield Claim(self.index, {} if is_settled else self.expected, repair)
            if proven is not None:
                if model.weight == "weak":
                    proven.repair = replace(proven.repair, safety="unsafe")
                model.repairs.append(proven)
                self.candidates.proven += 1

    def _is_declared(self) -> bool:
        """Return whether a person has declared the target: no other labels change it."""
        target = self.model.target
        return target is not None and target.weight == "declared"

    def choose(self) -> None:
        """Mark the repair to apply among those that were proven, and remark; raise `Misuse`."""
        model = self.model
        for proven in model.repairs[1:]:
            if proven.of_data:  # another choice, and never the only one
                proven.repair = replace(proven.repair, safety="unsafe")
        _remark(self.candidates, model, self.expectations, self.reading)
        _suggest(model, self.group, self.candidates.suggestions)
        choose_repair(self.settings, model)
        _remark_unknown(self.group, model)


def repair_model(repair: ModelRepair, read: Read) -> None:
    """Fill in the proven repairs of one model and mark the one to apply; raise `Misuse`."""
    claims = repair.claims()
    claim = next(claims, None)
    while claim is not None:
        proven = prove(repair.project, repair.reading, claim, read)
        claim = sent(claims, proven)
    repair.choose()


def sent(claims: Generator[Claim, Proven | None, None], proven: Proven | None) -> Claim | None:
    """Return the next candidate after the proof of the last, `None` if there is none."""
    try:
        return claims.send(proven)
    except StopIteration:
        return None


def _to_prove(candidates: RepairCandidates, model: ModelResult, most: int) -> Iterator[Repair]:
    """Yield the candidates that differ from the proven repairs, until there are enough of these."""
    from kfix.repair.alternatives import differs

    proofs = 0
    for repair in candidates:
        if any(not differs(repair, kept.repair) for kept in model.repairs):
            continue
        proofs += 1
        yield repair
        if len(model.repairs) >= most or proofs >= MOST_PROOFS:
            return


def _remark(
    candidates: RepairCandidates,
    model: ModelResult,
    expectations: Expectations,
    reading: Reading,
) -> None:
    """Add what a person should know of the search."""
    reasons = [proven.repair.why for proven in model.repairs if proven.repair.why]
    model.remarks.extend(
        remark for remark in candidates.remarks() if not any(map(remark.startswith, reasons))
    )
    if model.repairs:
        return
    contradiction = _contradiction(model, expectations, reading)
    if contradiction is not None:
        model.remarks.append(contradiction)
    elif candidates.search is not None:
        model.remarks.append(_no_repair(candidates.search))


def _remark_unknown(group: Group, model: ModelResult) -> None:
    """Add that the output of the repaired model is not known, where that is so."""
    applied = model.applied
    if applied is None or not model.wanted or met(applied.traces, model.wanted):
        return
    unknown = unknown_output(applied.traces)
    if unknown is None:
        return
    remark = "kfix cannot infer whether its output shape is the expected one: "
    if group.refused:
        remark = f"it builds now; {remark}"
    model.remarks.append(remark + unknown.reasons())


def _expected(group: Group, wanted: Mapping[int, Target]) -> Mapping[int, Target]:
    """Return what is expected of the outputs; sizes that are unknown are taken to be right."""
    trace = group.traces[0]
    if trace.refusal is not None:
        return wanted
    return {
        n: target.where_stated(trace.outputs[n]) if n < len(trace.outputs) else target
        for n, target in wanted.items()
    }


def _contradiction(model: ModelResult, expectations: Expectations, reading: Reading) -> str | None:
    """Return what is asked back where a declared target would break a call that works."""
    if model.weight != "declared":
        return None
    labels = next((one for one in expectations.wanted.values() if one.site is not None), None)
    if labels is None or labels.site is None or not met(model.traces, expectations.wanted):
        return None
    name = model.model.name or "the model"
    return (
        f"the target is taken for {name}, and {labels.source}, "
        f"{reading.program.place(labels.site).where}, "
        f"fit its output {show(model.trace.outputs[0])}: "
        "for another model, name that with --model"
    )


def _no_repair(search: Search) -> str:
    """Say that nothing was found, how many candidates were tried, and the nearest result."""
    tries = max(0, search.steps // max(1, len(search.models)) - 1)
    aim, nearest = "builds", ""
    if search.nearest is not None:
        aim, nearest = "reaches the expected shape", f"; the nearest result is {search.nearest}"
    remark = f"cannot fix: found no edit that {aim}"
    if search.stopped:
        remark += f" among the {tries} cheapest candidates that were tried"
    elif tries:
        remark += f" ({tries} {_CANDIDATES.get(tries, 'candidates')} tried)"
    return remark + nearest


_CANDIDATES = {1: "candidate"}


def _suggest(model: ModelResult, group: Group, suggestions: Sequence[str]) -> None:
    """Add what is better done in the data, behind the repairs."""
    trace = group.traces[0]
    for suggestion in suggestions:
        outputs = tuple(trace.outputs)
        repair = Repair((), outputs, trace.params, SUGGESTION_COST, "display", suggestion)
        model.repairs.append(Proven(repair, [], {}, "", list(group.traces)))
