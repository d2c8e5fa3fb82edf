"""The error of a run in words: what it means, what it states, and what became of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kfix.engine.results import Evidence, EvidenceStatus
from kfix.evidence.log import Frame
from kfix.evidence.reading import Error
from kfix.model.site import Place
from kfix.report import style


def conclusion(evidence: Evidence) -> str:
    """Return in one sentence what became of an error."""
    error = evidence.error
    return _CONCLUSIONS[evidence.status].format(
        line=error.line,
        log=evidence.log,
        about=error.about,
        place=_where(evidence.place),
    )


def _where(place: Place | None) -> str:
    if place is None:
        return "the source"
    return place.where


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
    head = f"{_at(evidence, path)}: evidence: line {error.line} of {evidence.log}: {_said(error)}"
    found = style.wrapped(style.visible(head), width, "    ")
    if quiet:
        return found
    said = {
        "It means": error.means,
        "It states": "; ".join(evidence.facts),
        "Against the source": "; ".join(evidence.against),
        "Usual causes": error.causes,
    }
    for label in filter(said.get, _LABELS[evidence.status]):
        found += style.wrapped(f"  {label}: {said[label]}", width, "    ")
    found += style.wrapped(f"  {conclusion(evidence)}", width, "    ")
    return found


_STATED = ("It states", "Against the source")
_LABELS: dict[EvidenceStatus, tuple[str, ...]] = {
    "used": ("It means", *_STATED),
    "confirmed": ("It means", *_STATED),
    "contradicted": ("It means", *_STATED),
    "explained": ("It means", *_STATED, "Usual causes"),
    "edited": ("It means", *_STATED),
    "other": _STATED,
    "unknown": _STATED,
}
"""What is said of an error by what became of it, in order."""


def _at(evidence: Evidence, path: str) -> str:
    """Return the place of an error; that of the file where no line of it is known."""
    place = evidence.place
    if place is None:
        return path
    if place.cell is None:
        return f"{path}:{place.line}"
    return str(place).rpartition(":")[0].replace(" ", style.NO_BREAK)


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
    yield from style.wrapped(f"{_CAUSES[bool(row.codes)]}: {row.causes}", width, "    ")
    own = (frame for frame in reversed(error.frames) if "site-packages" not in frame.path)
    frame = next(own, _NO_FRAME)
    if frame.line is not None:
        where = frame.path or f"cell In[{frame.cell}]"
        raised = f"Raised at: {where}, line {frame.line}: {frame.code}".removesuffix(": ")
        yield from style.wrapped(style.visible(raised), width, "    ")
    if row.codes:
        yield from style.wrapped(f"See: kfix --explain {','.join(row.codes)}", width, "    ")
    if row.codes and frame.path:
        look = f"To look for the fault in the program: kfix {frame.path} --error LOG"
        yield from style.wrapped(style.visible(look), width, "    ")


_NO_FRAME = Frame("", None, None, "", "", 0)
_CAUSES = {True: "Usual causes", False: "Look at"}
"""What the causes of an error are called, by whether kfix has findings for it."""


def entry(error: Error | None) -> dict[str, Any] | None:
    """Return what an error is and means, for JSON; `None` without one."""
    if error is None:
        return None
    entry: dict[str, Any] = {
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
        entry |= {"name": row.name, "means": row.means, "causes": row.causes}
        entry["codes"] = list(row.codes)
    return entry


def _said(error: Error) -> str:
    """Return the type and the message of an error."""
    message = error.message.removeprefix(f"{error.type}: ")
    if not error.type:
        return message
    return f"{error.type}: {message}".strip(": ")
