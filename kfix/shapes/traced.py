"""What tracing gives: by node what became of it, and the whole."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.model import Array, Model, Shapes, TensorRef, Unknown

AFTER = Unknown("a layer before it is refused")
NO_INPUT = Unknown("the model has no input shape")


class Traced:
    """What became of one use of a layer.

    `status` is "known", "unknown", "refused" or "after-refusal"; `outputs` is
    an `Unknown` unless it is known. `params` counts the weights that this
    layer holds, `trained` those of them that training changes. `finding` is the
    refusal, `warnings` what only running would refuse, `inner` the trace of a
    nested model or of a body that was read.
    `would_be` are the outputs that a layer refused for nothing but old names
    of arguments would have, and those of the layers behind it.
    """

    __slots__ = ("finding", "inner", "inputs", "outputs", "params", "status", "trained", "warnings", "would_be")

    def __init__(
        self,
        inputs: Shapes,
        outputs: Shapes,
        params: int | Unknown = 0,
        status: str = "known",
        finding: Finding | None = None,
        warnings: tuple[Finding, ...] = (),
        inner: Trace | None = None,
        would_be: Shapes | None = None,
        trained: int | Unknown | None = None,
    ) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.params = params
        self.status = status
        self.finding = finding
        self.warnings = warnings
        self.inner = inner
        self.would_be = would_be
        self.trained = params if trained is None else trained

    @property
    def onward(self) -> Shapes:
        """The shapes that the next layer is traced on."""
        return self.outputs if self.would_be is None else self.would_be


class Trace:
    """A model traced: by node id what became of it, and the model's own inputs, outputs and parameter count.

    `trained` counts those of `params` that training changes when another model holds this one,
    `trained_alone` those when the model itself is trained: `trainable` says whether it may be as a whole.
    `findings` are the model's refusals and warnings in the order of its nodes,
    those of nested models included, each with its `site`.
    """

    __slots__ = ("findings", "inputs", "model", "nodes", "outputs", "params", "trainable", "trained")

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
        self.params, self.trained = totals(model, nodes)
        self.trainable: bool | Unknown = True
        self.findings = findings

    @property
    def trained_alone(self) -> int | Unknown:
        """What Keras's `summary()` calls trainable."""
        if self.trainable is True:
            return self.trained
        return 0 if self.trainable is False else self.trainable

    @property
    def refusal(self) -> Finding | None:
        """The first error."""
        return next((finding for finding in self.findings if finding.severity == "error"), None)

    @property
    def trouble(self) -> Finding | None:
        """The first error, or where there is none the first warning that says that the model can never run."""
        return self.refusal or next((finding for finding in self.findings if finding.stops), None)

    @property
    def would_be(self) -> list[Shapes]:
        """The outputs, and where nothing but old names of arguments is refused, those without that refusal."""
        return [pick(self.nodes[ref.node].onward, ref.output) for ref in self.model.outputs if ref.node in self.nodes]


def pick(shapes: Shapes, output: int) -> Shapes:
    """One output of several; of a single one it is itself."""
    if isinstance(shapes, list):
        return shapes[output] if output < len(shapes) else Unknown(f"there is no output {output}")
    return shapes


def as_list(shapes: Shapes) -> list[Shapes]:
    """One shape or several, as a list."""
    if isinstance(shapes, list):
        return shapes
    if isinstance(shapes, dict):
        return list(shapes.values())
    return [shapes]


def first_unknown(shapes: object) -> Unknown | None:
    """The first shape in a structure of which nothing is known."""
    if type(shapes) is tuple:
        return None
    if isinstance(shapes, Unknown):
        return shapes
    if isinstance(shapes, list):
        return next((found for item in shapes if (found := first_unknown(item)) is not None), None)
    if isinstance(shapes, dict):
        return first_unknown(list(shapes.values()))
    return None


def status_of(shapes: Shapes) -> str:
    """ "known", or "unknown" where one of the shapes is."""
    return "unknown" if first_unknown(shapes) is not None else "known"


def without_arrays(value: object) -> Shapes:
    """What an operation is called on, its `Array`s as shapes again."""
    if isinstance(value, Array):
        return value.shape
    if isinstance(value, list | tuple) and any(isinstance(item, Array) for item in value):
        return [without_arrays(item) for item in value]
    return value  # type: ignore[return-value]


def key_of(shapes: object) -> object:
    """A hashable stand-in for a structure of shapes."""
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


def lookup(ref: object, nodes: dict[int, Traced]) -> Shapes:
    """The shape of a tensor, as the next layer is traced on it."""
    assert isinstance(ref, TensorRef)
    return pick(nodes[ref.node].onward, ref.output)


def totals(model: Model, nodes: dict[int, Traced]) -> tuple[int | Unknown, int | Unknown]:
    """The parameters of all layers, a shared one counted once, and the model's own; then those that are trained.

    Both are unknown behind a refusal.
    """
    seen: set[int] = set()
    params: int | Unknown = model.weights
    trained: int | Unknown = model.trained
    for node in model.nodes:
        if node.layer.uid not in seen:
            seen.add(node.layer.uid)
            traced = nodes[node.id]
            known = traced.status in ("known", "unknown") or traced.would_be is not None
            params = params + (traced.params if known else AFTER)
            trained = trained + (traced.trained if known else AFTER)
    return params, trained
