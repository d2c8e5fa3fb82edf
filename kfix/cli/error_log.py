"""`--error`: the log of a run that failed, read from a file or from standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from kfix.cli.errors import Wrong
from kfix.cli.path_arguments import STDIN

MOST_BYTES = 1_000_000
"""Bytes of a log that are read, from its end."""


def read_log(name: str, paths: Sequence[str]) -> str:
    """Return the end of a log; raise `Wrong` where it cannot be read."""
    if name == STDIN:
        if STDIN in paths:
            raise Wrong("--error - and the path - both read standard input")
        if sys.stdin is None:
            raise Wrong("standard input is closed")
        return sys.stdin.buffer.read()[-MOST_BYTES:].decode("utf-8", "replace")
    try:
        if not os.path.isfile(name):
            raise Wrong(f"--error {name}: {_why_not(name)}")
        with open(name, "rb") as file:
            file.seek(max(0, os.path.getsize(name) - MOST_BYTES))
            data = file.read(MOST_BYTES)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Wrong(f"--error {name}: {why}") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what PowerShell writes
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def _why_not(name: str) -> str:
    if os.path.exists(name):
        return "not a regular file"
    return "no such file"


def explain_alone(options: dict[str, Any]) -> int:
    """Print what the error of a log means; return the exit status."""
    from kfix.evidence.reading import read_error
    from kfix.report import evidence, style

    error = read_error(read_log(options["error"], ()))
    if options["output_format"] == "json":
        import json

        click.echo(json.dumps({"version": 1, "evidence": evidence.entry(error)}, indent=2))
    else:
        click.echo(evidence.explanation(error, style.width(sys.stdout)), nl=False)
    return int(error is None)
