"""What a second run of a file would still change joins the repairs of the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kfix.engine.results import FileResult, ModelResult, Proven
from kfix.engine.settings import Settings
from kfix.model.record import replace

MOST_RUNS = 4
"""Runs of one file, each on the repairs of those before. One that changes nothing is the last."""


def settles(settings: Settings) -> bool:
    """Return whether a run goes on until nothing changes.

    A place and the number of a repair are those of the file as it was, a person has seen that file
    alone, and the error of a run is about it.
    """
    once = settings.review, settings.pick, settings.observed, settings.error_text
    return not settings.places and once == (None,) * len(once)


def join(result: FileResult, later: FileResult) -> None:
    """Add the repairs of a later run to the models of a result; a model that is new joins them."""
    known = dict(_numbered(result.models))
    for name, model in _numbered(later.models):
        if model.applied is None:
            continue
        if name in known:
            _join_model(known[name], model, model.applied)
        else:
            result.models.append(model)


def _numbered(models: Iterable[ModelResult]) -> Iterator[tuple[tuple[object, ...], ModelResult]]:
    """Yield each model with its name, and its number among those of one name."""
    counts: Counter[tuple[object, ...]] = Counter()
    for result in models:
        name = result.model.name, result.model.loose
        counts[name] += 1
        yield (*name, counts[name]), result


def _join_model(model: ModelResult, later: ModelResult, then: Proven) -> None:
    """Make one repair of that of a model and a later one, or show the later one alone."""
    first = model.applied
    if first is None:
        model.repairs, model.remarks, model.fixed_along = later.repairs, later.remarks, False
        return
    first.repair = replace(
        then.repair,
        edits=(*first.repair.edits, *then.repair.edits),
        cost=first.repair.cost + then.repair.cost,
        safety=max(first.repair.safety, then.repair.safety),  # "unsafe" comes behind "safe"
        why=first.repair.why,
    )
    first.edits = [*first.edits, *then.edits]
    first.files = first.files | then.files
    first.originals = then.originals | first.originals
    first.diff = diff_of(first.originals, first.files)
    first.traces, first.left, first.warnings = then.traces, then.left, then.warnings


def diff_of(originals: dict[str, bytes], files: dict[str, bytes]) -> str:
    """Return the unified diff of several files."""
    from kfix.rewrite.diff import unified_diff

    return "".join(unified_diff(name, originals[name], data) for name, data in files.items())
