"""The traceback that a notebook holds in the output of a cell: the error of its last run."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from kfix.model.site import cell_name

MARKS = (b'"traceback"', b'"ename"')
"""What a notebook has that holds the error of a cell."""


class Stored(NamedTuple):
    """The text of a traceback, and the cell in whose output it stands, in words."""

    text: str
    where: str


def stored_error(path: str, data: bytes) -> Stored | None:
    """Return the last error in the outputs of a notebook, `None` where there is none."""
    if not path.endswith(".ipynb") or not all(mark in data for mark in MARKS):
        return None
    try:
        cells = json.loads(data)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    for number in reversed(range(len(cells) if isinstance(cells, list) else 0)):
        text = _error_of(cells[number])
        if text:
            return Stored(text, f"the output of {cell_name(number)}")
    return None


def _error_of(cell: Any) -> str:
    """Return the traceback in the outputs of a cell, "" where it has none."""
    outputs = cell.get("outputs") if isinstance(cell, dict) else None
    for output in reversed(outputs if isinstance(outputs, list) else []):
        if isinstance(output, dict) and output.get("output_type") == "error":
            lines = output.get("traceback")
            text = "\n".join(map(str, lines if isinstance(lines, list) else [lines]))
            told = str(output.get("evalue", ""))
            return text if told[:40] in text else f"{text}\n{output.get('ename', '')}: {told}"
    return ""
