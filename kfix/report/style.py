"""Colour, where it is wanted."""

from __future__ import annotations

import os
from typing import IO

import click


def wants_colour(choice: str, stream: IO[str] | None) -> bool:
    """`always` and `never` decide; else NO_COLOR, FORCE_COLOR, and whether `stream` (`None`: closed) is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def severity(text: str, name: str) -> str:
    """Text in the colour of a severity."""
    return click.style(
        text, fg={"error": "red", "warning": "yellow"}.get(name, "cyan"), bold=name == "error"
    )


def diff(text: str) -> str:
    """A unified diff with its lines in colour."""
    return "".join(map(_diff_line, text.splitlines(keepends=True)))


def _diff_line(line: str) -> str:
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    if body.startswith(("+++", "---")):
        return click.style(body, bold=True) + end
    if body.startswith("@@"):
        return click.style(body, fg="cyan") + end
    if body.startswith("+"):
        return click.style(body, fg="green") + end
    if body.startswith("-"):
        return click.style(body, fg="red") + end
    return line
