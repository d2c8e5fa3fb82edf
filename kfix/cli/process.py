"""How the process ends: its exit status, and one line where something went wrong."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

import click

from kfix.cli.errors import Wrong

USED_WRONGLY, INTERRUPTED = 2, 130
"""Exit statuses beside 0 and 1; a fault of kfix itself ends with 2 as well, never with 1."""

FAULT = "a fault of kfix itself"


def ended(command: click.Command) -> int:
    """Run the command and return its exit status.

    1 says that an error is left in a program, so nothing else may end with
    it: neither an exception of Python's, nor Ctrl-C, nor an output that is
    closed or full.
    """
    try:
        # On Windows click would expand `*`, `~` and `%NAME%`, which may stand in file names.
        command.main(prog_name="kfix", windows_expand_args=False, standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except click.ClickException as error:
        hint = "" if isinstance(error, Wrong) else "; kfix --help lists the options"
        message = error.format_message().rstrip(".").replace("No such", "no such", 1)
        return _reported(f"{message}{hint}", error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _reported("interrupted", INTERRUPTED)
    except Exception as error:
        if os.environ.get("KFIX_DEBUG"):
            raise
        name = type(error).__name__
        return _reported(f"{FAULT} ({name}: {error}); KFIX_DEBUG=1 shows where", USED_WRONGLY)
    return 0


def finished(run: Callable[[], int]) -> int:
    """Return the exit status of a run, 2 where its output cannot be written (click: 1)."""
    try:
        return run()
    except OSError as error:
        if not _is_output(error):
            raise
        return _reported(f"standard output: {(error.strerror or str(error)).lower()}", USED_WRONGLY)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block: between two renames it leaves half a repair."""
    noted: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    except ValueError:  # not the main thread, which alone is interrupted
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if noted:
        raise KeyboardInterrupt


def leave(status: int) -> NoReturn:
    """End the process without freeing its trees, which would cost a fifth of the time."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            status = max(status, USED_WRONGLY)
            if stream is sys.stdout and isinstance(error, OSError):
                _reported(f"standard output: {(error.strerror or str(error)).lower()}", status)
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    os._exit(status)


def _is_output(error: OSError) -> bool:
    """Return whether an error comes from writing to a stream: it names no file then."""
    written = (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF, errno.EINVAL)
    return error.filename is None and error.errno in written


def _reported(message: str, status: int) -> int:
    from kfix.report.style import remark, visible, width

    with contextlib.suppress(OSError, ValueError):
        click.echo(remark(f"error: {visible(message)}", width(sys.stderr)), err=True, nl=False)
    return status
