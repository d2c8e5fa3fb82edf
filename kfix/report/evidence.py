"""The error of a run in words: what it means, what it states, and what became of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kfix.engine.results import Evidence, EvidenceStatus
from kfix.evidence.reading import Error
from kfix.report import style


def conclusion(evidence: Evidence) -> str:
    """Return in one sentence what became of an error."""
    error = evidence.error
    return _CONCLUSIONS[evidence.status].format(
        line=error.line,
        log=evidence.log,
        about="" if error.row is None else error.row.other,
        place="the source" if evidence.place is None else evidence.place.where,
    )


_CONCLUSIONS: dict[EvidenceStatus, str] = {
    "used": "The source does not say so: it is known from the error, line {line} of {log}.",
    "confirmed": "The source says the same: the error confirms it.",
    "contradicted": "The source says something else, so the error is not used. Was it edited?",
    "explained": "kfix finds no edit for it in the source.",
    "edited": "The source differs from the traceback at {place}, so the error is not used.",
    "other": "The error is about {about}: nothing is edited because of it.",
    "unknown": "kfix does not know this error: nothing is edited because of it.",
}


def lines(evidence: Evidence, path: str, width: int, quiet: bool) -> list[str]:
    """Return what is said of an error above the findings of a file."""
    error = evidence.error
    place = f"{path}:{evidence.place.line}" if evidence.place is not None else path
    if evidence.place is not None and evidence.place.cell is not None:
        place = str(evidence.place).rpartition(":")[0].replace(" ", style.NO_BREAK)
    head = f"{place}: evidence: line {error.line} of {evidence.log}: {_said(error)}"
    found = style.wrapped(style.visible(head), width, "    ")
    if quiet:
        return found
    if evidence.status not in ("other", "unknown") and error.row is not None:
        found += style.wrapped(f"  It means: {error.row.means}", width, "    ")
    if evidence.facts:
        found += style.wrapped(f"  It states: {'; '.join(evidence.facts)}", width, "    ")
    if evidence.against:
        found += style.wrapped(
            f"  Against the source: {'; '.join(evidence.against)}", width, "    "
        )
    if evidence.status == "explained" and error.row is not None:
        found += style.wrapped(f"  Usual causes: {error.row.causes}", width, "    ")
    found += style.wrapped(f"  {conclusion(evidence)}", width, "    ")
    return found


def explanation(error: Error | None, width: int) -> str:
    """Return what an error means and what usually causes it, for a log without a program."""
    if error is None:
        return "The log has no error that kfix can find.\n"
    return "\n".join(_explained(error, width)) + "\n"


def _explained(error: Error, width: int) -> Iterator[str]:
    yield from style.wrapped(style.visible(f"Line {error.line}: {_said(error)}"), width, "    ")
    row = error.row
    if row is None:
        yield from style.wrapped(
            "kfix does not know this error. It knows those that Keras gives for shapes, labels "
            "and arguments: docs/errors.md.",
            width,
            "",
        )
        return
    yield ""
    yield from style.wrapped(f"It means: {row.means}", width, "    ")
    yield from style.wrapped(
        f"Usual causes: {row.causes}" if row.codes else f"Look at: {row.causes}", width, "    "
    )
    frame = next((one for one in reversed(error.frames) if "site-packages" not in one.path), None)
    if frame is not None and frame.line is not None:
        where = frame.path or f"cell In[{frame.cell}]"
        code = f": {frame.code}" if frame.code else ""
        yield from style.wrapped(
            style.visible(f"Raised at: {where}, line {frame.line}{code}"), width, "    "
        )
    if row.codes:
        yield from style.wrapped(f"See: kfix --explain {','.join(row.codes)}", width, "    ")
        if frame is not None and frame.path:
            yield from style.wrapped(
                style.visible(
                    f"To look for the fault in the program: kfix {frame.path} --error LOG"
                ),
                width,
                "    ",
            )


def entry(error: Error | None) -> dict[str, Any] | None:
    """Return what an error is and means, for JSON; `None` without one."""
    if error is None:
        return None
    told: dict[str, Any] = {
        "log_line": error.line,
        "type": error.type,
        "message": error.message,
        "name": None,
        "means": None,
        "causes": None,
        "codes": [],
    }
    row = error.row
    if row is not None:
        told |= {"name": row.name, "means": row.means, "causes": row.causes}
        told["codes"] = list(row.codes)
    return told


def _said(error: Error) -> str:
    """Return the type and the message of an error."""
    message = error.message.removeprefix(f"{error.type}: ")
    if not error.type:
        return message
    return f"{error.type}: {message}".strip(": ")
