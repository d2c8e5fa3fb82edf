"""Standard output and standard error: colours, and what a terminal must not be sent."""

from __future__ import annotations

import sys

import click

from kfix.report.style import diff as styled
from kfix.report.style import remark, visible, wants_colour, width


class Output:
    """Standard output or error; writes all that it can, raises `OSError` where it can nothing."""

    def __init__(self, choice: str, err: bool) -> None:
        stream = sys.stderr if err else sys.stdout
        self._err = err
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._colour = wants_colour(choice, stream)
        self.width = width(stream)
        self._exact = not self._colour and not (stream is not None and stream.isatty())

    def text(self, text: str) -> None:
        """Write a text for people, with control characters of the user's files escaped."""
        if text:
            self._write(self._plain(visible(text)), self._colour)

    def remark(self, text: str) -> None:
        """Write a sentence in lines that fit the terminal."""
        self.text(remark(visible(text), self.width))

    def diff(self, diff: str) -> None:
        """Write a diff: unchanged into a file or pipe, escaped and coloured onto a terminal."""
        if self._exact:
            self._write(diff, True)
        else:
            self.text(styled(diff))

    def report(self, text: str) -> None:
        """Write a report for a tool, which escapes what it must itself."""
        self._write(text, True)

    def _plain(self, text: str) -> str:
        """Return a text with ASCII for the signs of kfix's own that the encoding does not have."""
        for sign in filter(text.__contains__, _SIGNS):
            if not _has(self._encoding, sign):
                text = text.replace(sign, _SIGNS[sign])
        return text

    def _write(self, text: str, keep_escapes: bool) -> None:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            data = _encoded(_without_escapes(text, keep_escapes), self._encoding)
            click.echo(data, nl=False, err=self._err)
            return
        click.echo(text, nl=False, err=self._err, color=keep_escapes)


_SIGNS = {"…": "~", "×": "x", "·": "*", **dict.fromkeys("─━", "-"), **dict.fromkeys("│┃", "|")}
_SIGNS |= dict.fromkeys("┏┳┓┡╇┩├┼┤└┴┘", "+")
"""The signs that kfix writes, and what stands for them where they cannot be encoded."""


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _without_escapes(text: str, keep: bool) -> str:
    if keep:
        return text
    return click.unstyle(text)


def _encoded(text: str, encoding: str) -> bytes:
    """Return a text in bytes; bytes of a file or its name that are not text stay as they are."""
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")
