"""Which of the proven repairs of a model is applied."""

from __future__ import annotations

from kfix.edits.base import Repair
from kfix.engine.results import ModelResult, Proven, any_fails
from kfix.engine.settings import Misuse, Settings


def choose_repair(settings: Settings, model: ModelResult) -> None:
    """Mark the repair that is applied, if any, or remark why none is; raise `Misuse`."""
    if settings.pick is not None and model.repairs:
        _pick(settings.pick, model)
        return
    made = model.choices
    if not made:
        return
    if settings.review is not None:
        number = settings.review(model)
        if number is not None:
            model.repairs[number].applied = True
        return
    remark = _objection(settings, model, made[0].repair, _rival(made))
    if remark:
        model.remarks.append(remark)
    else:
        made[0].applied = True


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


def _objection(settings: Settings, model: ModelResult, first: Repair, second: Repair | None) -> str:
    """Return why the first repair is not applied by itself, "" if it is."""
    from kfix.repair.alternatives import leads

    weight = model.weight
    fails = any_fails(model.findings)
    # A person who declares the shape of a model that fails wants it, whatever the repair costs.
    if settings.unsafe or (weight == "declared" and fails):
        return ""
    if weight == "weak":
        return (
            "the program only suggests this shape: declare --target, "
            "or apply the first repair with --unsafe"
        )
    safe = first.safety == "safe" and leads(first, second)
    if safe and not _changes_much(model, first):
        return ""
    if not fails:
        return "no finding is an error: apply the repair with --unsafe"
    return _doubt(safe, second)


def _doubt(safe: bool, second: Repair | None) -> str:
    """Return why the first repair of an error is in doubt."""
    if safe:
        return (
            "much would change, and the labels may be wrong instead: apply the first with --unsafe"
        )
    if second is None:
        return "another output may be expected: apply the repair with --unsafe, or declare --target"
    return (
        "several repairs are equally good: choose with --pick N, or apply the first with --unsafe"
    )


def _changes_much(model: ModelResult, first: Repair) -> bool:
    """Return whether so much of a model that builds would change that the labels may be wrong."""
    from kfix.repair.prices import FAR

    builds = all(trace.refusal is None for trace in model.traces)
    return builds and model.weight in ("strong", "weak") and first.cost > FAR
