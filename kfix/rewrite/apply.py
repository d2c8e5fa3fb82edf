"""Edits in, texts out: all edits of a repair in one pass over each unit."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kfix.model.edits import Edit
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan
from kfix.rewrite.splice import splice
from kfix.source.syntax.document import Document
from kfix.source.syntax.errors import SourceError

__all__ = ["CannotWrite", "Rewritten", "rewrite"]


class Rewritten(NamedTuple):
    """What a repair makes of the files: the new bytes of those that change, and each edit in words, in its order."""

    files: dict[str, bytes]
    texts: tuple[str, ...]


def rewrite(documents: Mapping[str, Document], edits: Sequence[Edit]) -> Rewritten:
    """Write the edits into the files that `documents` holds by their path; nothing else of them changes.

    Each kind of edit is spelled by the module of `kfix.rewrite.kinds` that
    has its name. Raises `CannotWrite` when an edit has no spelling at its
    place, and then nothing is written.
    """
    plan = Plan(documents)
    texts = tuple(
        importlib.import_module(f"kfix.rewrite.kinds.{edit.kind.replace('-', '_')}").plan(
            plan, edit
        )
        for edit in edits
    )
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
