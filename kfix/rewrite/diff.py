"""The difference between a file and its repaired form."""

from __future__ import annotations

import difflib


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """Return a unified diff with git's `a/` and `b/` headers, empty if nothing differs.

    Lines end at a line feed only, so that a carriage return stays part of its
    line, as `patch` and `git apply` want it. Bytes that are not UTF-8 are shown
    as surrogates.
    """
    if old == new:
        return ""
    before, after = _lines(old), _lines(new)
    name = path.replace("\\", "/").removeprefix("./").lstrip("/")
    parts = []
    for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
        parts.append(line)
        if not line.endswith("\n"):
            parts.append("\n\\ No newline at end of file\n")
    return "".join(parts)


def _lines(data: bytes) -> list[str]:
    """Return the lines of a file, each with the line feed that ends it."""
    *lines, last = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in lines] + list(filter(None, [last]))
