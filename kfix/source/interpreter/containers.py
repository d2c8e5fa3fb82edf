"""What an expression can be worth to the interpreter: scalars and containers.

A `Const` is a scalar that is known; containers hold values, so that each element keeps where it came from.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from kfix.model.abstract_value import AbstractValue
from kfix.model.origin import Fixed, Origin, derived
from kfix.model.site import Site
from kfix.model.unknown import Unknown

Value = Any
"""What `kfix.source.library` still calls an `AbstractValue`."""

T = TypeVar("T")
U = TypeVar("U")


class Const(AbstractValue):
    """A known scalar: int, float, complex, bool, str, bytes, None, Ellipsis."""

    __slots__ = ("origin", "value")

    def __init__(self, value: object, origin: Origin | None = None) -> None:
        self.value = value
        self.origin: Origin = Fixed(value) if origin is None else origin

    def __repr__(self) -> str:
        return f"Const({self.value!r})"


NONE = Const(None)


class OpenV(Const):
    """A number that the graph works out as it runs, `tf.shape(x)[0]`: as a dim `None`, and so is what is made of it."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


@overload
def first(value: T | None, last: U, /) -> T | U: ...


@overload
def first(value: T | None, other: T | None, last: U, /) -> T | U: ...


def first(*values: object) -> object:
    """Return the first that is not `None`, `None` where all are.

    `or` will not do: an `Unknown` cannot be asked whether it is true.
    """
    return next((value for value in values if value is not None), None)


class Within(Unknown):
    """What is inside a model that is not seen into (one of `keras.applications`, by its number): some of its layers.

    `every`: all of them, or each of them in turn.
    """

    __slots__ = ("base", "every")

    def __init__(
        self,
        why: str,
        site: Site | None,
        base: int,
        every: bool,
        because: Unknown | None = None,
    ) -> None:
        super().__init__(why, site, because)
        self.base = base
        self.every = every


class FileV(Unknown):
    """What `open` gives: a file that nobody reads here; what the program itself wrote under the same `key` is known."""

    __slots__ = ("key",)

    def __init__(self, why: Unknown, key: str) -> None:
        super().__init__(why.why, why.site, why.because)
        self.key = key


class ListV(AbstractValue):
    """A list, tuple or set (`kind`), its elements with the places where they were put in.

    `unknown` says why more elements than these, or others, may be in it. `gap` is the
    index of one that stands for several, nobody knows how many.
    """

    __slots__ = ("gap", "items", "kind", "site", "sites", "unknown")

    def __init__(
        self,
        items: list[AbstractValue],
        kind: str = "list",
        sites: list[Site | None] | None = None,
        unknown: Unknown | None = None,
        site: Site | None = None,
    ) -> None:
        self.items = items
        self.kind = kind
        self.sites: list[Site | None] = sites if sites is not None else [None] * len(items)
        self.unknown = unknown
        self.site = site
        self.gap: int | None = None

    def save(self) -> object:
        """Its state, for a `Journal`."""
        return list(self.items), list(self.sites), self.unknown

    def load(self, saved: Any) -> None:
        """Go back to that state."""
        items, sites, self.unknown = saved
        self.items, self.sites = list(items), list(sites)


class DictV(AbstractValue):
    """A dictionary with known keys; `sites` are the entries' places."""

    __slots__ = ("entries", "sites", "unknown")

    def __init__(
        self, entries: dict[Any, AbstractValue] | None = None, sites: dict[Any, Site] | None = None
    ) -> None:
        self.entries: dict[Any, AbstractValue] = {} if entries is None else entries
        self.sites: dict[Any, Site] = {} if sites is None else sites
        self.unknown: Unknown | None = None

    def forget(self, why: Unknown) -> None:
        """Something that is not known was written to it: any entry may be another now."""
        self.entries, self.sites, self.unknown = {}, {}, why

    def save(self) -> object:
        """Its state, for a `Journal`."""
        return dict(self.entries), dict(self.sites), self.unknown

    def load(self, saved: Any) -> None:
        """Go back to that state."""
        entries, sites, self.unknown = saved
        self.entries, self.sites = dict(entries), dict(sites)


class RangeV(AbstractValue):
    """A `range`, with the origins of its start and step."""

    __slots__ = ("origins", "range")

    def __init__(self, span: range, origins: tuple[Origin, Origin]) -> None:
        self.range = span
        self.origins = origins

    def item(self, index: int) -> Const:
        """The element at this index."""
        start, step = self.origins
        value = self.range[index]
        return Const(value, derived(value, range_item, start, step, Fixed(index)))


def range_item(start: int, step: int, index: int) -> int:
    """The element of a range."""
    return start + step * index
