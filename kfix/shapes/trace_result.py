"""The traces of calls and models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from kfix.findings import Finding
from kfix.model.graph import Array, Model, Shape, Shapes, TensorRef
from kfix.model.unknown import Unknown

Count = int | Unknown | Callable[[], int | Unknown]
"""A number of weights, or what counts them."""

Status = Literal["known", "unknown", "refused", "after-refusal"]
"""What is known of the outputs of a call; "after-refusal" if a layer before it is refused."""


class Reason(Unknown):
    """A reason that is compared by identity; a copy in another process is the constant there."""

    __slots__ = ("_name",)

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self._name = name

    def __reduce__(self) -> str:
        return self._name


AFTER = Reason("AFTER", "a layer before it is refused")
NO_INPUT = Reason("NO_INPUT", "the model has no input shape")


class Traced:
    """The trace of one call of a layer.

    `outputs` is an `Unknown` unless the status is "known". `params` is the number of weights that
    the layer holds, `trained` of those that training changes. `finding` is the refusal, `warnings`
    are what is refused only when the layer runs, `inner` is the trace of a nested model or of a
    body that was read. `would_be` are the outputs without the refusal of old names of arguments, of
    this layer or of one before it.
    """

    __slots__ = (
        "_trained",
        "finding",
        "inner",
        "inputs",
        "outputs",
        "params",
        "status",
        "warnings",
        "would_be",
    )

    def __init__(  # noqa: PLR0913 - a record: one argument for each field
        self,
        inputs: Shapes,
        outputs: Shapes,
        params: int | Unknown = 0,
        status: Status = "known",
        finding: Finding | None = None,
        warnings: tuple[Finding, ...] = (),
        inner: Trace | None = None,
        would_be: Shapes | None = None,
        trained: Count | None = None,
    ) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.params = params
        self.status = status
        self.finding = finding
        self.warnings = warnings
        self.inner = inner
        self.would_be = would_be
        self._trained: Count = params if trained is None else trained

    @property
    def fails(self) -> bool:
        """Whether the call is refused, at once or when it runs."""
        return self.status == "refused" or any(one.stops for one in self.warnings)

    @property
    def trained(self) -> int | Unknown:
        """The number of weights that training changes; counted when it is asked for."""
        if callable(self._trained):
            self._trained = self._trained()
        return self._trained

    @property
    def onward(self) -> Shapes:
        """The shapes that the next layer is traced on."""
        if self.would_be is None:
            return self.outputs
        return self.would_be


class Trace:
    """The trace of a model: of each node by its id, and the model's inputs, outputs and weights.

    `trained_alone` is the number of those of `params` that training changes when the model itself
    is trained; `trainable` says whether it may be as a whole. `weights_of` is the trace of the
    model on its own input, if this is a call of it. `findings` are the refusals and
    warnings in the order of the nodes, those of nested models included, each with its `site`.
    `unfold` is, or makes, the trace that `listed` is, if that is another.
    """

    __slots__ = (
        "findings",
        "inputs",
        "model",
        "nodes",
        "outputs",
        "params",
        "trainable",
        "unfold",
        "weights_of",
    )

    def __init__(
        self,
        model: Model,
        inputs: list[Shapes],
        outputs: list[Shapes],
        nodes: dict[int, Traced],
        findings: list[Finding],
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.params = _total(model.weights, model, nodes, lambda traced: traced.params)
        self.weights_of = self
        self.trainable: bool | Unknown = True
        self.findings = findings
        self.unfold: Callable[[], Trace] | Trace | None = None

    @property
    def input(self) -> Shape | None:
        """The shape of the only input; `None` where it is unknown, or one of several."""
        return only_shape(self.inputs)

    @property
    def output(self) -> Shape | None:
        """The shape of the only output; `None` where it is unknown, or one of several."""
        return only_shape(self.outputs)

    @property
    def listed(self) -> Trace:
        """The trace with the layers that Keras lists: all those of a `keras.applications` model."""
        if self.unfold is None:
            return self
        if not isinstance(self.unfold, Trace):
            self.unfold = self.unfold()
        return self.unfold

    @property
    def trained(self) -> int | Unknown:
        """The number of weights that training changes, as a part of another model."""
        own = self.weights_of
        return _total(own.model.trained, own.model, own.nodes, lambda traced: traced.trained)

    @property
    def trained_alone(self) -> int | Unknown:
        """The number of weights that Keras's `summary()` calls trainable."""
        if self.trainable is True:
            return self.trained
        if self.trainable is False:
            return 0
        return self.trainable

    @property
    def refusal(self) -> Finding | None:
        """The first error."""
        return next((finding for finding in self.findings if finding.severity == "error"), None)

    @property
    def trouble(self) -> Finding | None:
        """The first error, else the first warning that says that the model can never run."""
        return self.refusal or next((finding for finding in self.findings if finding.stops), None)

    @property
    def would_be(self) -> list[Shapes]:
        """The outputs, as if old names of arguments were accepted."""
        return [
            pick(self.nodes[ref.node].onward, ref.output)
            for ref in self.model.outputs
            if ref.node in self.nodes
        ]


