"""The cells that a kernel has run, as one program."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Protocol

from kfix.model.record import Value

MAGIC = re.compile(r"\s*%%kfix\b[^\n]*\n?")


class History(Protocol):
    """What is used of the history of a shell."""

    input_hist_raw: list[str]


class Failed(Value):
    """The error that ended a cell: its execution count, and the error as a notebook keeps it."""

    number: int
    output: Mapping[str, object]


class Ran(Value):
    """One cell that was run: its execution count, its text, and the error that ended it."""

    number: int
    text: str
    outputs: tuple[Mapping[str, object], ...] = ()


class Cells:
    """The cells in the order in which they ran, one that was run again at its last place only."""

    def __init__(self) -> None:
        self._ids: dict[int, str] = {}
        self.failed: Failed | None = None
        """The error of the last cell, `None` where it ran to its end."""

    def note(self, number: int, cell: str | None) -> None:
        """Note the identifier of the cell with this execution count, where the client sends it."""
        if cell is not None:
            self._ids[number] = cell

    def ran(self, history: History) -> list[Ran]:
        """Return the cells that were run, without those under `%%kfix`, which were not."""
        last = {cell: number for number, cell in self._ids.items()}
        return [
            Ran(number, text, self._outputs(number))
            for number, text in enumerate(history.input_hist_raw)
            if number and text.strip() and last.get(self._ids.get(number, ""), number) == number
            if not MAGIC.match(text)
        ]

    def _outputs(self, number: int) -> tuple[Mapping[str, object], ...]:
        """Return the error of a cell, where it is that of the last one."""
        return tuple(one.output for one in filter(None, [self.failed]) if one.number == number)


def notebook(cells: list[Ran]) -> bytes:
    """Return the cells as a notebook."""
    written = [
        {
            "cell_type": "code",
            "source": cell.text,
            "execution_count": cell.number,
            "outputs": cell.outputs,
        }
        for cell in cells
    ]
    return json.dumps({"cells": written, "nbformat": 4, "nbformat_minor": 5}).encode()


def path() -> str:
    """Return the path that the program goes by, in the folder of the kernel."""
    return os.path.join(os.getcwd(), "notebook.ipynb")


def texts(notebook: str) -> list[str]:
    """Return the texts of the cells of a notebook that was made here."""
    return [cell["source"] for cell in json.loads(notebook)["cells"]]
