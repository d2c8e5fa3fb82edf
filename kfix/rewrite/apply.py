"""Edits in, texts out: all edits of a repair in one pass over each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kfix.model.record import Value
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan
from kfix.rewrite.splice import splice
from kfix.source.syntax.document import Document
from kfix.source.syntax.errors import SourceError

__all__ = ["CannotWrite", "Rewritten", "rewrite"]


class Written(Protocol):
    """An edit, for all that is asked of it here."""

    def write(self, plan: Plan) -> str:
        """Enter the edit in the plan and return it in words."""


class Rewritten(Value):
    """What a repair makes of the files: the new bytes of those that change, and each edit in words,
    in its order.
    """

    files: dict[str, bytes]
    texts: tuple[str, ...]


def rewrite(
    documents: Mapping[str, Document], edits: Sequence[Written], program: str | None = None
) -> Rewritten:
    """Write the edits into the files that `documents` holds by their path; nothing else of them
    changes.

    In the texts of the edits a place in another file than `program` names its file. Raises
    `CannotWrite` when an edit cannot be written at its place, and then nothing is written.
    """
    plan = Plan(documents, program)
    texts = tuple(edit.write(plan) for edit in edits)
    files: dict[str, bytes] = {}
    for path, file in plan.files.items():
        changed: dict[int | None, str] = {}
        for cell, unit in file.units.items():
            if not unit.wanted:
                continue
            try:
                new = unit.unit.parts.of(unit.run())
            except RecursionError:
                raise CannotWrite("the program is too deeply nested") from None
            text = splice(unit.unit.text, unit.unit.parts.code, new)
            if text != unit.unit.text:
                changed[cell] = text
        if not changed:
            continue
        try:
            files[path] = documents[path].replace(changed)
        except SourceError as error:
            raise CannotWrite(error.message) from None
    return Rewritten(files, texts)
