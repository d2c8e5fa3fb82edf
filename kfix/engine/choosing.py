"""Which of the proven repairs of a model is applied."""

from __future__ import annotations

from kfix.edits.base import Repair
from kfix.engine.results import ModelResult, Proven, any_fails
from kfix.engine.settings import Misuse, Settings
from kfix.model.deciding import Row, always, decide
from kfix.model.record import Record


def choose_repair(settings: Settings, model: ModelResult) -> None:
    """Mark the repair that is applied, if any, or remark why none is; raise `Misuse`."""
    made = model.choices
    if settings.pick is not None and model.repairs:
        _pick(settings.pick, model)
    elif made and settings.review is not None:
        number = settings.review(model)
        if number is not None:
            model.repairs[number].applied = True
    elif made:
        remark = decide(_OBJECTIONS, _Choice(settings, model, made[0].repair, _rival(made)))
        made[0].applied = not remark
        model.remarks.extend(filter(None, [remark]))


def _pick(number: int, model: ModelResult) -> None:
    """Mark the repair that `--pick` names; raise `Misuse`."""
    if number > len(model.repairs):
        count = len(model.repairs)
        there = f"are {count} repairs"
        if count == 1:
            there = "is 1 repair"
        raise Misuse(f"--pick {number}: there {there} only")
    chosen = model.repairs[number - 1]
    if not chosen.files:
        raise Misuse(f"--pick {number} is a suggestion without edits: {chosen.repair.why}")
    chosen.applied = True


def _rival(made: list[Proven]) -> Repair | None:
    """Return the second repair.

    Another way in the data is always shown, and does not compete with what the model or `compile`
    can do.
    """
    first, *others = made
    rivals = [proven for proven in others if not proven.of_data]
    if not rivals and first.of_data:
        rivals = others
    if not rivals:
        return None
    return rivals[0].repair


class _Choice(Record):
    """The first repair of a model, which is applied if nothing speaks against it."""

    settings: Settings
    model: ModelResult
    first: Repair
    second: Repair | None

    def is_asked_for(self) -> bool:
        """Return whether the first repair is to be applied whatever speaks against it."""
        return self.settings.unsafe

    def is_declared(self) -> bool:
        """Return whether a person declares the shape of the model."""
        return self.model.weight == "declared"

    def is_suggested(self) -> bool:
        """Return whether the program only suggests the shape."""
        return self.model.weight == "weak"

    def is_error(self) -> bool:
        """Return whether a finding is an error."""
        return any_fails(self.model.findings)

    def is_no_error(self) -> bool:
        """Return whether no finding is an error."""
        return not self.is_error()

    def is_safe(self) -> bool:
        """Return whether the repair is safe, and no other is as good."""
        from kfix.repair.alternatives import leads

        return self.first.safety == "safe" and leads(self.first, self.second)

    def is_small(self) -> bool:
        """Return whether little would change, or nothing builds as it is, or no shape is meant.

        Where much would change of a model that builds, the labels may be wrong.
        """
        from kfix.repair.prices import FAR

        refused = any(trace.refusal is not None for trace in self.model.traces)
        return self.first.cost <= FAR or refused or self.model.weight not in ("strong", "weak")

    def is_only_one(self) -> bool:
        """Return whether it is the only repair."""
        return self.second is None


_OBJECTIONS: tuple[Row[_Choice, str], ...] = (
    Row((_Choice.is_asked_for,), always("")),
    # A person who declares the shape of a model that fails wants it, whatever the repair costs.
    Row((_Choice.is_declared, _Choice.is_error), always("")),
    Row(
        (_Choice.is_suggested,),
        always(
            "the program only suggests this shape: declare --target, "
            "or apply the first repair with --unsafe"
        ),
    ),
    Row((_Choice.is_safe, _Choice.is_small), always("")),
    Row((_Choice.is_no_error,), always("no finding is an error: apply the repair with --unsafe")),
    Row(
        (_Choice.is_safe,),
        always(
            "much would change, and the labels may be wrong instead: apply the first with --unsafe"
        ),
    ),
    Row(
        (_Choice.is_only_one,),
        always(
            "another output may be expected: apply the repair with --unsafe, or declare --target"
        ),
    ),
    Row(
        (),
        always(
            "several repairs are equally good: choose with --pick N, "
            "or apply the first with --unsafe"
        ),
    ),
)
"""Why the first repair is not applied by itself, "" if it is."""
