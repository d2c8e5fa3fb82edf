"""Read files, and no more of them than a program can be."""

from __future__ import annotations

import os
import stat

MOST_BYTES = 50_000_000
"""A larger file is not read: notebooks with their images are smaller, programs much smaller."""


class FileTrouble(Exception):
    """A file could not be read or written; the message is one line for a person."""


def read_bytes(path: str, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes; raise `FileTrouble`.

    The file is looked at before it is opened: one that is larger than `most`
    bytes is not read, and a pipe or a device is never opened, for that alone
    may wait or have effects.
    """
    try:
        _check_file(path, os.stat(path), most)
        handle = os.open(path, os.O_RDONLY | _FLAGS)
        with open(handle, "rb") as file:
            _check_file(path, os.fstat(handle), most)
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{path}: {reason(error)}") from None
    if len(data) > most:  # a file that grows, or one of those that have no size
        raise FileTrouble(f"{path}: too large: more than {most:,} bytes")
    return data


_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _check_file(path: str, status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileTrouble(f"{path}: is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise FileTrouble(f"{path}: is not a regular file (- reads standard input)")
    if status.st_size > most:
        raise FileTrouble(f"{path}: too large: {status.st_size:,} bytes, more than {most:,}")


def reason(error: OSError | ValueError) -> str:
    """Return what the system says of an error, in lower case."""
    text = error.strerror if isinstance(error, OSError) else str(error)
    return (text or str(error)).lower()
