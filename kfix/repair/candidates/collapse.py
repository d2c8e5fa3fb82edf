"""From a map or a sequence to one vector: Flatten or global pooling, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfix.model.code import NewLayer
from kfix.model.graph import Layer, Shape
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.prices import HEAVY, price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step, total

MANY = 500
"""Rows before a Dense that are rather samples than steps of one."""


def place(conflict: Conflict, end: Step) -> tuple[Step | None, Step | None]:
    """Return the step before which, or behind which, the map should become a vector.

    That is before the first Dense after the stack, whatever Dropout and
    activations stand between; without a Dense behind the last layer that is
    not an activation.
    """
    first: Step | None = None
    last = end
    behind_all = True
    for step in conflict.view.back(end.place):
        if step.is_dense and not step.wrapped:
            first = step
        elif not step.keeps and not step.wrapped:
            if behind_all:
                last = step
            break
        elif step.wrapped and step.is_dense:
            first = step
        elif not step.keeps:
            if behind_all:
                last = step
            break
        if not (step.keeps and step.cls in ("Activation", "Softmax", "ReLU", "LeakyReLU")):
            behind_all = False
            if first is None and step.keeps:
                break
    if first is not None and first.inserted:
        return None, None
    return (first, None) if first is not None else (None, last)


def heads(conflict: Conflict, before: Step | None, behind: Step | None) -> Iterator[Candidate]:
    """Yield Flatten and the global poolings at that place."""
    step = before if before is not None else behind
    if step is None:
        return
    shape = step.shape_in if before is not None else step.shape_out
    if shape is None or not 3 <= len(shape) <= 5:
        return
    sizes_open = any(
        isinstance(dim, Unknown) for dim in shape[1:-1]
    )  # they may be too large for Flatten
    source = step
    if before is not None:
        source = conflict.view.previous(before) or before
    wrapped = _each_step(conflict, before) if before is not None else []
    for cls, key in options(conflict, shape, source, before):
        new = NewLayer(cls)
        edits = (
            conflict.before(before, new, once=True)
            if before is not None
            else conflict.behind(step, new)
        )
        more = _preferred(conflict, cls) + price("bridge") * len(wrapped)
        for one in wrapped:
            bare = conflict.unwrap(one)
            edits = None if edits is None or bare is None else (*edits, *bare)
        shared = _before_all(conflict, before) if before is not None else None
        if shared is not None:
            yield from made(conflict.behind(shared, new), key, _why(cls, key, shape, before), more)
        for candidate in made(edits, key, _why(cls, key, shape, before), more):
            yield replace(candidate, sure=candidate.sure and not (sizes_open and cls == "Flatten"))
    if (
        before is not None
        and before.is_dense
        and len(shape) == 3
        and (source is before or source.is_input)
    ):
        yield from _samples(conflict, before, shape)


def _before_all(conflict: Conflict, dense: Step) -> Step | None:
    """Return what gives a map to several Dense layers, and to nothing else."""
    steps = conflict.view.steps
    source = steps[dense.sources[0]] if len(dense.sources) == 1 and dense.sources[0] >= 0 else None
    if source is None or source.is_input or source.inserted or len(source.users) < 2:
        return None
    for at in source.users:
        head = steps[at]
        while head.keeps and len(head.users) == 1:
            head = steps[head.users[0]]
        if not head.is_dense or head.wrapped:
            return None
    return source


def _each_step(conflict: Conflict, before: Step) -> list[Step]:
    """Return the Dense layers from there on in a wrapper: one vector has no steps."""
    found = [before, *conflict.view.after(before)]
    return [step for step in found if step.is_dense and step.layer.cls == "TimeDistributed"]


def _samples(conflict: Conflict, dense: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield the input without the number of rows: `(None, 784)` or `(60000, 784)`.

    What Dense reads first is a row: many of them, or as many as there are, are samples, not steps.
    """
    rows, columns = shape[1:]
    many = isinstance(rows, int) and isinstance(columns, int) and rows >= MANY and rows > columns
    why = (
        "the number of samples does not belong in the input shape: "
        "Dense takes a row of numbers per sample"
    )
    yield from conflict.set_input(
        dense, (columns,), "input-samples", why, 0 if many or rows is None else price("samples-few")
    )


