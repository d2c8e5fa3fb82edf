"""Patterns as in a `.gitignore`: the same as pathspec's, in time that grows with the path alone."""

from __future__ import annotations

import random
import time

import pytest
from pathspec import GitIgnoreSpec

from kfix.project.ignore import ignored, patterns

PIECES = ("a", "b", "*", "?", "*", "[ab]", "a", "\\*", ".", "**")


def some_pattern(draw: random.Random) -> str:
    names = [
        draw.choice(
            ["**", *("".join(draw.choices(PIECES, k=draw.randint(1, 6))) for _ in range(2))]
        )
        for _ in range(draw.randint(1, 5))
    ]
    return draw.choice(["", "!", "/"]) + "/".join(names) + draw.choice(["", "/", "/**"])


def some_path(draw: random.Random) -> str:
    names = (
        "".join(draw.choices("aab*.", k=draw.randint(1, 6))) for _ in range(draw.randint(1, 6))
    )
    return "/".join(names) + draw.choice(["", "/"])


def test_they_match_what_pathspec_matches() -> None:
    draw = random.Random(14)
    compared = 0
    for _ in range(3_000):
        line = some_pattern(draw)
        try:
            theirs = GitIgnoreSpec.from_lines([line], backend="simple")
        except ValueError:
            continue
        ours = patterns([line])
        for _ in range(5):
            path = some_path(draw)
            assert ours.check_file(path).include == theirs.check_file(path).include, (line, path)
            compared += 1
    assert compared > 10_000


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 30 + "b", "a" * 250),
        ("a*" * 100, "a" * 250 + "/b"),
        ("?*" * 60 + "x", "y" * 250),
        ("[ab]*" * 60 + "x", "ab" * 120),
        ("**/" + "a/**/" * 20 + "b", "a/" * 2_000 + "c"),
        ("**/*a*a*a*b/**/*a*a*a*b", ("a" * 28 + "/") * 140 + "c"),
        ("**a**" * 10, "a/" * 500),
    ],
)
def test_many_wildcards_take_no_longer(pattern: str, path: str) -> None:
    spec = patterns([pattern])
    start = time.perf_counter()
    spec.match_file(path)
    assert time.perf_counter() - start < 0.5


def test_lines_that_are_no_patterns() -> None:
    with pytest.raises(ValueError, match="'!' is not a pattern"):
        patterns(["a", "!"])
    spec = ignored(["a", "!", "[z-a]", "b"])
    assert [spec.match_file(name) for name in "abc"] == [True, True, False]
