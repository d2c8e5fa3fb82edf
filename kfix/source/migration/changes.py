"""What has to be written for a use of what Keras 3 has not: plain data, that edits are made of."""

from __future__ import annotations

from kfix.model.record import Record
from kfix.model.site import Site


class Written(Record):
    """Other code in the place of the expression at `site`.

    `{0}`, `{1}` in the text are the names of `brings`, each a dotted path into Keras, as the file
    spells them.
    """

    site: Site
    text: str
    brings: tuple[str, ...] = ()


class Renamed(Record):
    """Another keyword for the argument at `argument` of a call."""

    call: Site
    argument: Site
    old: str
    new: str


class Dropped(Record):
    """An argument that goes."""

    call: Site
    argument: Site
    old: str


class Recalled(Record):
    """A call of `name` with some of its arguments alone: their numbers, and their keywords."""

    call: Site
    name: str
    kept: tuple[tuple[int, str | None], ...]


class Removed(Record):
    """A statement that goes: the one that the call at `site` is."""

    site: Site
    written: str


Change = Written | Renamed | Dropped | Recalled | Removed


class OldUse(Record):
    """One use of what Keras 3 has not.

    `written` is its name, `module` the module that had it ("" for a method), `successor` what is
    in its place, in words. Without `changes` nothing can be written for it; `counted` are arguments
    whose number would be another one now.
    """

    site: Site
    module: str
    written: str
    successor: str
    changes: tuple[Change, ...]
    counted: tuple[str, ...] = ()