def misplaced(conflict: Conflict, flat: Step, step: Step) -> Iterator[Candidate]:
    """Yield a Flatten or a pooling taken out or moved down, where the map is needed."""
    why = f"{flat.cls} makes one vector of the map that {step.cls} still needs"
    chain = list(conflict.view.after(step))
    dense = next((later for later in chain if later.is_dense), None)
    others = [later for later in chain if later.collapses]
    if others:
        more = 0.0
        same = all(later.node.site == flat.node.site for later in others)
        if same and not flat.wrapped:  # made again and again, by a loop or a helper
            behind = next(
                (later for later in conflict.view.after(others[-1]) if later.is_dense), None
            )
            taken, put = (
                conflict.remove(flat),
                conflict.before(behind, NewLayer(flat.cls)) if behind else None,
            )
            if behind is not None and taken is not None and put is not None:
                again = f"{why}: once, before {behind.cls}, is enough"
                yield from made((*taken, *put), "move", again)
                more = price("doubtful")  # without any the Dense is given a map
        why += (
            f", and there is another {flat.cls} further down" if not flat.is_global_pooling else ""
        )
        yield from made(conflict.remove(flat), "remove-double", why, more)
        return
    last = next((later for later in (*reversed(chain), step) if later.is_recurrent), None)
    if (
        last is not None and value(last.core, "return_sequences") is False and not last.is_film
    ):  # which gives a vector by itself
        yield from made(conflict.remove(flat), "move", why)
        return
    if dense is not None:
        yield from made(
            conflict.move(flat, dense, "before"), "move", f"{why}: it belongs before {dense.cls}"
        )
    elif chain:
        yield from made(
            conflict.move(flat, chain[-1], "after"),
            "move",
            f"{why}: it belongs at the end",
            price("runner-up"),
        )
    else:
        yield from made(
            conflict.move(flat, step, "after"),
            "move",
            f"{why}: it belongs behind it",
            price("next"),
        )
    more = price("doubtful") if dense is not None else 0.0
    yield from made(conflict.remove(flat), "remove", why, more)


def options(
    conflict: Conflict, shape: Shape, source: Step, dense: Step | None
) -> Iterator[tuple[str, str]]:
    """Yield the layers that make a vector of `shape`, each with its row of the price list."""
    dims = len(shape) - 2
    average, maximum = f"GlobalAveragePooling{dims}D", f"GlobalMaxPooling{dims}D"
    heavy, pretrained = _is_heavy(shape, dense), _pretrained(source.core)
    single = all(dim == 1 for dim in shape[1:-1])  # one step or one place needs no average
    embedding = not single and _of_words(conflict, source, dims)
    variable = None in shape[1:]  # a number that the source leaves open is still a number
    if not variable:
        steps = embedding or (source.is_recurrent and not single)
        kinds = (heavy, "heavy"), (pretrained, "pretrained"), (steps, "sequence")
        yield "Flatten", _row("flatten", kinds)
    if shape[-1] is None:
        return
    large = heavy or pretrained or variable
    head = dense is None and _is_head(conflict, shape)
    row = _row("pool", ((head, "head"), (embedding, "embedding"), (large, "heavy")))
    if row == "pool" and dims == 1 and (source.is_convolution or source.is_pooling):
        # After Conv1D people ask whether a pattern occurs, not how much of it.
        average, maximum = maximum, average
    yield average, row
    yield maximum, "pool-max"


def _row(row: str, kinds: Iterable[tuple[bool, str]]) -> str:
    """Return the row of the price list for the first kind that there is."""
    found = next((kind for given, kind in kinds if given), None)
    return row if found is None else f"{row}-{found}"


def _is_heavy(shape: Shape, dense: Step | None) -> bool:
    """Return whether a Dense behind a Flatten has too many weights, or one set for each gate."""
    size, units = total(shape), value(dense.core, "units") if dense is not None else 1
    gates = 4 if dense is not None and dense.is_recurrent else 1
    return size is not None and isinstance(units, int) and size * units * gates > HEAVY


def _is_head(conflict: Conflict, shape: Shape) -> bool:
    """Return whether a map has one channel for each class."""
    target = conflict.target
    return target is not None and target.rank == 2 and target.dims[0] == shape[-1]


def _pretrained(layer: Layer) -> bool:
    """Return whether it is a model of `keras.applications`, or begins with one."""
    model = layer.model
    return layer.is_application or (
        model is not None and any(_pretrained(n.layer) for n in model.nodes)
    )


def _of_words(conflict: Conflict, source: Step, dims: int) -> bool:
    """Return whether it is an Embedding, or is made of one by layers that keep the steps apart."""
    view = conflict.view
    steps = [view.steps[place] for place in view.ancestors(source.place)]
    if source.cls == "Embedding" or dims != 1:
        return source.cls == "Embedding"
    mixed = any(step.is_recurrent or step.is_convolution or step.is_pooling for step in steps)
    return not mixed and any(step.cls == "Embedding" for step in steps)


def _preferred(conflict: Conflict, cls: str) -> float:
    prefer = conflict.options.prefer
    if (prefer == "flatten" and cls == "Flatten") or (
        prefer == "pool" and cls.startswith("GlobalAverage")
    ):
        return price("preferred")
    return 0.0


def _why(cls: str, key: str, shape: Shape, dense: Step | None) -> str:
    dims = ", ".join("?" if isinstance(dim, Unknown) else str(dim) for dim in shape[1:])
    count = "" if isinstance(shape[-1], Unknown) else f" {shape[-1]}"
    if cls == "Flatten":
        where = (
            "Dense works on the last axis alone, so that"
            if dense is not None
            else "nothing makes one vector of it:"
        )
        return (
            f"{where} the feature map of ({dims}) must be flattened to one vector per sample first"
        )
    what = "average" if "Average" in cls else "largest value"
    if key == "pool-heavy":
        instead = f"flattening ({dims}) would cost far more weights"
        if None in shape[1:]:
            instead = f"({dims}) has no fixed size that could be flattened"
        return f"{cls} keeps the {what} of each of{count} channels; {instead}"
    return f"{cls} keeps the {what} of each of the{count} channels, one vector per sample"
