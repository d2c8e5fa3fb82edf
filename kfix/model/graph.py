"""The nouns of a model: what is called with what, as it stands in the source.

Nothing here knows a shape rule. Arguments are kept as they were written
(positional or by keyword); `kfix.shapes` binds them to Keras's names.

Values of arguments, plain or nested in tuples, lists and dicts, are Python's own
(int, float, bool, str, bytes, None), or a `Layer`, a `TensorRef`, a `Symbol`, an `Array` or an
`Unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import Packed, WholeModel
from kfix.model.origin import Origin
from kfix.model.record import Record, Value
from kfix.model.site import Site
from kfix.model.unknown import Unknown

Dim = int | None | Unknown
"""An integer, a variable dim (`None`), or an unknown one."""

Shape = tuple[Dim, ...]
"""With the batch, as Keras writes it: `(None, 28, 28, 1)`."""

Shapes = Shape | Unknown | list["Shapes"] | dict[str, "Shapes"]
"""A tuple is one shape, a list or dict several; `Unknown` where not even the rank is known."""


class TensorRef(NamedTuple):
    """The `output`-th output of the node whose id is `node`."""

    node: int
    output: int = 0


class Symbol(Value, AbstractValue):
    """A thing of a library that is passed on by name: `keras.initializers.HeNormal`, a function.

    `path` is its dotted name in full. `called` distinguishes `HeNormal()` from `HeNormal`;
    then `site` is the place of that call, `given` the keywords of its arguments (`None` for a
    positional one) and `values` what they are, which make no difference.
    """

    path: str
    called: bool = False
    site: Site | None = None
    given: tuple[str | None, ...] = ()
    values: tuple[object, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and (self.path, self.called) == (other.path, other.called)

    def __hash__(self) -> int:
        return hash((self.path, self.called))

    def truth(self) -> bool | None:
        """Return true for a function or a class, `None` for what a call of it gave."""
        return None if self.called else True


class Array(Value, AbstractValue):
    """An array or a data tensor: its shape (dims may be `None` or unknown) and numpy's name of its
    dtype, if known.

    `distinct` is how many different values it holds, where that is known
    (labels of a data set with 10 classes: 10). `one_hot` is true where each
    row is known to stand for a class, `again` the call that made it one-hot where it was so
    before.
    """

    shape: Shape | Unknown
    dtype: str | None = None
    distinct: int | None = None
    one_hot: bool = False
    again: Site | None = None
    origin: Origin | None = None
    """What the shape is made of, where that is known: the 100 of `arange(100)`. It does not
    count in comparisons.
    """
    numbers: tuple[float, ...] | None = None
    """The numbers in it (one, or a few), where known. They do not count in comparisons either."""
    greatest: int | None = None
    """The greatest of its integers, where that is known: class 3 of labels from 1 to 3."""
    packed: Packed | None = None
    """The call that packed several arrays into it, which lie along its first axis."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())

    def _facts(self) -> tuple[object, ...]:
        return self.shape, self.dtype, self.distinct, self.one_hot, self.again

    @property
    def sample_known(self) -> bool:
        """Whether its rank is known, and its first axis may count samples."""
        return isinstance(self.shape, tuple) and bool(self.shape)

    @property
    def sample(self) -> Shape:
        """The shape of one sample, `()` where the rank is unknown."""
        return self.shape[1:] if isinstance(self.shape, tuple) else ()

    def truth(self) -> None:
        """Return `None`: the numbers in it are not known."""


class Argument(Record):
    """One argument of a call as it was written.

    `keyword` is `None` for a positional one. `site` is the place of the
    argument (in `**{"units": 3}` of the dict's entry), `None` where it has no
    place of its own and so cannot be edited there.
    """

    keyword: str | None
    value: object
    origin: Origin | None = None
    site: Site | None = None


