"""What an expression can be worth to the interpreter, beside the scalars and containers of
`containers`: functions, classes and objects of the program, layers, tensors and models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Model, Symbol, TensorRef
from kfix.model.origin import Origin
from kfix.model.site import Site
from kfix.source.interpreter.facts import Condition

if TYPE_CHECKING:
    import libcst as cst

    from kfix.source.interpreter.state import Scope
    from kfix.source.syntax.document import Unit


class FunctionV(AbstractValue):
    """A function, lambda or method of the program.

    `wrapper` is the function that decorators of the program made of it, if they made another.
    """

    __slots__ = ("cls", "decorators", "defaults", "name", "node", "scope", "unit", "wrapper")

    def __init__(  # noqa: PLR0913 - a record: one argument for each field
        self,
        node: cst.FunctionDef | cst.Lambda,
        scope: Scope,
        unit: Unit,
        name: str,
        defaults: dict[str, AbstractValue],
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
        self.wrapper: FunctionV | None = None


class ClassV(AbstractValue):
    """A class of the program.

    `native` is the library class that it derives from, if any (its dotted name).
    """

    __slots__ = ("_order", "annotated", "bases", "decorators", "name", "names", "node", "unit")

    def __init__(
        self,
        node: cst.ClassDef | None,
        unit: Unit | None,
        name: str,
        bases: list[AbstractValue],
        names: dict[str, AbstractValue],
    ) -> None:
        self.node = node
        self.unit = unit
        self.name = name
        self.bases = bases
        self.names = names
        self.annotated: list[str] = []
        self.decorators: frozenset[str] = frozenset()
        self._order: list[ClassV] | None = None

    def mro(self) -> list[ClassV]:
        """Return this class and its bases of the program in the order of Python's `__mro__`.

        Bases that Python finds no order for come as they are listed.
        """
        if self._order is None:
            bases = [base for base in self.bases if isinstance(base, ClassV)]
            self._order = [self]  # while it is computed: a class that derives from itself
            self._order = [self, *_merged([*(base.mro() for base in bases), bases])]
        return self._order

    @property
    def native(self) -> str | None:
        """Return the dotted name of the library class that it derives from, if any."""
        return next(iter(self.natives), None)

    @property
    def natives(self) -> list[str]:
        """Return the dotted names of all library classes that it derives from, nearest first."""
        bases = chain.from_iterable(cls.bases for cls in self.mro())
        return [base.path for base in bases if isinstance(base, Symbol)]

    def find(self, name: str, after: ClassV | None = None) -> AbstractValue | None:
        """Return an attribute of this class or the nearest base that has it (behind `after`, for
        `super()`).
        """
        order = self.mro()
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for cls in order:
            if name in cls.names:
                return cls.names[name]
        return None

    def method(self, name: str) -> FunctionV | None:
        """Return a function of this class or the nearest base, `None` for no function."""
        found = self.find(name)
        return found if isinstance(found, FunctionV) else None


def _merged(orders: list[list[ClassV]]) -> Iterator[ClassV]:
    """Yield the classes of all orders, each before whatever it comes before in any of them."""
    orders = [list(order) for order in orders if order]
    while orders:
        behind = {id(cls) for order in orders for cls in order[1:]}
        first = next((one[0] for one in orders if id(one[0]) not in behind), orders[0][0])
        yield first
        orders = [left for one in orders if (left := [cls for cls in one if cls is not first])]


class InstanceV(AbstractValue):
    """An object of a class of the program. `model` is the model that it is, where it is one;
    `base` the layer of Keras that `super().call(x)` calls, where its class derives from one."""

    __slots__ = (
        "attributes",
        "base",
        "body_for",
        "cls",
        "given",
        "layer",
        "model",
        "result",
        "site",
        "unbuilt",
        "weights",
    )

    def __init__(self, cls: ClassV, site: Site | None = None) -> None:
        self.cls = cls
        self.attributes: dict[str, AbstractValue] = {}
        self.model: SequentialV | ModelV | None = None
        self.layer: LayerV | None = None
        self.base: LayerV | None = None
        self.site = site
        self.weights: list[tuple[Any, bool]] = []
        """The shapes of what `add_weight` made, each with whether it is trained."""
        self.result: AbstractValue | None = None
        """What its `call` gave when it was last read: tensors, in the containers that the program
        put them in.
        """
        self.given: list[Any] = []
        """The shapes that its `call` is read on."""
        self.unbuilt: list[tuple[Any, Any]] | None = None
        """The containers in its attributes, as they were before the first `build`."""
        self.body_for: Callable[[list[Any]], Any] | None = None
        """What gives a reader of `call` for a call with these arguments."""


class ObjectV(AbstractValue):
    """An object that the library knows.

    `kind` names its table ("argparse", "dataset"); what is in `data` is for the functions of that
    table alone to say. `origin` is the call that made it, where that can be made again.
    """

    __slots__ = ("data", "kind", "origin")

    def __init__(self, kind: str, **data: Any) -> None:
        self.kind = kind
        self.data: dict[str, Any] = data
        self.origin: Origin | None = None


class LayerV(AbstractValue):
    """A layer, and the nodes of the arena in which it was called.

    `displaced` is the tensor that the first variable bound to it held before: a layer that is not
    called takes the place of what it should be called on.
    """

    __slots__ = ("displaced", "layer", "nodes")

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.nodes: list[int] = []
        self.displaced: TensorRef | None = None

    @property
    def uid(self) -> int:
        """Return its number."""
        return self.layer.uid

    @property
    def cls(self) -> str:
        """Return the name that its class was called by."""
        return self.layer.cls

    @property
    def name(self) -> str | None:
        """Return its name, where it is known."""
        return self.layer.name


class TensorV(AbstractValue):
    """A symbolic tensor."""

    __slots__ = ("ref",)

    def __init__(self, ref: TensorRef) -> None:
        self.ref = ref

    def truth(self) -> None:
        """Return `None`: its numbers are not known."""


class Variant:
    """One way in which a Sequential may have been built: layers with the places where they were put
    in.
    """

    __slots__ = ("condition", "items", "uid")

    def __init__(
        self, condition: Condition, items: list[tuple[AbstractValue, Site]], uid: int
    ) -> None:
        self.condition = condition
        self.items = items
        self.uid = uid


SequentialState = tuple[
    list[tuple[Condition, tuple[tuple[AbstractValue, Site], ...], int]],
    Any,
    Site | None,
    Site | None,
]
"""What changes of a Sequential: of each variant condition, items and uid.

