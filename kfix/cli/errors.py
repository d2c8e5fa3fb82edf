"""What is said where the command is used wrongly."""

from __future__ import annotations

from typing import IO, Any

import click


class Wrong(click.UsageError):
    """The command is used wrongly: one line that says how, without the usage."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        from kfix.report.style import visible

        click.echo(f"error: {visible(self.format_message())}", file=file, err=file is None)
