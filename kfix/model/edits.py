"""The edits that kfix can make, and a repair made of them.

An edit is an edit of the source: it names Sites, and through a Site every
layer that was made there. What an edit costs is known to `kfix.repair`, how it
is spelled to `kfix.rewrite`.
"""

from __future__ import annotations

from typing import ClassVar

from kfix.model.graph import Shapes
from kfix.model.record import Value
from kfix.model.site import Site
from kfix.model.unknown import Unknown


class Count(int):
    """How many outputs a sample there are, as a value that is written: a name that says so may stand for it."""

    __slots__ = ()


class Named(int):
    """A number, and the name that the program has for it where it is written."""

    name: str

    def __new__(cls, number: int, name: str) -> Named:
        """The `number`, called `name`."""
        made = super().__new__(cls, number)
        made.name = name
        return made


class Times(int):
    """A number that is `factor` times what stands there now: `2 * units` in the place of `units`."""

    factor: int

    def __new__(cls, present: int, factor: int) -> Times:
        """`factor` times the `present` value."""
        made = super().__new__(cls, present * factor)
        made.factor = factor
        return made


class NewLayer(Value):
    """A layer that is to be written: Keras's class name and its arguments, positional ones first with `None`.

    A value may itself be a `NewLayer` (TimeDistributed(Dense(3))), an
    `Existing` (the layer that stood there before: TimeDistributed of it) or a
    `ValueOf` (what another layer is given: Conv2D(filters, 1) beside it).
    """

    cls: str
    arguments: tuple[tuple[str | None, object], ...] = ()


class Existing(Value):
    """The source text of the call at `site`, taken over as it stands."""

    site: Site


class ValueOf(Value):
    """The value of the argument at `site`, written as it is there.

    Where that layer is made several times (a helper function, a loop), each
    new layer gets the value of the one made last before it, or of the one
    that was made `back` earlier.
    """

    site: Site
    back: int = 0


class AsWritten(int):
    """A number that is written as the argument `of` is, where its names mean the same at the new place."""

    of: ValueOf

    def __new__(cls, number: int, of: ValueOf) -> AsWritten:
        """The `number`, written as `of`."""
        made = super().__new__(cls, number)
        made.of = of
        return made


class Slot(Value):
    """Where an argument of the call at `call` is, or would be: `argument` is the place of the present one, if any.

    `texts` are arguments of the call with the value that each has, wherever
    it is made: what of the new value is written there already is taken over,
    `(img_width, img_height, 3)` of `(3, img_width, img_height)`.
    """

    call: Site
    argument: Site | None = None
    texts: tuple[tuple[object, Site], ...] = ()


class InsertLayer(Value):
    """A new layer `before` or `after` (`where`) the place where a layer is put in.

    `ahead` is before the first layer alone of those that are put in there, and so before the loop that makes them.
    Before a call on several tensors, `input` is the number of the one that the
    new layer is called on (from 0, in the order they are written).
    """

    kind: ClassVar[str] = "insert-layer"
    site: Site
    where: str
    layer: NewLayer
    input: int | None = None


class RemoveLayer(Value):
    """The layer put in at `site` goes."""

    kind: ClassVar[str] = "remove-layer"
    site: Site


class MoveLayer(Value):
    """The layer put in at `site` goes `before` or `after` the one put in at `to`."""

    kind: ClassVar[str] = "move-layer"
    site: Site
    to: Site
    where: str


class ReplaceLayer(Value):
    """The layer made by the call at `site` becomes another, or (`Existing`) the layer that it wraps."""

    kind: ClassVar[str] = "replace-layer"
    site: Site
    layer: NewLayer | Existing


class SetArgument(Value):
    """The argument `name` becomes `value` at every slot: one edit, however many calls it touches."""

    kind: ClassVar[str] = "set-argument"
    slots: tuple[Slot, ...]
    name: str
    value: object


class DropArgument(Value):
    """The argument `name` goes from every slot (each has a present argument)."""

    kind: ClassVar[str] = "drop-argument"
    slots: tuple[Slot, ...]
    name: str


class SetInputShape(Value):
    """The input shape of a model becomes `value`, written as argument `name` at the slot."""

    kind: ClassVar[str] = "set-input-shape"
    slot: Slot
    name: str
    value: object


class SetLiteral(Value):
    """The literals at `sites` become `value`, and all that is made of them follows.

    `role` says what the value means where it is used (an argument's name),
    for the price and for the words.
    """

    kind: ClassVar[str] = "set-literal"
    sites: tuple[Site, ...]
    value: object
    role: str


class RenameArgument(Value):
    """The keyword at `slot` becomes `name`; its value becomes `value` unless that is `Ellipsis`."""

    kind: ClassVar[str] = "rename-argument"
    slot: Slot
    old: str
    name: str
    value: object = ...


