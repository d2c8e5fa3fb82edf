"""Comments that keep a finding quiet, and what it is about unedited."""

from __future__ import annotations

from kfix.engine.results import Found
from kfix.model.site import Place
from kfix.project.project import Project
from kfix.source.syntax.lines import split_lines

IGNORE = "kfix: ignore"
NOQA = "noqa:"

ALL = ("",)
"""Prefixes of the codes that are meant: every code begins with nothing."""


class Suppressions:
    """What the comments of the files of a project say, each file looked at when it is first asked for.

    `# kfix: ignore` and `# kfix: ignore[KFX101]` (or a prefix, `KFX1`) count for their own line and, on
    lines of their own, for the whole statement below; `# noqa: KFX101` counts for its line.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lines: dict[tuple[str, int | None], dict[int, set[str]]] = {}

    def hides(self, found: Found) -> bool:
        """Is this finding to be kept quiet?"""
        codes = self._of(found.place).get(found.place.line)
        return codes is not None and found.finding.code.startswith(tuple(codes))

    def _of(self, place: Place) -> dict[int, set[str]]:
        key = (place.path, place.cell)
        if key not in self._lines:
            unit = next(
                (
                    unit
                    for unit in self._project.document(place.path).units
                    if unit.cell == place.cell
                ),
                None,
            )
            text = "" if unit is None else unit.text
            self._lines[key] = _read(text) if IGNORE in text or NOQA in text else {}
        return self._lines[key]


def _read(text: str) -> dict[int, set[str]]:
    """By line: the prefixes of codes that are kept quiet there."""
    import tokenize

    quiet: dict[int, set[str]] = {}
    waiting: set[str] = set()
    start: int | None = None
    try:
        # Python ends lines at a lone carriage return too, tokenize only at a line feed.
        lines = iter(split_lines(text.replace("\r\n", "\n").replace("\r", "\n")))
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type == tokenize.COMMENT:
                codes = _codes(token.string)
                alone = not token.line[: token.start[1]].strip()
                if alone and start is None:
                    waiting.update(codes)
                else:
                    quiet.setdefault(token.start[0], set()).update(codes)
            elif token.type in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
                continue
            elif token.type == tokenize.NEWLINE:
                for line in range(start or token.start[0], token.start[0] + 1):
                    if waiting:
                        quiet.setdefault(line, set()).update(waiting)
                start, waiting = None, set()
            elif start is None:
                start = token.start[0]
    except (
        tokenize.TokenError,
        SyntaxError,
    ):  # a notebook's magics: what was read until there counts
        pass
    return quiet


def _codes(comment: str) -> set[str]:
    """The codes that a comment keeps quiet; none if it is no such comment."""
    said = comment.lstrip("#").strip()
    if said.startswith(IGNORE):
        rest = said[len(IGNORE) :].strip()
        if not rest.startswith("["):
            return set(ALL)
        return _listed(rest[1:].partition("]")[0])
    mark = comment.find(NOQA)
    return (
        set()
        if mark < 0
        else {code for code in _listed(comment[mark + len(NOQA) :]) if code.startswith("KFX")}
    )


def _listed(text: str) -> set[str]:
    return {code.upper() for code in text.replace(",", " ").split()}
