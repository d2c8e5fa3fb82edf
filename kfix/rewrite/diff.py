"""The difference between a file and its mended form."""

from __future__ import annotations

import difflib


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """A unified diff with git's `a/` and `b/` headers, empty if nothing differs.

    Lines end at a line feed only, so that a carriage return stays part of its
    line, as `patch` and `git apply` want it. Bytes that are no UTF-8 are shown
    as surrogates.
    """
    if old == new:
        return ""
    before, after = _lines(old), _lines(new)
    name = path.replace("\\", "/").removeprefix("./").lstrip("/")
    parts = []
    for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
        parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(parts)


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])
