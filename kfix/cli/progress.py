"""A line on the terminal that says how far a run over many files is; it is gone at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import IO

from kfix.engine.results import FileResult

_DELAY, _PAUSE = 1.0, 0.1
"""Seconds before the line first appears, and between two changes of it."""


class Progress:
    """Shown on standard error where that is a terminal, and nowhere else."""

    def __init__(self, wanted: bool) -> None:
        stream = sys.stderr
        self._stream: IO[str] | None = None
        if wanted and stream is not None and stream.isatty():
            self._stream = stream
        self._next = time.monotonic() + _DELAY
        self._shown = 0

    def update(self, results: Sequence[FileResult]) -> None:
        """Say how many files are done, and what was found in them so far."""
        now = time.monotonic()
        if self._stream is None or now < self._next:
            return
        self._next = now + _PAUSE
        models = [model_result for result in results for model_result in result.models]
        faults = sum(
            bool(found.finding.fails) for model_result in models for found in model_result.findings
        )
        text = f"{len(results):,} files, {len(models):,} models, {faults:,} errors"
        self._stream.write(f"\r{text:<{self._shown}}")
        self._stream.flush()
        self._shown = len(text)

    def end(self) -> None:
        """Take the line away."""
        if self._stream is not None and self._shown:
            self._stream.write(f"\r{' ' * self._shown}\r")
            self._stream.flush()