class Library(Enum):
    """Where the class of a `Layer` comes from, and so which rule knows its output shape."""

    KERAS = "keras"
    """`keras.layers`, and `keras.Input` (`cls` "Input")."""

    APPLICATION = "applications"
    """`keras.applications`: a whole model, made by one call."""

    INSIDE_APPLICATION = "inside"
    """`keras.layers`, inside a model of `keras.applications`, at whose call it is said to stand.

    No edit reaches it.
    """

    OPERATION = "ops"
    """An operation on tensors.

    `cls` is its dotted name in full, as `keras.ops.mean`, `tf.reduce_mean`, `numpy.mean`,
    `keras.backend.mean`, `keras.layers.add`, `operator.add`, `operator.getitem`; `site` is the
    call or the expression, and so is that of its node.
    """

    MODEL = "model"
    """A model used as a layer; `model` holds it."""

    USER = "user"
    """A class of the program.

    `body` interprets its `call`, and `attributes` are those that Keras asks for (`state_size` and
    `output_size` of a recurrent cell).
    """

    REFUSED = "refused"
    """`add` of a model that has none, in the place of the first layer added."""

    UNKNOWN = "other"
    """Anything else, which no rule can know; `unknown` says why."""


class Layer(Record):
    """A layer, a nested model or an operation, made at one place in the source.

    `cls` is the name it was called by (`Conv2D`, `Convolution2D`, `VGG16`,
    `Sequential`, or a user's class), `library` where it comes from.

    Nodes that share `uid` share their weights. What stands inside a model of `keras.applications`
    has `attributes` too: "within", the layer that this model is, and "shown", the name of its class
    where `cls` only stands for it.
    """

    cls: str
    arguments: tuple[Argument, ...]
    site: Site
    uid: int
    library: Library = Library.KERAS
    model: Model | None = None
    body: Callable[[Shapes], Model | Unknown] | None = None
    unknown: Unknown | None = None
    attributes: tuple[tuple[str, object], ...] = ()

    @property
    def is_keras_layer(self) -> bool:
        """Whether it is a layer of `keras.layers` that the program itself makes."""
        return self.library is Library.KERAS

    @property
    def is_application(self) -> bool:
        """Whether it is a model of `keras.applications`."""
        return self.library is Library.APPLICATION

    @property
    def is_inside_application(self) -> bool:
        """Whether it stands inside a model of `keras.applications`."""
        return self.library is Library.INSIDE_APPLICATION

    @property
    def is_operation(self) -> bool:
        """Whether it is an operation on tensors."""
        return self.library is Library.OPERATION

    @property
    def is_model(self) -> bool:
        """Whether it is a model of the program that is used as a layer."""
        return self.library is Library.MODEL

    @property
    def is_user_layer(self) -> bool:
        """Whether its class is one of the program."""
        return self.library is Library.USER

    @property
    def is_refused(self) -> bool:
        """Whether it stands for an `add` that its model does not have."""
        return self.library is Library.REFUSED

    @property
    def is_unknown(self) -> bool:
        """Whether no rule can know it."""
        return self.library is Library.UNKNOWN

    def attribute(self, name: str) -> object:
        """Return one of its `attributes`, `None` where it has no such."""
        return next((value for key, value in self.attributes if key == name), None)

    def argument(self, keyword: str) -> Argument | None:
        """Return the argument that was given by this keyword."""
        for argument in self.arguments:
            if argument.keyword == keyword:
                return argument
        return None

    @property
    def name(self) -> str | None:
        """What `name=` says, if it is a string."""
        given = self.argument("name")
        return given.value if given is not None and isinstance(given.value, str) else None


class InnerLayer(Record):
    """A layer inside a model of `keras.applications`: class, name, arguments.

    `taken` are the numbers of the layers that it is called on: `None` for the Input, a list
    where it is called on a list. An argument that is a dict `{"even": …, "odd": …}` has for
    each side of the image the value that goes with the parity of what comes in. A Sequential has
    `layers`: of each the class, the name and the arguments. `shown` is what Keras calls the class,
    where `cls` only stands for it.

    A layer without a name has one that Keras makes up: `made` is how many of its class had been
    given one before it in this model. The uid of a layer is that of the model + 1 + `place`, which
    follows the order of their making where names are made up; a Sequential's layers have that of
    the Sequential + `PARTS`,
    + 2 `PARTS`, …: the reader leaves `RESERVED` free behind a model's own.
    """

    cls: str
    name: str | None
    arguments: Mapping[str, object]
    taken: int | list[int] | None
    shown: str
    place: int
    made: int | None

    PARTS = 1_200
    RESERVED = 6_000

    @property
    def operation(self) -> bool:
        """Return whether it is an operation, which is not among the model's `layers`."""
        return "." in self.cls


