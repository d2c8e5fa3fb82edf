"""The calls of layers in a program, by the names of its imports alone."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.model.record import Record
from kfix.model.site import Site
from kfix.source.migration.text import Text, code, is_plain, keyword, literal, texts
from kfix.source.syntax.document import Document
from kfix.source.syntax.tree import IMPORTS, below


class GivenTo(Record):
    """One argument of a call: where it stands, its keyword ("" for none), its code and value."""

    site: Site
    keyword: str
    code: str
    value: object


class LayerCall(Record):
    """One call of a layer of Keras."""

    site: Site
    cls: str
    arguments: tuple[GivenTo, ...]


def layer_calls(document: Document) -> Iterator[LayerCall]:
    """Yield the calls of layers, the outer ones first; none inside a `try`."""
    for text in texts(document):
        for node in below(text.unit.module, (*IMPORTS, cst.Try)):
            if isinstance(node, cst.Call) and is_plain(node):
                yield from _layer_call(text, node)


def _layer_call(text: Text, node: cst.Call) -> Iterator[LayerCall]:
    path = text.keras(node.func)
    if path is not None and path.rest.startswith("layers."):
        rows = tuple(
            GivenTo(text.site(arg), keyword(arg), code(arg.value), literal(arg.value))
            for arg in node.args
        )
        yield LayerCall(text.site(node), path.rest.rpartition(".")[2], rows)
