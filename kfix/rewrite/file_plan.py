"""One document on its way to be edited."""

from __future__ import annotations

import libcst as cst

from kfix.rewrite.names import Names
from kfix.rewrite.tree import UnitPlan
from kfix.rewrite.values import Style
from kfix.source.syntax.document import Document, Unit


class FilePlan:
    """One document, its habits, and the plans of its units."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.style = Style("\n".join(unit.text for unit in document.units))
        self.units: dict[int | None, UnitPlan] = {}
        self.brought: dict[str, str] = {}
        """By the dotted name of a function: what it is called by an import that this repair adds."""
        self._added: set[tuple[int, str]] = set()
        self._names: Names | None = None

    @property
    def names(self) -> Names:
        """The document's bindings, collected when they are first asked for."""
        if self._names is None:
            self._names = Names(self.document)
        return self._names

    def uses(self, name: str) -> int:
        """How often a name is read, as far as the text tells: keywords and assignments left out."""
        import re

        pattern = re.compile(rf"(?<![\w.]){re.escape(name)}\b(?!\s*=[^=])")
        return sum(len(pattern.findall(unit.text)) for unit in self.document.units)

    def leaves_out(self, function: str, parameter: str) -> bool:
        """Is a function only ever called, and this parameter given in no call? Otherwise nobody can tell."""
        import re

        for unit in self.document.units:
            for found in re.finditer(rf"(?<!\w){re.escape(function)}\b(?!\s*=[^=])", unit.text):
                before, behind = unit.text[: found.start()], unit.text[found.end() :]
                if re.search(r"\bdef\s+$", before):
                    continue
                call = _call(behind)
                names = (
                    [arg.keyword.value if arg.keyword is not None else "" for arg in call.args]
                    if call
                    else [""]
                )
                if "" in names or parameter in names:
                    return False
        return True

    def first_time(self, statement: cst.CSTNode, name: str) -> bool:
        """Is this the first edit that asks this import for this name?"""
        new = (id(statement), name) not in self._added
        self._added.add((id(statement), name))
        return new

    def unit(self, cell: int | None) -> UnitPlan:
        """The plan of the unit of this cell."""
        if cell not in self.units:
            self.units[cell] = UnitPlan(self.document.unit(cell))
        return self.units[cell]

    def index(self, unit: Unit) -> int:
        """Which of the document's units this is."""
        return self.document.units.index(unit)


def _call(text: str) -> cst.Call | None:
    """The call whose brackets the text begins with; `None` where it begins with none."""
    depth = 0
    for index, letter in enumerate(text if text.startswith("(") else ""):
        depth += (letter in "([{") - (letter in ")]}")
        if not depth:
            try:
                found = cst.parse_expression("f" + text[: index + 1])
            except cst.ParserSyntaxError:
                return None
            return found if isinstance(found, cst.Call) else None
    return None
