"""Write the man page from what `kfix --help` is made of: `python scripts/man_page.py [PATH]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

from kfix.cli.help import DOCUMENTATION, EPILOG, GROUPS
from kfix.cli.main import command
from kfix.version import __version__

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "build" / "kfix.1"


def page() -> str:
    """Return the page in roff."""
    context = click.Context(command, info_name="kfix")
    summary, _, description = (command.help or "").partition("\n\n")
    parts = [
        f'.TH KFIX 1 "" "kfix {__version__}" "User Commands"',
        ".SH NAME",
        rf"kfix \- {text(summary[0].lower() + summary[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        r".B kfix",
        r"[\fIoption\fR ...] \fIPATH\fR ...",
        ".SH DESCRIPTION",
        text(" ".join(description.split())),
        ".SH OPTIONS",
        *options(context),
        *epilog(),
        ".SH SEE ALSO",
        text(DOCUMENTATION),
    ]
    return "\n".join(parts) + "\n"


def options(context: click.Context) -> Iterator[str]:
    """Yield the options, one group after another."""
    for group in GROUPS:
        yield f".SS {text(group)}"
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context)
            if record is not None and getattr(parameter, "group", GROUPS[-1]) == group:
                name, said = record
                yield from (".TP", rf"\fB{text(name)}\fR", text(said))


def epilog() -> Iterator[str]:
    """Yield the examples and the exit codes."""
    for title, rows in EPILOG:
        yield f".SH {text(title).upper()}"
        for name, said in rows:
            yield from (".TP", rf"\fB{text(name)}\fR", text(said))


def text(given: str) -> str:
    """Return a text as roff prints it: nothing in it is a request or an escape."""
    escaped = given.replace("\\", r"\e").replace("-", r"\-").replace("…", "...")
    if escaped.startswith((".", "'")):
        return r"\&" + escaped
    return escaped


def main() -> None:
    """Write the page."""
    path = Path(*sys.argv[1:2] or [PAGE])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
