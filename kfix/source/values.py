"""What an expression can be worth to the interpreter.

A value is one of these, or a `Symbol`, an `Array` or an `Unknown` of
`kfix.model`. A `Const` is a scalar that is known; containers hold values, so
that each element keeps where it came from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kfix.model.graph import Layer, Model, Symbol, TensorRef
from kfix.model.origin import Derived, Fixed, Origin
from kfix.model.site import Site
from kfix.model.unknown import Unknown

if TYPE_CHECKING:
    import libcst as cst

    from kfix.source.document import Unit
    from kfix.source.state import Scope

Value = Any
"""Any of the classes below, a `Symbol`, an `Array` or an `Unknown`."""

Atom = tuple[str, bool]
Condition = tuple[Atom, ...]
"""What must hold: texts of tests, each with what it gives. Empty: always."""


class Const:
    """A known scalar: int, float, complex, bool, str, bytes, None, Ellipsis."""

    __slots__ = ("origin", "value")

    def __init__(self, value: object, origin: Origin | None = None) -> None:
        self.value = value
        self.origin: Origin = Fixed(value) if origin is None else origin

    def __repr__(self) -> str:
        return f"Const({self.value!r})"


NONE = Const(None)


def first(*values: Value) -> Value:
    """The first that is not `None`: an `Unknown` cannot be asked whether it is true, so `or` will not do."""
    return next((value for value in values if value is not None), None)


class Within(Unknown):
    """What is inside a model that is not seen into (one of `keras.applications`, by its number): some of its layers.

    `every`: all of them, or each of them in turn. `which`: the one of this name or index.
    """

    __slots__ = ("base", "every", "which")

    def __init__(
        self,
        why: str,
        site: Site | None,
        base: int,
        every: bool,
        because: Unknown | None = None,
        which: str | int | None = None,
    ) -> None:
        super().__init__(why, site, because)
        self.base = base
        self.every = every
        self.which = which


class ListV:
    """A list, tuple or set (`kind`), its elements with the places where they were put in.

    `unknown` says why more elements than these, or others, may be in it. `gap` is the
    index of one that stands for several, nobody knows how many.
    """

    __slots__ = ("gap", "items", "kind", "site", "sites", "unknown")

    def __init__(
        self,
        items: list[Value],
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


class DictV:
    """A dictionary with known keys; `sites` are the entries' places."""

    __slots__ = ("entries", "sites", "unknown")

    def __init__(self, entries: dict[Any, Value] | None = None, sites: dict[Any, Site] | None = None) -> None:
        self.entries: dict[Any, Value] = {} if entries is None else entries
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


class RangeV:
    """A `range`, with the origins of its start and step."""

    __slots__ = ("origins", "range")

    def __init__(self, span: range, origins: tuple[Origin, Origin]) -> None:
        self.range = span
        self.origins = origins

    def item(self, index: int) -> Const:
        """The element at this index."""
        start, step = self.origins
        return Const(self.range[index], Derived(range_item, (start, step, Fixed(index))))


def range_item(start: int, step: int, index: int) -> int:
    """The element of a range."""
    return start + step * index


class FunctionV:
    """A function, lambda or method of the program."""

    __slots__ = ("cls", "decorators", "defaults", "name", "node", "scope", "unit")

    def __init__(
        self,
        node: cst.FunctionDef | cst.Lambda,
        scope: Scope,
        unit: Unit,
        name: str,
        defaults: dict[str, Value],
        cls: ClassV | None = None,
        decorators: frozenset[str] = frozenset(),
    ) -> None:
        self.node = node
        self.scope = scope
        self.unit = unit
        self.name = name
        self.defaults = defaults
        self.cls = cls
        self.decorators = decorators


class ClassV:
    """A class of the program. `native` is the library class that it derives from, if any (its dotted name)."""

    __slots__ = ("annotated", "bases", "decorators", "name", "names", "node", "unit")

    def __init__(
        self, node: cst.ClassDef | None, unit: Unit | None, name: str, bases: list[Value], names: dict[str, Value]
    ) -> None:
        self.node = node
        self.unit = unit
        self.name = name
        self.bases = bases
        self.names = names
        self.annotated: list[str] = []
        self.decorators: frozenset[str] = frozenset()

    def mro(self) -> list[ClassV]:
        """This class and its bases of the program, the nearest first (depth first, each once)."""
        found: list[ClassV] = []
        waiting: list[Value] = [self]
        while waiting and len(found) < 50:
            cls = waiting.pop(0)
            if isinstance(cls, ClassV) and cls not in found:
                found.append(cls)
                waiting[:0] = cls.bases
        return found

    @property
    def native(self) -> str | None:
        """The dotted name of the library class that it derives from, if any."""
        for cls in self.mro():
            for base in cls.bases:
                if isinstance(base, Symbol):
                    return base.path
        return None

    def find(self, name: str, after: ClassV | None = None) -> tuple[ClassV, Value] | None:
        """The class attribute, in this class or the nearest base that has it (behind `after`, for `super()`)."""
        order = self.mro()
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for cls in order:
            if name in cls.names:
                return cls, cls.names[name]
        return None


