"""Colour, where it is wanted, and the width of lines."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from typing import IO

import click

_LEAST_WIDTH = 40

NO_BREAK = "\xa0"
"""A space at which no line is broken."""


def wants_colour(choice: str, stream: IO[str] | None) -> bool:
    """Return whether a stream (`None`: closed) gets colour.

    `always` and `never` decide; else NO_COLOR, FORCE_COLOR, and whether it is a terminal.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def width(stream: IO[str] | None) -> int:
    """Return how many columns a line may have: COLUMNS, else those of the terminal, else 80."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdecimal() and len(given) < 6 and int(given) > 0:
        return max(_LEAST_WIDTH, int(given))
    try:
        found = os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
    except (OSError, ValueError):
        found = 0
    return max(_LEAST_WIDTH, found or 80)


_WHOLE = re.compile(r":cell \d+|\((?:None|\?|-?\d+)(?:, (?:None|\?|-?\d+))+\)")
"""A place in a notebook, or a shape."""


def columns_of(text: str) -> int:
    """Return how many columns a terminal gives a text: two for each wide character."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def cut(text: str, room: int) -> str:
    """Return a text in `room` columns, with "…" where it is cut."""
    if columns_of(text) <= max(room, 1):
        return text
    while columns_of(text) > max(room - 1, 0):
        text = text[: min(len(text) - 1, max(room - 1, 0))]
    return f"{text}…"


def filled(text: str, room: int) -> str:
    """Return a text with spaces up to `room` columns."""
    return text + " " * (room - columns_of(text))


def wrapped(
    text: str, columns: int, indent: str, first: Callable[[str], str] = lambda line: line
) -> list[str]:
    """Return a text as lines of at most `columns`, those after the first one behind `indent`.

    A place of the program stays whole, even where it is longer than a line, so that it can be
    clicked and copied; so does a shape.
    A no-break space keeps two words on one line. `first` gives the first line its colour.
    """
    import textwrap

    text = _WHOLE.sub(lambda found: found.group().replace(" ", NO_BREAK), text)
    start = text[: len(text) - len(text.lstrip())]
    lines = textwrap.wrap(
        text.strip(),
        columns,
        initial_indent=start,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    lines = [line.replace(NO_BREAK, " ") for line in lines]
    return [first(lines[0]), *lines[1:]]


def remark(text: str, columns: int) -> str:
    """Return what is said beside the report as lines, its severity and its place together."""
    severity, _, said = text.partition(": ")
    return "".join(f"{line}\n" for line in wrapped(f"{severity}:{NO_BREAK}{said}", columns, "    "))


_STEERING = re.compile(
    r"(\x1b\[(?:[0-2]|22|3[0-7])m|\r\n)"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that steer a terminal or turn its text around, and the lone halves of pairs, which no
encoding has. The colours that kfix itself writes (and nothing that hides text) are in the group."""


def visible(text: str) -> str:
    """Return a text with control characters as Python escapes, except kfix's own colours."""
    return _STEERING.sub(_escaped, text)


def steers(text: str) -> bool:
    """Return whether a text has characters in it that `visible` escapes."""
    return any(match[1] is None for match in _STEERING.finditer(text))


def _escaped(match: re.Match[str]) -> str:
    letter = match.group()
    if match[1] is not None:
        return letter
    return f"\\x{ord(letter):02x}" if ord(letter) < 0x100 else f"\\u{ord(letter):04x}"


def severity(text: str, name: str) -> str:
    """Return a text in the colour of a severity."""
    return click.style(
        text, fg={"error": "red", "warning": "yellow"}.get(name, "cyan"), bold=name == "error"
    )


def lines_of_diff(text: str) -> list[str]:
    """Return the lines of a diff with their ends: only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def diff(text: str) -> str:
    """Return a unified diff with its lines in colour."""
    return "".join(map(_diff_line, lines_of_diff(text)))


def _diff_line(line: str) -> str:
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    if body.startswith(("+++", "---")):
        return click.style(body, bold=True) + end
    if body.startswith("@@"):
        return click.style(body, fg="cyan") + end
    if body.startswith("+"):
        return click.style(body, fg="green") + end
    if body.startswith("-"):
        return click.style(body, fg="red") + end
    return line
