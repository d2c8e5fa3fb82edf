"""Parsing again after an edit: only the top-level statements that changed.

Parsing is the dearest step of a run, and every candidate repair is read
again. The statements that an edit left alone keep the nodes they had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kfix.source.syntax.positions import code_of


class Parts:
    """A tree's text, a top-level statement at a time, as libcst writes it.

    `written` has the texts where a code generation of the whole module has
    noted them before.
    """

    def __init__(self, module: cst.Module, written: dict[int, str] | None = None) -> None:
        self.module = module
        if written is None or not module.has_trailing_newline:
            written = {id(part): code_of(module, part) for part in _parts(module)}
        self.texts = written
        self.code = self.of(module)

    def of(self, module: cst.Module) -> str:
        """Return the code of an edited tree: only the statements that have changed
        are written anew.
        """
        known = self.texts
        code = "".join(known.get(id(part)) or code_of(module, part) for part in _parts(module))
        if module.has_trailing_newline:
            return code or module.default_newline
        for newline in ("\r\n", "\n", "\r"):
            if code.endswith(newline):
                return code[: -len(newline)]
        return code


def _parts(module: cst.Module) -> Iterator[cst.CSTNode]:
    yield from module.header
    yield from module.body
    yield from module.footer


def reparse(old: Parts, text: str) -> cst.Module | None:
    """Return the tree of `text`, which is `old.code` but for some statements.

    `None` where it must be parsed whole.
    """
    module = old.module
    if not module.has_trailing_newline:
        return None
    before = sum(len(old.texts[id(part)]) for part in module.header)
    if text[:before] != old.code[:before]:
        return None
    first, start = _same(module.body, old.texts, text, before)
    after = sum(len(old.texts[id(part)]) for part in module.footer)
    if after and text[-after:] != old.code[-after:]:
        return None
    after = len(text) - after
    kept, end = _same_at_end(module.body[first:], old.texts, text[start:after])
    middle = text[start : start + end]
    if first == 0 or not middle.endswith("\n"):
        return None
    changed = _statements(middle, module)
    if not changed:
        return None
    last = len(module.body) - kept
    body = [*module.body[:first], *changed, *module.body[last:]]
    return module.with_changes(body=body)


def _statements(text: str, module: cst.Module) -> list[cst.CSTNode]:
    """Return the statements of a text, none where it has no statement or is not Python alone."""
    try:
        found = cst.parse_module(text, module.config_for_parsing)
    except cst.ParserSyntaxError:
        return []
    if not found.body or found.footer:
        return []
    head, *others = found.body
    lines = [*found.header, *head.leading_lines]
    return [head.with_changes(leading_lines=lines), *others]


def _same_at_end(body: Sequence[cst.CSTNode], texts: dict[int, str], text: str) -> tuple[int, int]:
    """Return how many statements `text` ends with unchanged, and where they begin in it."""
    count, end = 0, len(text)
    for part in reversed(body):
        if not text.endswith(texts[id(part)], 0, end):
            break
        end -= len(texts[id(part)])
        count += 1
    return count, end


def _same(
    body: Sequence[cst.CSTNode], texts: dict[int, str], text: str, start: int
) -> tuple[int, int]:
    """Return how many statements `text` begins with unchanged, and where they end in it."""
    count = 0
    for part in body:
        if not text.startswith(texts[id(part)], start):
            break
        start += len(texts[id(part)])
        count += 1
    return count, start