class InstanceV:
    """An object of a class of the program. `model` is the model that it is, where it is one;
    `base` the layer of Keras that `super().call(x)` calls, where its class derives from one."""

    __slots__ = ("attributes", "base", "body_for", "cls", "layer", "model", "result", "site", "weights")

    def __init__(self, cls: ClassV, site: Site | None = None) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}
        self.model: SequentialV | ModelV | None = None
        self.layer: LayerV | None = None
        self.base: LayerV | None = None
        self.site = site
        self.weights: list[tuple[Any, bool]] = []
        """The shapes of what `add_weight` made, each with whether it is trained."""
        self.result: Value = None
        """What its `call` gave when it was last read: tensors, in the containers that the program put them in."""
        self.body_for: Callable[[list[Any]], Any] | None = None
        """What gives a reader of `call` for a call with these arguments."""


class BoundV:
    """A function of the program with its first argument."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Value, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver


class MethodV:
    """A method of a library's or a builtin object: `table` and `name` find it in the library."""

    __slots__ = ("name", "receiver", "table")

    def __init__(self, table: str, name: str, receiver: Value) -> None:
        self.table = table
        self.name = name
        self.receiver = receiver


class SuperV:
    """`super()` in a method of `cls`, called on `instance`."""

    __slots__ = ("cls", "instance")

    def __init__(self, cls: ClassV, instance: Value) -> None:
        self.cls = cls
        self.instance = instance


class SuperInitV:
    """`super().__init__` of an object whose base is a class of a library."""

    __slots__ = ("instance",)

    def __init__(self, instance: Value) -> None:
        self.instance = instance


class PartialV:
    """`functools.partial(function, ...)`."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Value, arguments: list[Any]) -> None:
        self.function = function
        self.arguments = arguments


class ModuleV:
    """A module of the same project; its file, `path`, is read when a name of it is first asked for.

    Without a file it is a package of which only the modules that were imported are known.
    """

    __slots__ = ("name", "path", "scope", "state")

    def __init__(self, name: str, scope: Scope, path: str | None = None) -> None:
        self.name = name
        self.scope = scope
        self.path = path
        self.state = "new" if path is not None else "read"

    @property
    def names(self) -> dict[str, Value]:
        """The names at its top level, as far as it was read."""
        return self.scope.names


class LazyV:
    """A name that is imported from a module of the project: what it stands for is looked up when it is used."""

    __slots__ = ("busy", "find", "value")

    def __init__(self, find: Callable[[], tuple[Value, bool]]) -> None:
        self.find = find
        self.busy = False
        self.value: Value = None


class ObjectV:
    """An object that the library tables know: `kind` names its table ("argparse", "dataset"), `data` is theirs."""

    __slots__ = ("data", "kind")

    def __init__(self, kind: str, **data: Value) -> None:
        self.kind = kind
        self.data: dict[str, Value] = data


class LayerV:
    """A layer, and the nodes of the arena in which it was called."""

    __slots__ = ("layer", "nodes")

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.nodes: list[int] = []


class TensorV:
    """A symbolic tensor."""

    __slots__ = ("ref",)

    def __init__(self, ref: TensorRef) -> None:
        self.ref = ref


class Variant:
    """One way in which a Sequential may have been built: layers with the places where they were put in."""

    __slots__ = ("condition", "items", "uid")

    def __init__(self, condition: Condition, items: list[tuple[Value, Site]], uid: int) -> None:
        self.condition = condition
        self.items = items
        self.uid = uid


class SequentialV:
    """A Sequential as it grows."""

    __slots__ = ("arguments", "function", "given", "given_site", "name", "nodes", "site", "tail", "uid", "variants")

    def __init__(self, site: Site, uid: int, function: str) -> None:
        self.site = site
        self.uid = uid
        self.function = function
        self.name = ""
        self.variants = [Variant((), [], uid)]
        self.given: Any = None
        self.given_site: Site | None = None
        self.tail: Site | None = None
        self.arguments: tuple[Any, ...] = ()
        self.nodes: list[int] = []

    def save(self) -> object:
        """Its state, for a `Journal`."""
        return (
            [(v.condition, tuple(v.items), v.uid) for v in self.variants],
            self.given,
            self.given_site,
            self.tail,
        )

    def load(self, saved: Any) -> None:
        """Go back to that state."""
        variants, self.given, self.given_site, self.tail = saved
        self.variants = [Variant(condition, list(items), uid) for condition, items, uid in variants]


class ModelV:
    """A functional or subclassed model; `model` is what it is (its name is filled in at the end)."""

    __slots__ = ("condition", "function", "instance", "keys", "layers", "model", "name", "nodes")

    def __init__(self, model: Model, function: str, condition: Condition = ()) -> None:
        self.model = model
        self.function = function
        self.name = ""
        self.condition = condition
        self.nodes: list[int] = []
        self.layers: dict[int, LayerV] = {}
        self.instance: InstanceV | None = None
        self.keys: list[Any] | None = None
        """Of a model whose outputs are a dictionary, its keys, sorted as its outputs are."""

    def save(self) -> object:
        """Its state, for a `Journal`."""
        return self.model

    def load(self, saved: Any) -> None:
        """Go back to that state."""
        self.model = saved


class Choice:
    """One of several values, each under its condition."""

    __slots__ = ("options",)

    def __init__(self, options: list[tuple[Condition, Value]]) -> None:
        self.options = options


Native = Callable[..., Value]
