"""The result of reading one program: its models, their calls, and what it declares of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from kfix.model.graph import Argument, Array, Model, Shape, Shapes, TensorRef
from kfix.model.record import Record, Value
from kfix.model.site import Place, Site
from kfix.model.unknown import Unknown

Role = Literal["x", "y", "loss", "metrics"]
"""What a `Part` is given as: the argument of `fit` or of `compile`."""


class Part(Record):
    """One thing of several that a call is given.

    It is the data of one input or output, one loss, or one metric.

    `role` is "x" or "y" for data, "loss" or "metrics" for `compile`. `key` is
    the number or the name of the output that it is for, `None` where it is for
    all. `site` is where the value is written: an argument of a call, an element
    of a tuple or a dict, or a literal or a call elsewhere; `None` where nobody
    can say. `listed` is for data that is a Python list: the function that
    makes the array `value` of it ("numpy.array", "numpy.concatenate"); `plain`
    is true where it is a list of numbers alone, or of such lists. `aside` is
    true of what is given in `validation_data`. `compares` is true of a loss
    that is a function of the program which takes labels and output from each
    other, number by number.
    """

    role: Role
    key: int | str | None
    value: object
    site: Site | None
    listed: str = ""
    aside: bool = False
    plain: bool = False
    compares: bool = False


class Compile(Record):
    """`model.compile(...)`: the arguments as written, and the losses and metrics one by one."""

    model: int
    arguments: tuple[Argument, ...]
    site: Site
    parts: tuple[Part, ...] = ()


class Batches(Record):
    """What one argument of a call gives a model.

    x and y are arrays, in the structures of the program.

    `y` is `None` without labels. `aside` is true of `validation_data`. `made_by` is
    "dataset" or "generator" where the two are of one element, "" for arrays. `as_list` says that
    a generator gives a list where Keras takes a tuple, `lists` where they are written. `size` is
    the number of samples of a batch of arrays, `last` that of the last batch where it is smaller,
    `None` where it is not known. `own` says that the program has a step of its own for a batch.
    `parts` are the arrays of one element that a generator of the program yields, each where it is
    written. `weights` are those of samples that `validation_data` holds.
    """

    x: object
    y: object
    site: Site
    aside: bool = False
    made_by: str = ""
    as_list: bool = False
    lists: tuple[Site, ...] = ()
    size: int | None = None
    last: int | None = None
    own: bool = False
    parts: tuple[Part, ...] = ()
    weights: object = None

    def given_by(self, method: str) -> str:
        """Return what gives the data: the argument of `fit` for validation, or the method."""
        if self.aside:
            return "validation_data"
        return method


_TRAINS = ("fit", "fit_generator", "train_on_batch")


class TakenApart(Value):
    """How a `train_step` of the program takes its data apart: into `count` values, where Keras
    gives `given`, or a single tensor (`None`).
    """

    count: int
    given: int | None


class OwnStep(Value):
    """What a `train_step`, `test_step` or `predict_step` of the program does with its data.

    `name` is which of them it is. `apart` is set where it takes it apart in a way that Python
    refuses. `compares` says that it holds the labels against the outputs of the model by
    `compute_loss`, `measures` that it may bring the metrics of `compile` up to date.
    """

    name: str
    apart: TakenApart | None
    compares: bool
    measures: bool


class Fit(Record):
    """`model.fit(x, y)` and its like (`method`): what the model was given, as far as it is known.

    `same` is true where x and y are one value (an autoencoder). `parts` are the
    arrays one by one, those of `validation_data` among them; data sets and
    generators have none. `sets` are the data sets and generators instead, each
    with the input that one element of it holds. `batch` is how many samples `fit`
    takes at a time, Keras's 32 where nothing is said, `None` where it is not known.
    `arguments` are as written. `compiled` is the call of `compile` before it, false where the
    program has none at all, `None` where that is not known.
    """

    model: int
    method: str
    x: Shapes | None
    y: Shapes | None
    site: Site
    x_data: object = None
    y_data: object = None
    same: bool = False
    parts: tuple[Part, ...] = ()
    sets: tuple[Part, ...] = ()
    batch: int | None = None
    batches: tuple[Batches, ...] = ()
    arguments: tuple[Argument, ...] = ()
    compiled: Site | bool | None = None
    step: OwnStep | None = None
    """The program's own step for the data, where it was run."""
    step_aside: OwnStep | None = None
    """Its `test_step`, where it was run on the data for validation."""
    adds_losses: bool = True
    """Whether the class of the model may add losses to that of `compile`."""

    def site_of(self, part: Part) -> Site:
        """Return where an array that it is given is written, else the call itself."""
        return part.site or self.site

    @property
    def predicts(self) -> bool:
        """Whether it is `predict` or its like, which takes no labels."""
        return self.method.startswith("predict")

    @property
    def trains(self) -> bool:
        """Whether it changes the weights of the model."""
        return self.method in _TRAINS

    @property
    def stated_batch(self) -> int | None:
        """How many samples it takes at a time where the program says so, without Keras's 32."""
        by_place = sum(one.keyword is None for one in self.arguments)  # x, y, batch_size
        said = by_place > 2 or any(one.keyword == "batch_size" for one in self.arguments)
        first = next(iter(self.batches), None)
        if first is None or not (said or first.made_by or self.method == "train_on_batch"):
            return None
        return first.size

    def given(self, role: Role, aside: bool, *, and_sets: bool = False) -> tuple[Part, ...]:
        """Return the arrays of one role; those of `validation_data` if `aside`."""
        yielded = tuple(part for one in self.batches for part in one.parts)
        parts = (*self.parts, *(yielded or self.sets) * and_sets)
        return tuple(part for part in parts if (part.role, part.aside) == (role, aside))


