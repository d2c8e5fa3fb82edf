"""The command "explain the error": what an error means, and what it says of an open program.

The client reads the text where it is: the clipboard, a terminal, the output of a cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kfix import api
from kfix.lsp.server import Server, server

EXPLAIN_ERROR = "kfix.explainError"


@server.command(EXPLAIN_ERROR)
async def explain_error(ls: Server, uri: str, text: str) -> str:
    """Return what the error at the end of a text means, and show it to the person.

    `uri` is the program that gave it, "" or another one where that is not open.
    """
    spot = ls.documents.spot(uri)
    question = partial(api.explain_error, text)
    if spot is not None and spot.path in ls.documents.paths():
        source = ls.documents.source(spot.path)
        question = partial(api.explain_error, text, spot.path, source=source)
    try:
        explained = await ls.analysis.ask(question)
    except api.Error as error:
        explained, text = await ls.analysis.ask(partial(api.explain_error, text)), error.message
    said = "kfix: no error here" if explained is None else "\n".join(_lines(explained))
    ls.show(said)
    return said


def _lines(explained: api.Explanation) -> Iterator[str]:
    """Yield what is said of an error, of the program with it, and how that is fixed."""
    yield f"kfix: line {explained.log_line}: {explained.message}"
    yield explained.means or explained.about or "kfix does not know this error."
    if explained.causes:
        yield f"Usual causes: {explained.causes}"
    models = explained.report.models if explained.report else ()
    for found in dict.fromkeys(found for model in models for found in model.findings):
        yield f"Line {found.place.line}: {found.code}: {found.message}"
