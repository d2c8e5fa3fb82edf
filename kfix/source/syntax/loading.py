"""From a file's bytes to its tree, by the kind of file."""

from __future__ import annotations

import re

from kfix.source.syntax.document import Document
from kfix.source.syntax.errors import SourceError

_FOR_IPYTHON = re.compile(rb"^\s*[!%]", re.MULTILINE)


def load(path: str, data: bytes) -> Document:
    """Parse a file's bytes; `path` is its name in the project, a notebook's ends in `.ipynb`.

    A program may have lines for IPython, where it was exported from a notebook. Raises
    `SourceError` for what is not a program, or too deep or large for libcst.
    """
    if path.endswith(".ipynb"):
        from kfix.source.syntax.notebook import Notebook

        return Notebook.load(path, data)
    try:
        return Document.load(path, data)
    except SourceError as error:
        if not _FOR_IPYTHON.search(data):
            raise
        from kfix.source.syntax.exported import Exported

        try:
            return Exported.load(path, data)
        except SourceError:
            raise error from None