AskedKind = Literal[
    "attribute",
    "history",
    "results",
    "weights",
    "by_name",
    "loss",
    "no_loss",
    "loss_of_numpy",
    "layer",
]
"""What a program asks of a model that the model may not have."""


class Asked(Record):
    """What a program asks of a model at `site`, where nothing catches the error.

    `key` is the name of an attribute, a key or an index of the result of `call`, as many as the
    results are taken apart into (a range), the number of the model whose weights are taken, or that
    of the parameters of a loss.
    """

    model: int
    kind: AskedKind
    key: object
    site: Site
    call: Site | None = None
    method: str = ""


class Remark(Value):
    """What a comment says of the output of a model.

    `dims` are those behind the batch, as a target is written.

    `firm` says that the words leave no doubt. Of a number of classes only the last dim is known.
    """

    model: int
    dims: str
    site: Site
    firm: bool


class Directive(Value):
    """A comment `# kfix: key=value`, with the uid of the model whose definition it is at."""

    key: str
    value: str
    site: Site
    model: int | None = None
    line: int = 0
    """The line of the comment, in a notebook within its cell.

    0 where it is not a comment to kfix.
    """


def no_place(site: Site) -> Place:
    """Return the place of a Site in a program that has no text."""
    return Place(site.path, site.cell, 1, 1, 1)


def not_within(inner: Site, outer: Site) -> bool:
    """Return false: nothing is known to be written inside anything."""
    return False


class AtHand(Value):
    """What a name stands for at a place; `local`: in the function around it."""

    number: int
    local: bool


def nothing_at_hand(site: Site) -> Mapping[str, AtHand]:
    """For a Program that has no text."""
    return {}


def no_tensors_at(site: Site) -> Mapping[str, TensorRef]:
    """For a Program that has no text."""
    return {}


def no_arrays_at(site: Site) -> Mapping[str, Array]:
    """For a Program that has no text."""
    return {}


def no_closing() -> None:
    """For a Program that holds nothing but itself."""


def no_expressions(_: Site) -> list[str]:
    """Return nothing, for a Program whose expressions were not noted."""
    return []


class Feed(Value):
    """Data of a shape that a model is called on outside of any model.

    `taker` is the model's uid.
    """

    taker: int
    shape: Shape


