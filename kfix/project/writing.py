"""Replace files safely: each is the old or the new one at every moment."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from kfix.model.record import Value
from kfix.project.files import FileTrouble, read_bytes, reason

_PREFIX, _SUFFIX = ".kfix-", ".tmp"
_LEFTOVER = re.compile(r"\.kfix-[a-z0-9_]{7}[a-z0-9_~]\.tmp")
"""Names of staged files, as `tempfile.mkstemp` generates them; `~` is a backup."""

_PATIENCE = 2.0
"""Seconds to wait for another program that holds the lock of a file."""

_OLD = 3600.0
"""Seconds after which a leftover is removed where the system has no advisory locks."""


class PartlyWritten(FileTrouble):
    """Some files could be neither replaced nor restored; `written` have their new content."""

    def __init__(self, message: str, written: Sequence[str]) -> None:
        super().__init__(message)
        self.written = tuple(written)


class _Change(Value):
    """One file to replace: its name for people, its real path, and the file staged for it."""

    path: str
    real: str
    staged: str
    expected: bytes
    data: bytes


def write_bytes(path: str, data: bytes, expected: bytes) -> None:
    """Replace a file's content in one step, if it still reads `expected`: see `write_all`."""
    write_all([(path, data, expected)])


def write_all(
    changes: Sequence[tuple[str, bytes, bytes]], allowed: Callable[[str], bool] = lambda _: True
) -> None:
    """Replace several files (path, new, expected), all of them or none.

    The new contents are written to files beside the old ones and synced. Then
    all originals are locked (an advisory lock, where the system has one), and
    each is compared with `expected` immediately before it is replaced. If one
    cannot be replaced, those before it get their old files back.

    Mode, owner, extended attributes and access control lists stay, and a
    symbolic link is followed; where one of them cannot be kept the file is
    refused. `allowed` is asked for each real path. Raises `FileTrouble` when
    all files are as they were, `PartlyWritten` when they could not be restored.
    """
    with contextlib.ExitStack() as stack:
        staged: list[_Change] = []
        for path, data, expected in changes:
            real = os.path.realpath(path)
            if not allowed(real):
                raise FileTrouble(f"{path}: lies outside the project, left as it is")
            try:
                name = stack.enter_context(_staged(path, real, data))
            except OSError as error:
                raise FileTrouble(f"{path}: {reason(error)}, left as it was") from None
            staged.append(_Change(path, real, name, expected, data))
        for change in staged:
            stack.enter_context(_locked(change))
        for change in staged:
            _check(change)
        backups = [stack.enter_context(_backup(change, len(staged) > 1)) for change in staged]
        _replace_all(staged, backups)


def _replace_all(staged: Sequence[_Change], backups: Sequence[str | None]) -> None:
    done: list[tuple[_Change, str | None]] = []
    try:
        for change, backup in zip(staged, backups, strict=True):
            _check(change)
            try:
                os.replace(change.staged, change.real)
            except OSError as error:
                raise FileTrouble(f"{change.path}: {reason(error)}, left as it was") from None
            done.append((change, backup))
    except BaseException as error:
        kept = _undo(done)
        if kept:
            why = str(error) or "interrupted"
            raise PartlyWritten(f"{why}; {', '.join(kept)} was changed before that", kept) from None
        raise
    for folder in {os.path.dirname(change.real) for change in staged}:
        _sync_folder(folder)


def _undo(done: Sequence[tuple[_Change, str | None]]) -> list[str]:
    """Restore the old content of replaced files; return those that keep the new one."""
    kept: list[str] = []
    for change, backup in reversed(done):
        try:
            if backup is None or read_bytes(change.real) != change.data:
                raise FileTrouble
            os.replace(backup, change.real)
        except (OSError, FileTrouble):
            kept.append(change.path)
    return sorted(kept)


def _check(change: _Change) -> None:
    if read_bytes(change.real) != change.expected:
        raise FileTrouble(f"{change.path}: has changed since it was read, left as it is")


# --- the file beside it ---------------------------------------------------------------------------


