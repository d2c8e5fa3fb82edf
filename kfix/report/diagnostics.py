"""The findings of a run one after another, as the formats for other tools need them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.engine.results import FileResult, Found, ModelResult, Proven
from kfix.findings import Severity
from kfix.model.record import Value
from kfix.model.site import Place
from kfix.report.changes import Change, cell_changes, changes
from kfix.report.sentences import message

URL = "https://github.com/kfix-keras/kfix"
DOCUMENTATION = f"{URL}/blob/main/docs/findings.md"
FAILURE = "KFX000"
"""What stands for a code where a file could not be read or written."""


class Fix(Value):
    """A repair as edits of files: `changes` by path."""

    description: str
    changes: dict[str, list[Change]]
    applied: bool
    """Whether it was made and written."""


class Diagnostic(Value):
    """One finding, or one file that could not be read (`place` is `None` then)."""

    path: str
    place: Place | None
    code: str
    name: str
    severity: Severity
    message: str
    fixes: tuple[Fix, ...] = ()

    @property
    def message_in_file(self) -> str:
        """The message, behind the cell of a notebook: lines of a cell are not lines of the file."""
        if self.place is None or self.place.cell is None:
            return self.message
        return f"{self.place.where}: {self.message}"

    @property
    def url(self) -> str:
        """Where the finding is documented."""
        return url(self.code)


def url(code: str) -> str:
    """Return where a finding is documented."""
    return f"{DOCUMENTATION}#{code.lower()}"


def diagnostics(results: Sequence[FileResult], writes: bool = True) -> Iterator[Diagnostic]:
    """Yield every finding once, by file, the first error of a model with its fixes.

    `writes`: whether the applied repairs are written, or only shown.
    """
    seen: set[tuple[object, ...]] = set()
    for result in results:
        if result.error is not None:
            yield Diagnostic(result.path, None, FAILURE, "not-checked", "error", result.error)
        for model_result in result.models:
            fixes = _fixes(model_result, writes)
            for found in model_result.findings:
                finding = found.finding
                key = (found.place, finding.code, finding.facts)
                if key in seen:
                    continue
                seen.add(key)
                yield Diagnostic(
                    found.place.path,
                    found.place,
                    finding.code,
                    finding.name(),
                    finding.severity,
                    message(finding),
                    fixes.get(found, ()),
                )


def _fixes(model_result: ModelResult, writes: bool) -> dict[Found, tuple[Fix, ...]]:
    """Return the repairs of a model by the finding that they are shown with."""
    fixes = tuple(_fix(proven, writes) for proven in model_result.choices)
    failing = [found for found in model_result.findings if found.finding.fails]
    return dict.fromkeys([*failing, *model_result.findings][:1], fixes)


def _fix(proven: Proven, writes: bool) -> Fix:
    words = "; ".join(edit.text for edit in proven.edits)
    return Fix(words, proven_changes(proven), proven.applied and writes)


def proven_changes(proven: Proven) -> dict[str, list[Change]]:
    """Return the changes of a repair by path, against the texts that its diff is against."""
    return {path: changes(proven.originals[path], data) for path, data in proven.files.items()}


def proven_cells(proven: Proven) -> dict[str, dict[int, tuple[Change, ...]]]:
    """Return the changes of a repair in the cells of notebooks, by path and number of the cell."""
    return {
        path: cell_changes(proven.originals[path], data)
        for path, data in proven.files.items()
        if path.endswith(".ipynb")
    }