class Discarded(Record):
    """A statement at `site` that makes an array of the variable `name`, and throws it away."""

    site: Site
    name: str
    before: Array
    after: Array


class Unpacking(Record):
    """An assignment of several arrays at once: where each target is written, and what it takes."""

    sites: tuple[Site, ...]
    values: tuple[Array, ...]


class Asserted(Record):
    """`assert model.output_shape == (None, 7, 7, 256)`.

    It has what the shape is, what is stated, and where each number is written.
    """

    shape: Shape
    stated: tuple[object, ...]
    sites: tuple[Site | None, ...]


class Program(Record):
    """What the reading of one program gave.

    `models` in the order of their definitions; one call that ran several times
    (a loop, several calls of a function) gives several models of one `site`.
    `nested` are the uids of models used as layers of another. `control` are
    the literals that decided a condition or a loop: a change of one of them
    needs a new reading. `limits` name the budgets that were hit, `unread` what was left unread by
    it. `keras` is 2 where the program's imports say so (`tf_keras`), else `None`, `policy` the
    dtype policy that it sets. `place` finds a Site for a person (computed on first use), `within`
    says whether one is written inside another. `switched` says by uid of which layers and models
    the program set `trainable`, as it leaves them. `close` lets go of the syntax: bodies of layers
    cannot be asked for shapes afterwards. `shown` says by uid where `summary` was asked for of a
    Sequential whose input shape nothing outside had set yet. `known_as` says by uid which
    other variables hold a model: `generator = make_generator()`. `optimizers` are the calls that
    make one, each with the name of its class, `feeds` the data that models are called on, `asserts`
    the shapes that the program states. `at_hand` gives the names of integers at the Site of a
    call that makes a layer, `arrays_at` those of arrays at the Site of a call of `fit` or its like.
    `asked` is what is asked of models that they may not have. `expressions_of` gives the
    expressions whose value is the unknown of a place, where the reading noted them.
    """

    path: str
    models: tuple[Model, ...] = ()
    nested: frozenset[int] = frozenset()
    compiles: tuple[Compile, ...] = ()
    fits: tuple[Fit, ...] = ()
    optimizers: tuple[tuple[Site, str], ...] = ()
    feeds: tuple[Feed, ...] = ()
    asserts: tuple[Asserted, ...] = ()
    directives: tuple[Directive, ...] = ()
    remarks: tuple[Remark, ...] = ()
    control: frozenset[Site] = frozenset()
    limits: tuple[Unknown, ...] = ()
    unread: tuple[Unknown, ...] = ()
    keras: int | None = None
    policy: str | Unknown | None = None
    switched: Mapping[int, bool | Unknown] = {}
    shown: Mapping[int, Site] = {}
    known_as: Mapping[int, tuple[str, ...]] = {}
    place: Callable[[Site], Place] = no_place
    within: Callable[[Site, Site], bool] = not_within
    at_hand: Callable[[Site], Mapping[str, AtHand]] = nothing_at_hand
    tensors_at: Callable[[Site], Mapping[str, TensorRef]] = no_tensors_at
    discarded: tuple[Discarded, ...] = ()
    unpackings: tuple[Unpacking, ...] = ()
    arrays_at: Callable[[Site], Mapping[str, Array]] = no_arrays_at
    asked: tuple[Asked, ...] = ()
    close: Callable[[], None] = no_closing
    expressions_of: Callable[[Site], list[str]] = no_expressions

    def place_of(self, unknown: Unknown) -> Place | None:
        """Return where an unknown comes from, `None` where that has no place in a file."""
        if unknown.site is None or not unknown.site.path:
            return None
        return self.place(unknown.site)

    @property
    def trained(self) -> frozenset[int]:
        """The uids of the models that are compiled, or given data to train on."""
        trainings = (record for record in self.fits if record.trains)
        compiled = frozenset(record.model for record in self.compiles)
        return compiled.union(record.model for record in trainings)

    @property
    def used(self) -> frozenset[int]:
        """The uids of the models that are compiled or given data."""
        compiled = frozenset(record.model for record in self.compiles)
        return compiled.union(record.model for record in self.fits)