@contextlib.contextmanager
def _staged(path: str, real: str, data: bytes) -> Iterator[str]:
    """Write the new content beside the old file, with its attributes; remove it on exit.

    It is locked as long as it is needed: see `sweep`. Raises `OSError` or
    `FileTrouble`.
    """
    import tempfile

    status = os.stat(real)
    _check_replaceable(path, real, status)
    handle, temporary = tempfile.mkstemp(_SUFFIX, _PREFIX, os.path.dirname(real))
    try:
        with os.fdopen(handle, "wb") as file:
            _try_lock(file.fileno())
            file.write(data)
            file.flush()
            _copy_attributes(path, real, status, temporary)
            os.fsync(file.fileno())
            if os.name != "nt":  # Windows replaces no open file
                yield temporary
        if os.name == "nt":
            yield temporary
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def _check_replaceable(path: str, real: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise FileTrouble(f"{path}: not a regular file")
    if not status.st_mode & stat.S_IWUSR or not os.access(real, os.W_OK):
        raise FileTrouble(f"{path}: is read-only, left as it was")
    if status.st_nlink > 1:
        raise FileTrouble(
            f"{path}: has other names (hard links) that would be cut off, left as it was"
        )


def _copy_attributes(path: str, real: str, status: os.stat_result, temporary: str) -> None:
    """Copy owner, mode and extended attributes of the old file; raise `FileTrouble` on failure."""
    try:
        made = os.stat(temporary)
        if os.name != "nt" and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
        for name in _attributes(real):
            if (
                _attribute(temporary, name) != (value := _attribute(real, name))
                and value is not None
            ):
                os.setxattr(temporary, name, value)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))  # after the owner: chown clears setuid
        kept = stat.S_IMODE(os.stat(temporary).st_mode) == stat.S_IMODE(status.st_mode)
    except OSError:
        kept = False
    if not kept:
        raise FileTrouble(f"{path}: its owner, mode or attributes cannot be kept, left as it was")


def _attributes(path: str) -> list[str]:
    """Return the names of the extended attributes, with the access control list."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        return os.listxattr(path)
    except OSError:  # a file system without them
        return []


def _attribute(path: str, name: str) -> bytes | None:
    try:
        return os.getxattr(path, name)
    except OSError:
        return None


@contextlib.contextmanager
def _backup(change: _Change, wanted: bool) -> Iterator[str | None]:
    """Link the old file to a backup name; return `None` where that is not needed or possible."""
    if not wanted:
        yield None
        return
    second = change.staged.removesuffix(_SUFFIX)[:-1] + "~" + _SUFFIX
    try:
        os.link(change.real, second)
    except (OSError, AttributeError):
        yield None
        return
    try:
        yield second
    finally:
        with contextlib.suppress(OSError):
            os.unlink(second)


def _sync_folder(folder: str) -> None:
    """Sync the renaming to disk, where the system can sync folders."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- locks and leftovers --------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(change: _Change) -> Iterator[None]:
    """Hold the advisory lock of the old file; raise `FileTrouble` where another keeps it."""
    if os.name == "nt":
        yield
        return
    try:
        handle = os.open(change.real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileTrouble(f"{change.path}: {reason(error)}, left as it was") from None
    try:
        until = time.monotonic() + _PATIENCE
        while not _try_lock(handle):
            if time.monotonic() > until:
                raise FileTrouble(f"{change.path}: is locked by another program, left as it was")
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    """Return whether an open file was locked; true where the system has no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def sweep(folders: Iterable[str]) -> None:
    """Remove what runs that were killed left behind in these folders.

    A file that a run works with is locked by it, and a lock ends with its
    process. Without locks, only files that are an hour old are removed.
    """
    for folder in folders:
        try:
            entries = list(os.scandir(folder or os.curdir))
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith(_PREFIX) and _is_leftover(entry):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _is_leftover(entry: os.DirEntry[str]) -> bool:
    if _LEFTOVER.fullmatch(entry.name) is None:
        return False
    try:
        if not entry.is_file(follow_symlinks=False):
            return False
        if os.name == "nt":
            return time.time() - entry.stat().st_mtime > _OLD
        handle = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _try_lock(handle)
    finally:
        os.close(handle)
