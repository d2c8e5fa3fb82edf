"""Patterns as in a `.gitignore`, matched in time linear in the length of a path."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_STAR = "[^/]*"
_DOUBLE_STARS = {"(?:.+/)?": "(?:.+?/)??", "(?:/.+)?": "(?:/.+?)??"}
"""How pathspec writes `**`, and the same with the shortest match first."""

_TOKEN = re.compile(
    r"\[\^/\]\*|\(\?:\.\+/\)\?|\(\?:/\.\+\)\?|\[(?:\\.|[^\]\\])+\]|\\.|.", re.DOTALL
)


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Return the patterns of a `.gitignore`; raise `ValueError` for an invalid line."""
    from pathspec import GitIgnoreSpec

    kept = list(lines)
    try:
        return GitIgnoreSpec.from_lines(kept, _linear_pattern(), backend="simple")
    except (ValueError, re.error) as error:
        for line in kept if len(kept) > 1 else ():
            patterns((line,))
        raise ValueError(f"{kept[0]!r} is not a pattern of .gitignore") from error


def ignored(lines: Sequence[str]) -> GitIgnoreSpec:
    """Return the patterns of a `.gitignore`; lines that are none are passed by, as Git does."""
    with contextlib.suppress(ValueError):
        return patterns(lines)
    good: list[str] = []
    for line in lines:
        with contextlib.suppress(ValueError):
            patterns((line,))
            good.append(line)
    return patterns(good)


@cache
def _linear_pattern() -> Any:
    """Return pathspec's class of patterns, with regular expressions that do not go back."""
    from pathspec import GitIgnoreSpec

    base: Any = type(GitIgnoreSpec.from_lines(["x"]).patterns[0])

    class Linear(base):  # type: ignore[misc]
        """A pattern whose wildcards take the first place that fits."""

        @classmethod
        def pattern_to_regex(cls, pattern: Any) -> tuple[Any, Any]:
            """Return the regular expression, and whether it includes what it matches."""
            regex, include = super().pattern_to_regex(pattern)
            return (linear(regex) if isinstance(regex, str) else regex), include

    return Linear


def linear(regex: str) -> str:
    """Return a regular expression of pathspec's that matches the same, without going back.

    What stands between two wildcards may be looked for from the left and,
    once found, left where it is: if any place lets the rest match, the first
    one does. So each wildcard but the last becomes an atomic group with what
    follows it: each `*` within a name, and each `**` within a path.
    """
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for token in _TOKEN.findall(regex):
        if token in _DOUBLE_STARS:
            blocks.append((token, []))
        else:
            blocks[-1][1].append(token)
    out = []
    for number, (stars, tokens) in enumerate(blocks):
        block = _names(tokens)
        if stars and number < len(blocks) - 1:
            out.append(f"(?>{_DOUBLE_STARS[stars]}{block}(?=/))")
        else:
            out.append(stars + block)
    return "".join(out)


def _names(tokens: Sequence[str]) -> str:
    """Return a part of a regular expression with each `*` but the last of a name made atomic."""
    out = []
    name: list[str] = []
    for token in [*tokens, "/"]:
        if token == "/" or token in "()|$^":
            out.append(_name(name) + token)
            name = []
        else:
            name.append(token)
    return "".join(out)[:-1]


def _name(tokens: Sequence[str]) -> str:
    stars = [number for number, token in enumerate(tokens) if token == _STAR]
    if len(stars) < 2:
        return "".join(tokens)
    out = ["".join(tokens[: stars[0]])]
    for star, after in pairwise(stars):
        out.append(f"(?>[^/]*?{''.join(tokens[star + 1 : after])})")
    out.append("".join(tokens[stars[-1] :]))
    return "".join(out)
