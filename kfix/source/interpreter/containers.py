"""What an expression can be worth to the interpreter: scalars and containers.

A `Const` is a scalar that is known; containers hold values, so that each element keeps where it
came from.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any, TypeVar, overload

from kfix.model.abstract_value import AbstractValue
from kfix.model.order import by_key
from kfix.model.origin import Fixed, Origin, derived
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH, MAX_SIZE

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

    def truth(self) -> bool:
        """Return the result of `bool()`."""
        return bool(self.value)

    def elements(self) -> list[AbstractValue] | None:
        """Return the letters of a text that is not too long."""
        if not isinstance(self.value, str) or len(self.value) > MAX_SIZE:
            return None
        return [Const(letter) for letter in self.value]


NONE = Const(None)


def is_none(value: AbstractValue) -> bool:
    """Return whether a value is known to be `None`."""
    return isinstance(value, Const) and value.value is None


class OpenV(Const):
    """A number that the graph works out as it runs, `tf.shape(x)[0]`: as a dim `None`, and so is
    what is made of it.
    """

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
    """What is inside a model that is not seen into (one of `keras.applications`, by its number):
    some of its layers.

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

    def some(self) -> Within:
        """Return one of its layers, nobody knows which."""
        return Within(self.why, self.site, self.base, every=False, because=self.because)


class FileV(Unknown):
    """What `open` gives: a file that nobody reads here.

    What the program itself wrote under the same `key` is known.
    """

    __slots__ = ("key",)

    def __init__(self, why: Unknown, key: str) -> None:
        super().__init__(why.why, why.site, why.because)
        self.key = key


class NotGiven(Unknown):
    """Why the content of `*args` or `**kwargs` is unknown in a function that nothing calls, or that
    of a dictionary in the place of a parameter. Arguments are passed on as empty.
    """

    __slots__ = ()


class Container(AbstractValue):
    """A list, tuple, set or dictionary.

    `unknown` says why more than is stated, or something else, may be in it.
    """

    __slots__ = ("unknown",)

    unknown: Unknown | None

    def held(self) -> Collection[AbstractValue]:
        """Return the values in it that are known, in its own order."""
        raise NotImplementedError

    def leaves(self) -> Collection[AbstractValue]:
        """Return the values in it in the order in which Keras flattens it: those of a dictionary by
        their keys.
        """
        return self.held()

    def truth(self) -> bool | None:
        """Return whether it holds something."""
        if self.held():
            return True
        if self.unknown is None:
            return False
        return None


class ListV(Container):
    """A list, tuple or set (`kind`), its elements with the places where they were put in.

    `unknown` says why more elements than these, or others, may be in it. `gap` is the
    index of one that stands for several, nobody knows how many.
    """

    __slots__ = ("gap", "items", "kind", "site", "sites")

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

    @property
    def is_known_tuple(self) -> bool:
        """Whether it is a tuple all of whose elements are listed."""
        return self.kind == "tuple" and self.unknown is None

    def held(self) -> list[AbstractValue]:
        """Return its elements."""
        return self.items

    def elements(self) -> list[AbstractValue] | None:
        """Return its elements, `None` where there may be others."""
        if self.unknown is None:
            return list(self.items)
        return None

    def save(self) -> tuple[list[AbstractValue], list[Site | None], Unknown | None]:
        """Return its state, for a `Journal`."""
        return list(self.items), list(self.sites), self.unknown

    def load(self, saved: tuple[list[AbstractValue], list[Site | None], Unknown | None]) -> None:
        """Go back to a state."""
        items, sites, self.unknown = saved
        self.items, self.sites = list(items), list(sites)


class DictV(Container):
    """A dictionary with known keys; `sites` are the entries' places."""

    __slots__ = ("entries", "sites")

    def __init__(
        self, entries: dict[Any, AbstractValue] | None = None, sites: dict[Any, Site] | None = None
    ) -> None:
        self.entries: dict[Any, AbstractValue] = {} if entries is None else entries
        self.sites: dict[Any, Site] = {} if sites is None else sites
        self.unknown: Unknown | None = None

    def held(self) -> Collection[AbstractValue]:
        """Return the values of its entries."""
        return self.entries.values()

    def leaves(self) -> list[AbstractValue]:
        """Return the values of its entries, sorted by their keys as Keras does."""
        return [self.entries[key] for key in by_key(self.entries)]

    def elements(self) -> list[AbstractValue] | None:
        """Return its keys, `None` where there may be others."""
        if self.unknown is None:
            return [key_value(key) for key in self.entries]
        return None

    def put(self, key: Hashable, value: AbstractValue) -> None:
        """Set an entry that has no place of its own."""
        self.entries[key] = value
        self.sites.pop(key, None)

    def remove(self, key: Hashable) -> None:
        """Delete an entry, where it is there."""
        self.entries.pop(key, None)
        self.sites.pop(key, None)

    def forget(self, why: Unknown) -> None:
        """Take back all entries: something that is not known was written, any of them may be
        another now.
        """
        self.entries, self.sites, self.unknown = {}, {}, why

    def save(self) -> tuple[dict[Any, AbstractValue], dict[Any, Site], Unknown | None]:
        """Return its state, for a `Journal`."""
        return dict(self.entries), dict(self.sites), self.unknown

    def load(self, saved: tuple[dict[Any, AbstractValue], dict[Any, Site], Unknown | None]) -> None:
        """Go back to a state."""
        entries, sites, self.unknown = saved
        self.entries, self.sites = dict(entries), dict(sites)


def sites_of(value: AbstractValue | None, count: int) -> list[Site | None]:
    """Return the places of the `count` elements of a value: those of a list, else none."""
    return list(value.sites) if isinstance(value, ListV) else [None] * count


def key_value(key: Any) -> AbstractValue:
    """Return the value of a dictionary's key: objects of the program are their own keys."""
    if isinstance(key, tuple):
        return ListV([key_value(item) for item in key], "tuple")
    if isinstance(key, AbstractValue):
        return key
    return Const(key)


class RangeV(AbstractValue):
    """A `range`, with the origins of its start and step."""

    __slots__ = ("origins", "range")

    def __init__(self, span: range, origins: tuple[Origin, Origin]) -> None:
        self.range = span
        self.origins = origins

    def truth(self) -> bool:
        """Return whether it holds a number."""
        return bool(self.range)

    def elements(self) -> list[AbstractValue] | None:
        """Return its numbers, unless they are too many."""
        if self.range[MAX_LENGTH : MAX_LENGTH + 1]:  # `len` of a much longer one fails
            return None
        return [self.item(index) for index in range(len(self.range))]

    def item(self, index: int) -> Const:
        """Return the number at this index; raises `IndexError`."""
        start, step = self.origins
        value = self.range[index]
        return Const(value, derived(value, range_item, start, step, Fixed(index)))


def range_item(start: int, step: int, index: int) -> int:
    """Return the number of a range at this index."""
    return start + step * index
