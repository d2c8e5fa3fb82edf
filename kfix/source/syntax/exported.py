"""Programs exported from a notebook with its magics and shell lines: `!pip install keras`."""

from __future__ import annotations

from collections.abc import Mapping

from kfix.source.syntax.document import Document, Unit, parse
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import check
from kfix.source.syntax.magics import with_magics, without_magics


class Exported(Document):
    """A file in which lines for IPython stand; they are passed by, and stay as they are."""

    magics: list[str]

    @classmethod
    def load(cls, path: str, data: bytes) -> Exported:
        """Parse a file without its magics; raise `SourceError` as for any other file."""
        check(data)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError("not utf-8 text", 1, error.start + 1) from None
        plain, magics = without_magics(text)
        document = cls(path, data, [Unit(path, None, plain, parse(plain))], "utf-8", b"")
        document.magics = magics
        return document

    def edited(self, data: bytes) -> Document:
        """Return the same file with other bytes, parsed anew; raise `SourceError` as `load`."""
        return self.load(self.path, data)

    def replace(self, texts: Mapping[int | None, str]) -> bytes:
        """Return the file's bytes with another text, the magics in their places."""
        if None not in texts:
            return self.data
        return with_magics(texts[None], self.magics).encode("utf-8")