class Node(Record):
    """One use of a layer: `layer(*args)` in a graph, an element of a Sequential.

    `args` are the call's arguments in order, each with its keyword or `None`;
    their values hold `TensorRef`s, plain or in lists and dicts. In a
    Sequential the one argument is the tensor before it; that of the first
    layer is `TensorRef(Model.ENTRY)`.

    `site` is where the layer is put into the model: the element of the list,
    the argument of `.add(...)`, the call on a tensor. A new layer goes before
    or after that place.
    """

    id: int
    layer: Layer
    args: tuple[tuple[str | None, object], ...]
    site: Site


class ModelKind(Enum):
    """How a model was made."""

    SEQUENTIAL = "sequential"
    FUNCTIONAL = "functional"
    SUBCLASSED = "subclassed"


_KERAS_CLASSES = {ModelKind.SEQUENTIAL: "Sequential", ModelKind.FUNCTIONAL: "Functional"}


class Model(Record):
    """A graph of nodes in an order in which each comes after its inputs; a Sequential is a chain.

    `name` is the variable that holds it ("model"), `function` the dotted names
    of the functions and classes around its definition ("Net.build", "" at
    module level). `site` is the call that makes it. `given` are the input
    shapes stated otherwise than by a layer: by `model.build(...)`, a directive
    or the command line.

    A Sequential has the chain's nodes only, without a node for an input that nobody wrote:
    `kfix.shapes` knows where Keras looks for the shape. `tail` is the place behind which a layer
    can be added to an empty or finished Sequential, where there is one: that of the last layer, or
    of a later `model.pop()`. `weights` counts those that no layer of it holds (`self.add_weight` of
    a layer of the program), `trained` those of them that are trained. `input_keys` and
    `output_keys` are the keys of those that are a dictionary, in the order of the inputs and
    outputs. `takes` and `gives` are the structures of inputs and outputs with the number of each,
    `None` where that is unknown. `called` says that it is not a model that was made, but a call on
    data. `whole_inputs` are models that are given for inputs. `declared` is what a layer declares
    to give whose body it is, `declared_at` a place. `loose` says that it is there only because
    Keras refuses it.
    """

    name: str
    kind: ModelKind
    site: Site
    nodes: tuple[Node, ...]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    uid: int
    function: str = ""
    given: Shapes | None = None
    given_site: Site | None = None
    arguments: tuple[Argument, ...] = ()
    tail: Site | None = None
    condition: str | None = None
    weights: int | Unknown = 0
    trained: int | Unknown = 0
    input_keys: tuple[object, ...] = ()
    output_keys: tuple[object, ...] = ()
    takes: object = None
    gives: object = None
    called: bool = False
    whole_inputs: tuple[WholeModel, ...] = ()
    declared: Shape | None = None
    declared_at: Site | None = None
    loose: bool = False

    ENTRY = -1

    @property
    def is_sequential(self) -> bool:
        """Whether it is a `Sequential`, a chain of layers."""
        return self.kind is ModelKind.SEQUENTIAL

    @property
    def is_functional(self) -> bool:
        """Whether it is a graph between given inputs and outputs."""
        return self.kind is ModelKind.FUNCTIONAL

    @property
    def is_subclassed(self) -> bool:
        """Whether it is an instance of a class of the program with a `call`."""
        return self.kind is ModelKind.SUBCLASSED

    @property
    def keras_class(self) -> str | None:
        """Return the class of Keras that it is an instance of, `None` of a subclassed model."""
        return _KERAS_CLASSES.get(self.kind)

    @property
    def old_ends(self) -> list[Argument]:
        """`input=` and `output=` of a functional model, which Keras 3 takes as `inputs=` and
        `outputs=` alone.
        """
        if not self.is_functional:
            return []
        return [argument for argument in self.arguments if argument.keyword in ("input", "output")]

    @property
    def end(self) -> Site | None:
        """The place behind which a new last layer goes, if not that of the last layer."""
        stands = self.tail is not None and self.condition is None and bool(self.nodes)
        free = self.tail == self.site or all(node.site != self.tail for node in self.nodes)
        return self.tail if stands and free else None

    @property
    def qualified(self) -> str:
        """`function.name`, as the command line may name it."""
        return ".".join(filter(None, (self.function, self.name)))