`given`, `given_site` and `tail`.
"""


class SequentialV(AbstractValue):
    """A Sequential as it grows."""

    __slots__ = (
        "also",
        "arguments",
        "function",
        "given",
        "given_site",
        "name",
        "nodes",
        "site",
        "tail",
        "uid",
        "variants",
    )

    def __init__(self, site: Site, uid: int, function: str) -> None:
        self.site = site
        self.uid = uid
        self.function = function
        self.name = ""
        self.also: dict[str, None] = {}
        self.variants = [Variant((), [], uid)]
        self.given: Any = None
        self.given_site: Site | None = None
        self.tail: Site | None = None
        self.arguments: tuple[Any, ...] = ()
        self.nodes: list[int] = []

    def save(self) -> SequentialState:
        """Return its state, for a `Journal`."""
        return (
            [(v.condition, tuple(v.items), v.uid) for v in self.variants],
            self.given,
            self.given_site,
            self.tail,
        )

    def load(self, saved: SequentialState) -> None:
        """Go back to a state."""
        variants, self.given, self.given_site, self.tail = saved
        self.variants = [Variant(condition, list(items), uid) for condition, items, uid in variants]


class ModelV(AbstractValue):
    """A functional or subclassed model.

    `model` is what it is (its name is filled in at the end).
    """

    __slots__ = (
        "also",
        "condition",
        "function",
        "instance",
        "keys",
        "layers",
        "lists_input",
        "lists_output",
        "model",
        "name",
        "nodes",
    )

    def __init__(self, model: Model, function: str, condition: Condition = ()) -> None:
        self.model = model
        self.function = function
        self.name = ""
        self.also: dict[str, None] = {}
        self.condition = condition
        self.nodes: list[int] = []
        self.layers: dict[int, LayerV] = {}
        self.instance: InstanceV | None = None
        self.keys: list[Any] | None = None
        """Of a model whose outputs are a dictionary, its keys, sorted as its outputs are."""
        self.lists_input = self.lists_output = False
        """Was its one input, or output, given in a list? Then it returns a list of one."""

    @property
    def output_keys(self) -> list[Any] | None:
        """Return the keys of its outputs, or `None` unless they are a dictionary with a key for
        each.
        """
        keys = self.keys
        if keys is not None and len(keys) == len(self.model.outputs):
            return keys
        return None

    def save(self) -> Model:
        """Return its state, for a `Journal`."""
        return self.model

    def load(self, saved: Model) -> None:
        """Go back to a state."""
        self.model = saved


class Choice(AbstractValue):
    """One of several values, each under its condition."""

    __slots__ = ("options",)

    def __init__(self, options: list[tuple[Condition, AbstractValue]]) -> None:
        self.options = options

    @property
    def values(self) -> list[AbstractValue]:
        """Return the values without their conditions."""
        return [value for _, value in self.options]

    @property
    def reason(self) -> str:
        """Return what it depends on, as a clause for a person."""
        condition = self.options[0][0]
        if condition:
            return f"it depends on `{condition[0][0].text}`"
        return "it depends"

    def truth(self) -> bool | None:
        """Return the result of `bool()`, where that is the same for all of them."""
        found = {value.truth() for value in self.values}
        if len(found) == 1:
            return found.pop()
        return None


class SliceV(AbstractValue):
    """`start:stop:step`, each a value or `None`."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[AbstractValue | None]) -> None:
        self.parts = parts


Native = Callable[..., AbstractValue]
