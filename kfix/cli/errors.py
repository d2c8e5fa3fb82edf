"""What is said where the command is used wrongly."""

from __future__ import annotations

import sys
from typing import IO, Any

import click


class Wrong(click.UsageError):
    """The command is used wrongly: one sentence that says how, without the usage."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence in lines that fit the terminal."""
        from kfix.report.style import remark, visible, width

        text = visible(f"error: {self.format_message()}")
        stream = file or sys.stderr
        click.echo(remark(text, width(stream)), file=stream, nl=False)
