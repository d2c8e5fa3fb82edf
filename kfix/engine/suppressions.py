"""Comments that keep a finding quiet, and what it is about unedited."""

from __future__ import annotations

import re
from itertools import chain

from kfix.engine.results import Found
from kfix.model.site import line_name
from kfix.project.project import Project
from kfix.source.syntax.lines import split_lines

_IGNORE = re.compile(r"kfix:\s*ignore\s*(?:\[(?P<codes>[^\]]*)|$)")
NOQA = "noqa:"

ALL = ("",)
"""Prefixes of the codes that are meant: every code begins with nothing."""


class _Comment:
    """One code (or its beginning) that a comment names, and the line of the comment."""

    def __init__(self, code: str, line: int) -> None:
        self.code = code
        self.line = line
        self.used = False

    @property
    def written(self) -> str:
        """Return the comment as it is written for one code."""
        if not self.code:
            return "kfix: ignore"
        return f"kfix: ignore[{self.code}]"


class Suppressions:
    """The suppressing comments of a project, each file read when it is first needed.

    `# kfix: ignore` and `# kfix: ignore[KFX101]` (or a prefix, `KFX1`) count for their own line
    and, on lines of their own, for the whole statement below; `# noqa: KFX101` counts for its line.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lines: dict[tuple[str, int | None], dict[int, list[_Comment]]] = {}

    def hides(self, found: Found) -> bool:
        """Return whether a comment suppresses this finding."""
        hidden = False
        for comment in self._of(found.place.path, found.place.cell).get(found.place.line, ()):
            if found.finding.code.startswith(comment.code):
                hidden = comment.used = True
        return hidden

    def unused(self, path: str) -> list[str]:
        """Return a note for each comment of a file that suppresses no finding, with its place."""
        said: dict[str, None] = {}
        for unit in self._project.document(path).units:
            for comment in chain.from_iterable(self._of(path, unit.cell).values()):
                if not comment.used:
                    place = line_name(unit.cell, comment.line)
                    said[f"{place}: unused {comment.written}"] = None
        return list(said)

    def _of(self, path: str, cell: int | None) -> dict[int, list[_Comment]]:
        key = (path, cell)
        if key not in self._lines:
            units = self._project.document(path).units
            text = next((unit.text for unit in units if unit.cell == cell), "")
            self._lines[key] = {}
            if "kfix:" in text or NOQA in text:
                self._lines[key] = _read(text)
        return self._lines[key]


def _read(text: str) -> dict[int, list[_Comment]]:
    """Return by line what is kept quiet there."""
    import tokenize

    quiet: dict[int, list[_Comment]] = {}
    waiting: list[_Comment] = []
    start: int | None = None
    try:
        # Python ends lines at a lone carriage return too, tokenize only at a line feed.
        lines = iter(split_lines(text.replace("\r\n", "\n").replace("\r", "\n")))
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type == tokenize.COMMENT:
                line = token.start[0]
                comments = [_Comment(code, line) for code in sorted(_codes(token.string))]
                alone = not token.line[: token.start[1]].strip()
                if alone and start is None:
                    waiting.extend(comments)
                else:
                    quiet.setdefault(line, []).extend(comments)
            elif token.type in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
                continue
            elif token.type == tokenize.NEWLINE:
                for line in range(start or token.start[0], token.start[0] + 1):
                    quiet.setdefault(line, []).extend(waiting)
                start, waiting = None, []
            elif start is None:
                start = token.start[0]
    except (
        tokenize.TokenError,
        SyntaxError,
    ):  # a notebook's magics: what was read until there counts
        pass
    return quiet


def _codes(comment: str) -> set[str]:
    """Return the codes that a comment suppresses; none if it is another comment."""
    said = _IGNORE.match(comment.lstrip("#").strip())
    if said is not None:
        if said["codes"] is None:
            return set(ALL)
        return _listed(said["codes"])
    _, _, named = comment.partition(NOQA)
    return {code for code in _listed(named) if code.startswith("KFX")}


def _listed(text: str) -> set[str]:
    return {code.upper() for code in text.replace(",", " ").split()}
