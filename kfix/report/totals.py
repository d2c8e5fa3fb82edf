"""The last line of a run, which counts, and `--statistics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kfix.engine.results import FileResult, Found, ModelResult
from kfix.findings import Severity, finding_class
from kfix.model.unknown import Unknown

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


_FIXED = {True: "fixed", False: "would be fixed"}
"""By whether files are written."""
_LEFT = {1: "left that fails"}
"""By how many are left."""
_NOTHING = {True: "nothing to fix", False: "no findings"}
"""By whether repairs were searched for."""


def last_line(results: Sequence[FileResult], writes: bool, searched: bool) -> str:
    """Return what was checked, found, fixed, and not known, in one line."""
    models = [model_result for result in results for model_result in result.models]
    severities = Counter(found.finding.severity for found in _findings(results))
    said = [plural(severities[kind], kind) for kind in _SEVERITIES if severities[kind]]
    failed = sum(result.error is not None for result in results)
    if not said and (models or not failed):
        said.append(_NOTHING[searched])
    unknown = sum(map(_is_unknown, models))
    if unknown:
        said.append(f"{plural(unknown, 'model')} of unknown output shape")
    if failed:
        said.append(f"{plural(failed, 'file')} not processed")
    line = f"{plural(len(results), 'file')}, {plural(len(models), 'model')}: {', '.join(said)}"
    if searched:
        line = "; ".join([line, *_outcome(models, writes)])
    return line


def _outcome(models: Sequence[ModelResult], writes: bool) -> list[str]:
    """Return how many errors and warnings are fixed, fixable, and left: one clause, or none."""
    counts: Counter[str] = Counter()
    for model_result in models:
        problems = [found for found in model_result.findings if found.finding.severity != "note"]
        if model_result.applied is not None:
            counts["fixed"] += max(len(problems) - len(model_result.applied.left), 0)
        elif model_result.fixed_along:
            counts["fixed"] += len(problems)
        elif any(not proven.advice for proven in model_result.repairs):
            counts["fixable"] += len(problems)
        counts["left"] += model_result.left
    clauses = {
        "fixed": _FIXED[writes],
        "fixable": "fixable with --pick or --unsafe",
        "left": _LEFT.get(counts["left"], "left that fail"),
    }
    said = [f"{counts[kind]:,} {words}" for kind, words in clauses.items() if counts[kind]]
    if not said:
        return []
    return [", ".join(said)]


def _is_unknown(model_result: ModelResult) -> bool:
    """Return whether kfix cannot infer the output shape of a model that Keras does not refuse."""
    trace = model_result.trace
    return trace.refusal is None and any(isinstance(output, Unknown) for output in trace.outputs)


def plural(number: int, noun: str) -> str:
    """Return "1 file" or "2 files"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"


def statistics(results: Sequence[FileResult]) -> str:
    """Return how often each code was found, the most frequent first."""
    counts = Counter(found.finding.code for found in _findings(results))
    lines = []
    for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        cls = finding_class(code)
        lines.append(f"{number:>6}  {code}  {cls.name() if cls is not None else ''}\n")
    return "".join(lines)


def _findings(results: Sequence[FileResult]) -> Iterator[Found]:
    return (
        found
        for result in results
        for model_result in result.models
        for found in model_result.findings
    )