class WrapArgument(Value):
    """What is given at `sites` goes through a function first: `np.expand_dims(x, -1)` in the place of `x`.

    `function` is its dotted name in full (`numpy.expand_dims`), or a method of
    the data behind a dot (`.batch`); `arguments` are those behind the data, each
    with its keyword or `None`.
    """

    kind: ClassVar[str] = "wrap-argument"
    sites: tuple[Site, ...]
    function: str
    arguments: tuple[tuple[str | None, object], ...] = ()


class SwapData(Value):
    """What is given at the two `sites`, elements of a list, a tuple or a dictionary, changes places."""

    kind: ClassVar[str] = "swap-data"
    sites: tuple[Site, ...]


class RenameKey(Value):
    """The key of the entry at `site` of a dictionary becomes `name`: a string, with the quotes that stood there."""

    kind: ClassVar[str] = "rename-key"
    site: Site
    name: str


class ExchangeName(Value):
    """The class or function of a library that is written at `site` becomes its sibling `name`; its arguments stay.

    `CategoricalCrossentropy(from_logits=True)` becomes `SparseCategoricalCrossentropy(from_logits=True)`.
    `gone` is the old name where the library has it no more: its import goes too.
    """

    kind: ClassVar[str] = "exchange-name"
    site: Site
    name: str
    gone: str = ""


class ExchangeCall(Value):
    """The call of a function of Keras at `site` becomes one of its sibling `name`, which takes `kept` of its arguments.

    Of each that number in the call, from 0, and its keyword (`None`: positional).
    `merge([a, b], mode="concat", concat_axis=1)` becomes `concatenate([a, b], axis=1)`.
    """

    kind: ClassVar[str] = "exchange-call"
    site: Site
    name: str
    kept: tuple[tuple[int, str | None], ...]


class ExchangeTensor(Value):
    """The layer called at `site` takes another tensor as its input number `input`: the one that is made at `given`."""

    kind: ClassVar[str] = "exchange-tensor"
    site: Site
    input: int
    given: Site


class ReverseOrder(Value):
    """The layer that a loop calls at `site` takes the tensors of its input number `input` in the reverse order."""

    kind: ClassVar[str] = "reverse-order"
    site: Site
    input: int


class SwapArguments(Value):
    """Two calls of the helper function that calls a layer at `site` change what they give it as its input `input`.

    `one` and `two` number those calls from 0, of `count` in all.
    """

    kind: ClassVar[str] = "swap-arguments"
    site: Site
    input: int
    one: int
    two: int
    count: int


class JoinOutputs(Value):
    """Of the outputs of the layer called at `site`, two are joined by a Concatenate, which takes the place of one.

    Each of `pairs` is the number of the output that is replaced, and those of the two that are joined.
    """

    kind: ClassVar[str] = "join-outputs"
    site: Site
    pairs: tuple[tuple[int, int, int], ...]


class MoveImport(Value):
    """The import at `site` brings each name from the module that has it now.

    `homes` are its names, each with that module and its name there ("" for a
    name that nothing uses: it goes). `inside` are names that were modules:
    the name, what is read from it, the module that has that now, and its name.
    """

    kind: ClassVar[str] = "move-import"
    site: Site
    homes: tuple[tuple[str, str, str], ...]
    inside: tuple[tuple[str, str, str, str], ...] = ()


class MovePath(Value):
    """The dotted name written at `site` becomes `path`: `layers.Rescaling`."""

    kind: ClassVar[str] = "move-path"
    site: Site
    path: str


class WrapModel(Value):
    """The model that the call at `site` adds to goes into a Sequential before: `model = Sequential([model])`."""

    kind: ClassVar[str] = "wrap-model"
    site: Site


Edit = (
    InsertLayer
    | RemoveLayer
    | ReverseOrder
    | SwapArguments
    | JoinOutputs
    | MoveLayer
    | ReplaceLayer
    | SetArgument
    | DropArgument
    | SetInputShape
    | SetLiteral
    | RenameArgument
    | WrapArgument
    | ExchangeCall
    | RenameKey
    | SwapData
    | ExchangeName
    | ExchangeTensor
    | MoveImport
    | MovePath
    | WrapModel
)

KINDS: tuple[str, ...] = tuple(edit.kind for edit in Edit.__args__)
"""The kinds of edits, as `--only` and `--never` take them."""


class Repair(Value):
    """A set of edits that mends a model, and what comes of it.

    `cost` is the sum of the edits' prices. `safety` is "safe" (the model could
    not build, and this has one meaning), "unsafe" (another choice is as good)
    or "display" (advice, no edit). `why` is one sentence for a person.
    """

    edits: tuple[Edit, ...]
    outputs: tuple[Shapes, ...]
    params: int | Unknown
    cost: float
    safety: str
    why: str = ""
