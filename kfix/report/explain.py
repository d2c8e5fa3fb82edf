"""`--explain`: the documentation of findings and of the kinds of edits."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from textwrap import indent

from kfix.findings import Finding, all_findings, finding_class
from kfix.findings.codes import unknown_code
from kfix.report import style

EVERYTHING, EDITS = "codes", "edits"
"""What `--explain` takes beside codes: the list of all codes, and the kinds of edits."""


def explain(what: str, width: int = 80) -> str:
    """Return the documentation of the codes or names in `what`, at most `width` columns wide.

    Raises `ValueError` for one that there is not.
    """
    if what.lower() == EVERYTHING:
        return _list(width)
    if what.lower() == EDITS:
        return _edits(width)
    return "\n\n".join(_one(code, width) for code in what.replace(",", " ").split())


def _one(code: str, width: int) -> str:
    cls = finding_class(code)
    if cls is None:
        raise ValueError(unknown_code(code))
    title = style.wrapped(_title(cls), width, "  ")
    return "\n".join([*title, "", *_lines(documentation(cls), width)])


def documentation(cls: type[Finding]) -> str:
    """Return what a finding means, and a program that has it beside one that has not."""
    bad, good = (indent(inspect.cleandoc(program), "    ") for program in (cls.bad, cls.good))
    said = inspect.cleandoc(cls.__doc__ or "")
    return f"{said}\n\nAn example:\n\n{bad}\n\nWrite instead:\n\n{good}"


def _title(cls: type[Finding]) -> str:
    severities = "; ".join(filter(None, (cls.severity, cls.otherwise)))
    return f"{cls.code} {cls.name()} ({severities})"


def _lines(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a documentation, each paragraph and list item fitted to the width."""
    for block in text.split("\n\n"):
        points: list[list[str]] = []
        for line in block.splitlines():
            if not points or line.startswith(("- ", "    ")):
                points.append([])
            points[-1].append(line)
        for point in points:
            if point[0].startswith("    "):  # a program
                yield from point
                continue
            indent = "  " if point[0].startswith("- ") else ""
            yield from style.wrapped(" ".join(map(str.strip, point)), width, indent)
        yield ""


def _list(width: int) -> str:
    rows = []
    for code, cls in all_findings().items():
        # The first paragraph: a sentence may go on in the next line.
        title = " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].split())
        rows.append(f"{code}  {cls.severity:<7}  {cls.name()}")
        rows.extend(style.wrapped(f"    {title}", width, "    "))
    more = f"kfix --explain CODE documents one, kfix --explain {EDITS} the kinds of edits."
    rows.extend(["", *style.wrapped(more, width, "  ")])
    return "\n".join(rows)


def _edits(width: int) -> str:
    from kfix.edits import all_kinds

    rows = ["Kinds of edits, for --only and --never:"]
    for cls in all_kinds():
        # The first paragraph: a sentence may go on in the next line.
        title = " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].split())
        rows.append(f"  {cls.kind}")
        rows.extend(style.wrapped(f"      {title}", width, "      "))
    return "\n".join(rows)
