"""The last line of a run, which counts, and `--statistics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kfix.engine.results import FileResult, Found, ModelResult
from kfix.findings import Severity, finding_class
from kfix.model.unknown import Unknown

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def last_line(results: Sequence[FileResult], writes: bool, searched: bool) -> str:
    """Return what was checked, found, fixed, and not known, in one line."""
    models = [told for result in results for told in result.models]
    severities = Counter(found.finding.severity for found in _findings(results))
    said = [_count(severities[kind], kind) for kind in _SEVERITIES if severities[kind]]
    if not said:
        said.append("nothing to fix" if searched else "no findings")
    unknown = sum(map(_is_unknown, models))
    if unknown:
        said.append(f"{_count(unknown, 'model')} of unknown output shape")
    failed = sum(result.error is not None for result in results)
    if failed:
        said.append(f"{_count(failed, 'file')} not checked")
    line = f"{_count(len(results), 'file')}, {_count(len(models), 'model')}: {', '.join(said)}"
    outcome = _outcome(models, writes) if searched else []
    return f"{line}; {', '.join(outcome)}" if outcome else line


def _outcome(models: Sequence[ModelResult], writes: bool) -> list[str]:
    """How many of the errors and warnings are fixed, can be fixed on request, and are left."""
    fixed = fixable = 0
    for told in models:
        count = sum(found.finding.severity != "note" for found in told.findings)
        if told.applied is not None or told.mended_along:
            fixed += max(count - len(told.applied.left if told.applied else ()), 0)
        elif any(not proven.advice for proven in told.repairs):
            fixable += count
    left = sum(told.left for told in models)
    said = [f"{fixed:,} {'fixed' if writes else 'would be fixed'}"] if fixed else []
    said += [f"{fixable:,} fixable with --pick or --unsafe"] if fixable else []
    said += [_count(left, "error") + " left"] if left else []
    return said


def _is_unknown(told: ModelResult) -> bool:
    """Whether kfix cannot infer what a model gives, though Keras does not refuse it."""
    trace = told.trace
    return trace.refusal is None and any(isinstance(output, Unknown) for output in trace.outputs)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def statistics(results: Sequence[FileResult]) -> str:
    """Return how often each code was found, the most frequent first."""
    counts = Counter(found.finding.code for found in _findings(results))
    lines = []
    for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        cls = finding_class(code)
        lines.append(f"{number:>6}  {code}  {cls.name() if cls is not None else ''}\n")
    return "".join(lines)


def _findings(results: Sequence[FileResult]) -> Iterator[Found]:
    return (found for result in results for told in result.models for found in told.findings)
