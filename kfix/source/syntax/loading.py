"""From a file's bytes to its tree, by the kind of file."""

from __future__ import annotations

from kfix.source.syntax.document import Document


def load(path: str, data: bytes) -> Document:
    """Parse a file's bytes; `path` is its name in the project, a notebook's ends in `.ipynb`.

    Raises `SourceError` for what is no program, or too deep or large for libcst.
    """
    if path.endswith(".ipynb"):
        from kfix.source.syntax.notebook import Notebook

        return Notebook.load(path, data)
    return Document.load(path, data)
