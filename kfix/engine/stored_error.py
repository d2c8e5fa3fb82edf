"""The traceback that a notebook holds in the output of a cell: the error of its last run."""

from __future__ import annotations

import json
from typing import Any

from kfix.model.record import Value
from kfix.model.site import cell_name

MARKS = (b'"traceback"', b'"ename"')
"""What a notebook has that holds the error of a cell."""


class Stored(Value):
    """The text of a traceback, and the cell in whose output it stands, in words."""

    text: str
    where: str


def stored_error(path: str, data: bytes) -> Stored | None:
    """Return the last error in the outputs of a notebook, `None` where there is none."""
    # A notebook may hold megabytes of images: it is decoded only where it can hold an error.
    if not path.endswith(".ipynb") or not all(mark in data for mark in MARKS):
        return None
    try:
        cells = json.loads(data)["cells"]
        errors = [(number, _error_of(cell)) for number, cell in enumerate(cells)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    for number, text in reversed(errors):
        if text:
            return Stored(text, f"the output of {cell_name(number)}")
    return None


def _error_of(cell: Any) -> str:
    """Return the traceback in the outputs of a cell, "" where it has none; raise for no cell."""
    outputs = [one for one in cell.get("outputs") or () if one.get("output_type") == "error"]
    if not outputs:
        return ""
    text = "\n".join(map(str, outputs[-1].get("traceback") or ()))
    message = str(outputs[-1].get("evalue", ""))
    if message[:40] in text:
        return text
    return f"{text}\n{outputs[-1].get('ename', '')}: {message}"
