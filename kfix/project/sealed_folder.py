"""The folder `.kfix_cache` of a project: entries that only this user's kfix can have written.

A project may come from anybody, and with it a folder of this name. So each
entry is sealed: its first line authenticates its name and the rest (HMAC-SHA256)
with a key that lies in the user's own cache folder and never in a project.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import stat
import tempfile

from kfix.project.files import FileTrouble, read_bytes

NAME = ".kfix_cache"

_MOST_BYTES = 4_000_000
"""A larger entry is not kept: reading it would cost as much as the program."""

_MOST_ENTRIES = 20_000
"""Entries beside each other beyond which all of them are removed."""

_KEY_BYTES = 32
_ENTRY = re.compile(r"[0-9a-f]{64}(?:\.tmp.*)?")
_GENERATION = re.compile(r"[0-9a-f]{16}")


class SealedFolder:
    """The entries of one project and one `generation`: 16 hexadecimal digits for a state of kfix.

    Nothing that goes wrong here is reported: an entry is kept, or it is not.
    """

    def __init__(self, root: str, generation: str, key: bytes) -> None:
        """Take the root of the project; nothing is written before the first entry."""
        self._folder = os.path.join(root, NAME)
        self._entries = os.path.join(self._folder, generation)
        self._generation = generation
        self._key = key
        self._is_ready = False

    def read(self, name: str) -> bytes | None:
        """Return an entry, `None` where there is none that this user's kfix has written."""
        try:
            data = read_bytes(os.path.join(self._entries, _hashed(name)), _MOST_BYTES)
        except FileTrouble:
            return None
        seal, _, entry = data.partition(b"\n")
        return entry if hmac.compare_digest(seal, self._seal(name, entry)) else None

    def write(self, name: str, entry: bytes) -> None:
        """Put an entry in the place of the one of that name, if there was one."""
        data = self._seal(name, entry) + b"\n" + entry
        if len(data) > _MOST_BYTES:
            return
        with contextlib.suppress(OSError):
            self._prepare()
            path = os.path.join(self._entries, _hashed(name))
            handle, temporary = tempfile.mkstemp(".tmp", _hashed(name) + ".tmp", self._entries)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.replace(temporary, path)
            except OSError:
                os.unlink(temporary)

    def _seal(self, name: str, entry: bytes) -> bytes:
        sealed = b"\n".join([self._generation.encode(), _hashed(name).encode(), entry])
        return hmac.new(self._key, sealed, hashlib.sha256).hexdigest().encode()

    def _prepare(self) -> None:
        """Make the folders; raise `OSError` where a link or somebody else's folder is there."""
        if self._is_ready:
            return
        if not os.path.lexists(self._folder):
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._folder)
        _check_own_folder(self._folder)
        with contextlib.suppress(FileExistsError):
            handle = os.open(
                os.path.join(self._folder, ".gitignore"), os.O_WRONLY | os.O_CREAT | os.O_EXCL
            )
            with os.fdopen(handle, "wb") as file:
                file.write(b"# Made by kfix.\n*\n")
        if not os.path.lexists(self._entries):
            self._remove_others()
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._entries)
        _check_own_folder(self._entries)
        if len(os.listdir(self._entries)) > _MOST_ENTRIES:
            _remove_entries(self._entries)
        self._is_ready = True

    def _remove_others(self) -> None:
        """Remove the entries of other generations."""
        for name in os.listdir(self._folder):
            path = os.path.join(self._folder, name)
            if _GENERATION.fullmatch(name) and name != self._generation:
                with contextlib.suppress(OSError):
                    _check_own_folder(path)
                    _remove_entries(path)
                    os.rmdir(path)


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _remove_entries(folder: str) -> None:
    for name in os.listdir(folder):
        if _ENTRY.fullmatch(name):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))


def _check_own_folder(path: str) -> None:
    """Raise `OSError` for a link, for what is not a folder, or belongs to another user."""
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode) or not _is_own(status):
        raise PermissionError(path)


def _is_own(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


# --- the key --------------------------------------------------------------------------------------


def key_path() -> str | None:
    """Return where the user's key is, `None` where the user has no folder."""
    given = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    if not os.path.isabs(given):
        given = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(given, "kfix", "cache.key") if os.path.isabs(given) else None


def user_key(path: str) -> bytes | None:
    """Return the user's key, a new one where there is none yet; `None` where it cannot be kept."""
    with contextlib.suppress(OSError):
        if not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
            _make_key(path)
        return _read_key(path)
    return None


def _make_key(path: str) -> None:
    """Write a new key, unless another process has written one meanwhile."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path))  # for the user alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)


def _read_key(path: str) -> bytes | None:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        shared = os.name != "nt" and stat.S_IMODE(status.st_mode) & 0o077
        if not stat.S_ISREG(status.st_mode) or shared or not _is_own(status):
            return None
        key = file.read(_KEY_BYTES + 1)
    return key if len(key) == _KEY_BYTES else None
