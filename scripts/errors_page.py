"""The page of the errors that kfix reads, from their table."""

from __future__ import annotations

from kfix.evidence.row import FIELDS, Row
from kfix.evidence.table import ROWS

HEAD = """\
# Errors that Keras gives

Made from the code by `make docs`. `kfix model.py --error LOG` reads the output of a run that failed
(`-` is standard input),
finds the error in it, and takes the shapes that it states as known where the source does not say
them:

    python train.py 2>&1 | kfix train.py --error -

`kfix --error LOG` alone explains the error. Only text is read: nothing in a log is run, and no path
in it is opened. Colours,
progress bars, notebooks' tracebacks, chained exceptions and wrapped or cut lines are understood;
of a long log the end is read.

What becomes of an error:

- The source leaves open what the error states: the shapes are taken as known, and the usual repairs
follow.
- The source says the same: the error confirms it.
- The source says something else, or has another text at the line of the traceback: the error is
shown, and not used.
- The error leaves a size open (a Flatten, poolings that round): if the repair depends on it, the
repairs are shown and none is made.
- The error is about something else: kfix says what, and edits nothing.
"""


def page() -> str:
    """Return the page: each error with its meaning, its causes and its texts; then the facts; then
    what is something else.
    """
    shapes = [row for row in ROWS if row.example]
    parts = [HEAD, "| error | means |", "|---|---|"]
    parts += [
        f"| [{row.name}](#{row.name}) | {', '.join(_links(row)) or row.other} |" for row in shapes
    ]
    for row in shapes:
        parts += ["", f"## {row.name}", "", "```text", row.example, "```", "", row.means, ""]
        parts += [f"Usual causes: {row.causes}", "", f"Example from {row.era}; {_wordings(row)}."]
        if row.codes:
            parts[-1] += f" Findings: {', '.join(_links(row))}."
    parts += ["", "## What the texts state", "", "| fact | is |", "|---|---|"]
    parts += [f"| `{name}` | {meaning} |" for name, (_, meaning) in FIELDS.items()]
    parts += ["", "## Something else", "", "| error | is about | look at |", "|---|---|---|"]
    parts += [f"| {row.name} | {row.other} | {row.causes} |" for row in ROWS if not row.example]
    return "\n".join(parts) + "\n"


def _links(row: Row) -> list[str]:
    return [f"[{code}](findings.md#{code.lower()})" for code in row.codes]


def _wordings(row: Row) -> str:
    count = len(row.texts)
    return "one wording is known" if count == 1 else f"{count} wordings are known"
