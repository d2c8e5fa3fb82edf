"""`Model(input=…, output=…)`, as Keras 1 had it: Keras 3 makes no such model."""

from __future__ import annotations

from kfix.edits.base import Edit
from kfix.edits.rename_argument import RenameArgument
from kfix.findings.old_argument import OldArgument
from kfix.model.code import Slot
from kfix.model.graph import Model
from kfix.model.site import Site


def finding(model: Model) -> OldArgument:
    """What Keras 3 has against them: "Unrecognized keyword arguments passed to Model"."""
    names = [argument.keyword or "" for argument in model.old_ends]
    renames: tuple[tuple[str, str, object], ...] = tuple((name, f"{name}s", ...) for name in names)
    remarks = tuple(f"{name} is now {new}" for name, new, _ in renames)
    found = OldArgument("Model", actual=names, renames=renames, remarks=remarks)
    found.site = model.site
    return found


def old_models(model: Model) -> list[Model]:
    """The model and those in it that are made with old names, each definition once.

    Each model is looked into once, however often it is called: models that call one another twice would double.
    """
    found: dict[Site, Model] = {}
    seen = {model.uid}
    waiting = [model]
    while waiting:
        one = waiting.pop()
        if one.old_ends:
            found.setdefault(one.site, one)
        for node in one.nodes:
            inner = node.layer.model
            if inner is not None and inner.uid not in seen:
                seen.add(inner.uid)
                waiting.append(inner)
    return list(found.values())


def cure(models: list[Model]) -> tuple[Edit, ...]:
    """The names as they are now; none where an argument has no place of its own to be written at."""
    old = [(model.site, argument) for model in models for argument in model.old_ends]
    if any(argument.site is None for _, argument in old):
        return ()
    names = [(Slot(site, argument.site), argument.keyword or "") for site, argument in old]
    return tuple(RenameArgument(slot, name, f"{name}s") for slot, name in names)