def pick(shapes: Shapes, output: int) -> Shapes:
    """Return one output of several; a single one is returned itself."""
    if isinstance(shapes, list):
        if output < len(shapes):
            return shapes[output]
        return Unknown(f"no output {output}")
    return shapes


def one_or_list(shapes: list[Shapes]) -> Shapes:
    """Return the only shape of a list, or the list if it has several."""
    if len(shapes) == 1:
        return shapes[0]
    return shapes


def as_list(shapes: Shapes) -> list[Shapes]:
    """Return one shape or several as a list."""
    if isinstance(shapes, list):
        return shapes
    if isinstance(shapes, dict):
        return list(shapes.values())
    return [shapes]


def with_any_batch(shapes: Shapes) -> Shapes:
    """Return shapes with a variable batch; what is not a shape stays."""
    if isinstance(shapes, list):
        return [*map(with_any_batch, shapes)]
    return (None, *shapes[1:]) if isinstance(shapes, tuple) and shapes else shapes


def first_unknown(shapes: object) -> Unknown | None:
    """Return the first shape in a structure that is unknown as a whole."""
    if type(shapes) is tuple:
        return None
    if isinstance(shapes, Unknown):
        return shapes
    if isinstance(shapes, list):
        return next((found for item in shapes if (found := first_unknown(item)) is not None), None)
    if isinstance(shapes, dict):
        return first_unknown(list(shapes.values()))
    return None


def status_of(shapes: Shapes) -> Status:
    """Return "known", or "unknown" if one of the shapes is."""
    if first_unknown(shapes) is not None:
        return "unknown"
    return "known"


def without_arrays(value: object) -> Shapes:
    """Return what an operation is called on, with shapes in place of `Array`s."""
    if isinstance(value, Array):
        return value.shape
    if isinstance(value, list | tuple) and any(isinstance(item, Array) for item in value):
        return [without_arrays(item) for item in value]
    return value  # type: ignore[return-value]


def key_of(shapes: object) -> object:
    """Return a hashable key of a structure of shapes."""
    if isinstance(shapes, list):
        return ("list", *map(key_of, shapes))
    if isinstance(shapes, dict):
        return ("dict", *((name, key_of(item)) for name, item in shapes.items()))
    if isinstance(shapes, Array):
        return ("array", shapes.shape, shapes.dtype, shapes.distinct)
    try:
        hash(shapes)
    except TypeError:
        return repr(shapes)
    return shapes


OUTSIDE = Unknown("a tensor that no layer of the model makes")


def lookup(ref: object, nodes: dict[int, Traced]) -> Shapes:
    """Return the shape of a tensor, as the next layer is traced on it.

    It is unknown for a tensor from outside the model.
    """
    assert isinstance(ref, TensorRef)
    traced = nodes.get(ref.node)
    if traced is None:
        return OUTSIDE
    return pick(traced.onward, ref.output)


def _total(
    own: int | Unknown,
    model: Model,
    nodes: dict[int, Traced],
    count: Callable[[Traced], int | Unknown],
) -> int | Unknown:
    """Return the weights of all layers, each shared one once, and the model's own.

    Unknown behind a refusal.
    """
    seen: set[int] = set()
    total = own
    for node in model.nodes:
        if node.layer.uid not in seen:
            seen.add(node.layer.uid)
            traced = nodes[node.id]
            known = traced.status in ("known", "unknown") or traced.would_be is not None
            if known:
                total = total + count(traced)
            else:
                total = total + AFTER
    return total


def only_shape(shapes: Sequence[Shapes]) -> Shape | None:
    """Return the one shape of a list, `None` where it is unknown, or one of several."""
    if len(shapes) != 1 or not isinstance(shapes[0], tuple):
        return None
    return shapes[0]
