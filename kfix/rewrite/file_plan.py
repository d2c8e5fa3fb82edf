"""One document on its way to be edited."""

from __future__ import annotations

import re
from functools import cached_property

import libcst as cst

from kfix.rewrite.names import Binding, Names, View
from kfix.rewrite.nodes import Path, keyword_of
from kfix.rewrite.style import Style
from kfix.rewrite.tree import UnitPlan
from kfix.source.syntax.document import Document, Unit


class FilePlan:
    """One document, its habits, and the plans of its units."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.style = Style("\n".join(unit.text for unit in document.units))
        self.units: dict[int | None, UnitPlan] = {}
        self.brought: dict[str, str] = {}
        """By the dotted name of a function: what an import that this repair adds calls it."""
        self._added: set[tuple[int, str]] = set()

    @cached_property
    def names(self) -> Names:
        """The document's bindings, collected when they are first asked for."""
        return Names(self.document)

    def seen_from(self, path: Path, unit: UnitPlan) -> View:
        """Return the bindings that can be seen from the end of a way."""
        return self.names.seen_from(path, self.index(unit.unit))

    def uses(self, name: str) -> int:
        """Return how often a name is read, as far as the text shows: keywords and assignments left
        out.
        """
        pattern = re.compile(rf"(?<![\w.]){re.escape(name)}\b(?!\s*=[^=])")
        return sum(len(pattern.findall(unit.text)) for unit in self.document.units)

    def leaves_out(self, function: str, parameter: str) -> bool:
        """Return whether a function is only ever called, and this parameter given in no call, as
        far as is known.
        """
        known = self._calls(function)
        calls = [call for call in known if call is not None]
        given = {keyword_of(arg) for call in calls for arg in call.args}
        return len(calls) == len(known) and given.isdisjoint({None, parameter})

    def _calls(self, function: str) -> list[cst.Call | None]:
        """Return the calls of a function, by its name in the text; `None` for another mention of
        it.
        """
        mention = re.compile(rf"(\bdef\s+)?(?<!\w){re.escape(function)}\b(?!\s*=[^=])")
        return [
            _call(unit.text[found.end() :])
            for unit in self.document.units
            for found in mention.finditer(unit.text)
            if found[1] is None
        ]

    def first_time(self, statement: cst.CSTNode, name: str) -> bool:
        """Return whether this is the first edit that asks this import for this name."""
        new = (id(statement), name) not in self._added
        self._added.add((id(statement), name))
        return new

    def unit(self, cell: int | None) -> UnitPlan:
        """Return the plan of the unit of this cell."""
        if cell not in self.units:
            self.units[cell] = UnitPlan(self.document.unit(cell))
        return self.units[cell]

    def unit_of(self, binding: Binding) -> UnitPlan:
        """Return the plan of the unit that a name is bound in."""
        return self.unit(self.document.units[binding.unit].cell)

    def index(self, unit: Unit) -> int:
        """Return which of the document's units this is."""
        return self.document.units.index(unit)


def _call(text: str) -> cst.Call | None:
    """Return the call whose brackets the text begins with; `None` where it begins with none."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return _parsed(f"f{text[: index + 1]}")
    return None


def _parsed(text: str) -> cst.Call | None:
    """Return the call that a text is; `None` for anything else."""
    try:
        found = cst.parse_expression(text)
    except cst.ParserSyntaxError:
        return None
    if not isinstance(found, cst.Call):
        return None
    return found
