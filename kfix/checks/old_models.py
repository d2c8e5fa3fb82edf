"""`Model(input=…, output=…)`, as Keras 1 had it: Keras 3 makes no such model."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.fault import Fault, Subject
from kfix.findings.old_argument import OldArgument
from kfix.model.graph import Model
from kfix.model.site import Site


class OldEnds(Fault):
    """Models that are made with the old names, the checked one or models in it."""

    models: list[Model]


def old_ends(subject: Subject) -> Iterator[OldEnds]:
    """Yield the model and those in it that are made with old names."""
    model = subject.model
    models = _with_old_ends(model)
    if subject.tracer.keras > 2 and models:
        yield OldEnds(_finding(model) if model.old_ends else None, models)


def _finding(model: Model) -> OldArgument:
    """Return the finding; Keras 3 says "Unrecognized keyword arguments passed to Model"."""
    names = [argument.keyword or "" for argument in model.old_ends]
    renames: tuple[tuple[str, str, object], ...] = tuple((name, f"{name}s", ...) for name in names)
    remarks = tuple(f"{name} is now {new}" for name, new, _ in renames)
    found = OldArgument("Model", actual=names, renames=renames, remarks=remarks)
    found.site = model.site
    return found


def _with_old_ends(model: Model) -> list[Model]:
    """Return the model and those in it that are made with old names, each definition once.

    Each model is looked into once: models that call one another twice would double.
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
