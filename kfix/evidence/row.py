"""One row of the table of errors: its texts, what they mean, and the facts that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from kfix.model.record import Value

_SHAPE = r"(?:TensorShape)?[(\[](?:[\dN?][\w?,.]{0,100})?[)\]]"
_SHAPES = r"[(\[](?:(?:[(\[][\dN][\w?,.]{0,100}[)\]]|None),?){1,20}[)\]]"
_INTEGER = r"-?\d{1,12}"
_NAME = r"[^\"'`\s(){}<>,]{1,120}"
_WORD = r"[\w.]{1,80}"
_LIST = r".{1,400}?"

FIELDS = {
    "data": (_SHAPE, "the shape of what the model was given at this call"),
    "expected": (_SHAPE, "the shape that the model takes"),
    "input": (_SHAPE, "the shape of the input of the layer"),
    "inputs": (_SHAPES, "the shapes of all inputs of the layer"),
    "one": (_SHAPE, "the shape of the first of two inputs"),
    "other": (_SHAPE, "the shape of the second of two inputs"),
    "target": (_SHAPE, "the shape of the labels"),
    "output": (_SHAPE, "the output shape of the model"),
    "weight": (_SHAPE, "the shape of a weight of the layer"),
    "kernel": (_SHAPE, "the shape of the kernel of the layer"),
    "wanted": (_SHAPE, "the shape that an argument of the layer asks for"),
    "layer": (_NAME, "the name of the layer"),
    "class": (_WORD, "the class of the layer"),
    "index": (_INTEGER, "the number of the input, from 0"),
    "axis": (_INTEGER, "the axis"),
    "value": (_INTEGER, "the size that the axis must have"),
    "ndim": (_INTEGER, "the rank that the layer takes"),
    "found_ndim": (_INTEGER, "the rank that it was given"),
    "label": (_INTEGER, "a label outside the valid range"),
    "classes": (_INTEGER, "the number of classes that the model has"),
    "labels": (r"[-\d.]{1,2000}", "the labels of one batch"),
    "sizes": (_LIST, "the number of samples of each array"),
    "argument": (r"[^\"'`:;]{1,120}", "the argument"),
    "shown": (_LIST, "what was given, as Python shows it"),
    "count": (_INTEGER, "the number of inputs that the layer takes"),
    "given": (_INTEGER, "the number that it was given"),
    "keys": (r"[^\"`;]{1,400}?", "the names that were given"),
    "names": (r"[^\"`;]{1,400}?", "the names that the model has"),
    "attribute": (_WORD, "the attribute"),
    "size": (_INTEGER, "the size"),
    "minimum": (_WORD, "the smallest size"),
    "node": (_NAME, "the node of the graph"),
}
"""The facts that a text may carry: their pattern and their meaning."""

_PLACE = re.compile(r"\{(\*|\w+)\}")


class Template:
    """One wording of an error: the longest fixed part of it, and the whole as a pattern.

    The pattern is for text without white space, and compiled where the fixed part is found first.
    """

    def __init__(self, text: str) -> None:
        self._parts = _PLACE.split("".join(text.split()))
        self.anchor = max(self._parts[::2], key=len)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """Return the patterns of what stands between the places where anything may.

        Each has a group for each fact.
        """
        seen: set[str] = set()
        patterns = [""]
        for number, part in enumerate(self._parts):
            if part == "*":
                patterns.append("")
            elif number % 2 == 0:
                patterns[-1] += re.escape(part)
            else:
                patterns[-1] += _group(part, seen)
        return [re.compile(one) for one in patterns if one]

    def found_in(self, text: str, start: int, end: int) -> Iterator[Found]:
        """Yield where the wording stands in a part of a text without white space, from the end."""
        place = text.rfind(self.anchor, start, end)
        for _ in range(_MOST_PLACES):
            if place < 0:
                return
            found = self._matched(text, max(start, place - _BEFORE), min(end, place + _BEHIND))
            if found is not None:
                yield found
            place = text.rfind(self.anchor, start, place + len(self.anchor) - 1)

    def _matched(self, text: str, start: int, end: int) -> Found | None:
        """Match the parts one after the other, each as early as it may: it takes linear time."""
        spans: dict[str, tuple[int, int]] = {}
        first, at = -1, start
        for pattern in self._patterns:
            match = pattern.search(text, at, end)
            if match is None or (first >= 0 and match.start() - at > _MOST_BETWEEN):
                return None
            spans.update({name: match.span(name) for name in match.groupdict()})
            at = match.end()
            if first < 0:
                first = match.start()
        return Found(spans, first, at)


class Found(Value):
    """Where a wording stands in a text, and where its facts do."""

    spans: dict[str, tuple[int, int]]
    start: int
    end: int


def _group(field: str, seen: set[str]) -> str:
    """Return the pattern of a fact, a group where it is the first of its name."""
    if field in seen:
        return FIELDS[field][0]
    seen.add(field)
    return f"(?P<{field}>{FIELDS[field][0]})"


_MOST_BETWEEN = 300
"""Characters that may stand where anything may."""

_MOST_PLACES, _BEFORE, _BEHIND = 4, 500, 2_500
"""Places of one text that are looked at, and the characters around each."""


class Row(Value):
    """One error: `texts` are its wordings, with facts in braces and `{*}` for anything.

    `codes` are the findings that it means, the likeliest first; none where it is about `other`
    things.
    `example` is the text as a Keras of `era` prints it, made by the program of the same name in
    the tests where that is Keras 3. `types` are names of exceptions that mean the same, whatever
    their text.
    """

    name: str
    texts: tuple[str, ...]
    means: str
    causes: str
    example: str
    codes: tuple[str, ...] = ()
    era: str = "Keras 3"
    other: str = ""
    types: tuple[str, ...] = ()


class Entry:
    """A row with its wordings, split at the first use."""

    def __init__(self, row: Row) -> None:
        self.row = row

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Return the wordings of the row."""
        return tuple(map(Template, self.row.texts))


Fields = Mapping[str, str]
"""The facts of one error, as they are written."""
