"""The last line of a run, which counts, and `--statistics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from kfix.engine.results import FileResult, Found, ModelResult
from kfix.findings import Severity
from kfix.model.graph import Array
from kfix.model.site import Place
from kfix.model.unknown import Impossible, Unknown, any_unknown

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


_FIXED = {True: "fixed", False: "would be fixed"}
"""By whether files are written."""
_LEFT = {1: "left that fails"}
"""By how many are left."""
_NOTHING = {True: "nothing to fix", False: "no findings"}
"""By whether repairs were searched for."""


def last_line(results: Sequence[FileResult], writes: bool, searched: bool) -> str:
    """Return what was checked, found, fixed, and not known, in one line."""
    models = list(chain.from_iterable(result.models for result in results))
    severities = Counter(found.finding.severity for found in _findings(results))
    said = [plural(severities[kind], kind) for kind in filter(severities.get, _SEVERITIES)]
    failed = sum(result.error is not None for result in results)
    if not said and (models or not failed):
        said.append(_NOTHING[searched])
    unknown = sum(map(_is_unknown, models))
    if unknown:
        said.append(f"{plural(unknown, 'model')} of unknown output shape")
    sizes = sum(map(_has_unknown_sizes, models))
    if sizes:
        said.append(f"{plural(sizes, 'model')} with unknown sizes")
    calls = len({place for model_result in models for place in _unknown_calls(model_result)})
    if calls:
        said.append(f"{plural(calls, 'call')} with data of unknown shape")
    if failed:
        said.append(f"{plural(failed, 'file')} not processed")
    line = f"{plural(len(results), 'file')}, {plural(len(models), 'model')}: {', '.join(said)}"
    if searched:
        line = "; ".join(filter(None, [line, _outcome(models, writes)]))
    elif any(model_result.left for model_result in models):
        line += "; repairs: --diff"
    return line


def _outcome(models: Sequence[ModelResult], writes: bool) -> str:
    """Return how many errors and warnings are fixed, fixable, and left; "" where none is."""
    counts: Counter[str] = Counter()
    for model_result in models:
        problems = len(model_result.problems)
        if model_result.applied is None and model_result.choices:
            counts["fixable"] += problems
            continue
        if model_result.applied is not None:
            counts["fixed"] += max(problems - len(model_result.applied.left), 0)
        elif model_result.fixed_along:
            counts["fixed"] += problems
        counts["left"] += model_result.left
    clauses = {
        "fixed": _FIXED[writes],
        "fixable": "fixable with --pick or --unsafe",
        "left": _LEFT.get(counts["left"], "left that fail"),
    }
    return ", ".join(f"{counts[kind]:,} {clauses[kind]}" for kind in filter(counts.get, clauses))


def _is_unknown(model_result: ModelResult) -> bool:
    """Return whether kfix cannot infer the output shape of a model that Keras does not refuse."""
    trace = model_result.trace
    return trace.refusal is None and any_unknown(trace.outputs)


def _has_unknown_sizes(model_result: ModelResult) -> bool:
    """Return whether a dim of an input or output of a model is not known, but for the batch."""
    trace = model_result.trace
    shapes = [shape for shape in (*trace.inputs, *trace.outputs) if isinstance(shape, tuple)]
    return any(any_unknown(shape[1:]) for shape in shapes)


def _unknown_calls(model_result: ModelResult) -> Iterator[Place]:
    """Yield the calls of `fit` and its like whose data or labels have a shape that is not known."""
    for fit, place in model_result.fits:
        if any(map(_is_open, (fit.x_data, fit.y_data))):
            yield place


def _is_open(data: object) -> bool:
    """Return whether the shape of an array is not known, but for the number of samples.

    Data that no run makes has an error of its own.
    """
    match data:
        case (Unknown() as unknown) | Array(shape=Unknown() as unknown):
            return not any(isinstance(reason, Impossible) for reason in unknown.chain())
        case Array(shape=tuple() as shape):
            return any_unknown(shape[1:])
    return False


def plural(number: int, noun: str) -> str:
    """Return "1 file" or "2 files"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"


def statistics(results: Sequence[FileResult]) -> str:
    """Return how often each code was found, the most frequent first."""
    counts = Counter((found.finding.code, found.finding.name()) for found in _findings(results))
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{number:>6}  {code}  {name}\n" for (code, name), number in rows)


def _findings(results: Sequence[FileResult]) -> Iterator[Found]:
    return chain.from_iterable(result.findings for result in results)
