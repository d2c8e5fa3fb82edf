"""From a map or a sequence to one vector: Flatten or global pooling, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from kfix.model.graph import Layer, Shape
from kfix.model.unknown import Unknown, any_unknown
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import Gap, together
from kfix.repair.prices import HEAVY, price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step, first_step, nearest, total

MANY = 500
"""Rows before a Dense that are rather samples than steps of one."""

ACTIVATIONS = ("Activation", "Softmax", "ReLU", "LeakyReLU")
"""The layers that may be the last of a head."""

PREFERRED = {"flatten": "Flatten", "pool": "GlobalAverage"}
"""How the layers begin that a person prefers, by the word for it."""


def head(conflict: Conflict, end: Step) -> Gap | None:
    """Return where the map should become a vector, for the head that ends with a step.

    That is before the first Dense after the stack, whatever Dropout and
    activations stand between; without a Dense behind the last layer that is
    not an activation.
    """
    way = list(conflict.view.back(end.place))
    dense = [step for step in takewhile(lambda step: step.in_head, way) if step.is_dense]
    if dense:
        return None if dense[-1].inserted else Gap(dense[-1])
    last = nearest(way, lambda step: not step.keeps, lambda step: step.cls in ACTIVATIONS)
    return Gap(last or end, behind=True)


def heads(conflict: Conflict, gap: Gap | None) -> Iterator[Candidate]:
    """Yield Flatten and the global poolings in a gap."""
    if gap is None or gap.shape is None or not 3 <= len(gap.shape) <= 5:
        return
    shape, source = gap.shape, gap.step
    dense: Step | None = None
    wrapped: list[Step] = []
    if not gap.behind:
        dense = gap.step
        source = conflict.view.previous(dense) or dense
        wrapped = _each_step(conflict, dense)
    bare = together(*map(conflict.unwrap, wrapped))
    shared = _before_all(conflict, dense)
    # Sizes that are unknown may be too large for Flatten.
    known = not any_unknown(shape[1:-1])
    for cls, key in options(conflict, shape, source, dense):
        why = _why(cls, key, shape, dense)
        more = _preferred(conflict, cls) + price("bridge") * len(wrapped)
        if shared is not None:
            yield from made(conflict.behind(shared, new(cls)), key, why, more)
        edits = together(conflict.put(gap, new(cls), once=True), bare)
        yield from made(edits, key, why, more, sure=known or cls != "Flatten")
    if dense is not None and (source is dense or source.is_input):
        yield from _samples(conflict, dense, shape)


def _before_all(conflict: Conflict, dense: Step | None) -> Step | None:
    """Return what gives a map to several Dense layers, and to nothing else."""
    view = conflict.view
    source = dense and view.source(dense)
    if source is None or source.is_input or source.inserted or len(source.users) < 2:
        return None
    users = map(view.steps.__getitem__, source.users)
    leads = (nearest((user, *view.after(user)), lambda step: step.is_bare_dense) for user in users)
    return source if all(leads) else None


def _each_step(conflict: Conflict, dense: Step) -> list[Step]:
    """Return the Dense layers from there on in a wrapper: one vector has no steps."""
    found = [dense, *conflict.view.after(dense)]
    return [step for step in found if step.is_dense and step.layer.cls == "TimeDistributed"]


def _samples(conflict: Conflict, dense: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield the input without the number of rows: `(None, 784)` or `(60000, 784)`.

    What Dense reads first is a row: many of them, or as many as there are, are samples, not steps.
    """
    if not dense.is_dense or len(shape) != 3:
        return
    rows, columns = shape[1:]
    many = isinstance(rows, int) and isinstance(columns, int) and rows >= max(MANY, columns + 1)
    why = (
        "the number of samples does not belong in the input shape: Dense takes a vector per sample"
    )
    more = price("samples-few") * (not many and rows is not None)
    yield from conflict.set_input(dense, (columns,), "input-samples", why, more)


def misplaced(conflict: Conflict, flat: Step, step: Step) -> Iterator[Candidate]:
    """Yield a Flatten or a pooling taken out or moved down, where the map is needed."""
    why = f"{flat.cls} makes one vector of what {step.cls} still needs"
    chain = list(conflict.view.after(step))
    others = [later for later in chain if later.collapses]
    if others:
        yield from _doubled(conflict, flat, others, why)
        return
    last = first_step((*reversed(chain), step), lambda later: later.is_recurrent)
    if last is not None and last.returns_last and not last.is_film:  # a vector by itself
        yield from made(conflict.remove(flat), "move", why)
        return
    dense, more = first_step(chain, lambda later: later.is_dense), 0.0
    if dense is not None:
        edits, more = conflict.move(flat, dense, "before"), price("doubtful")
        yield from made(edits, "move", f"{why}: it belongs before {dense.cls}")
    else:
        edits = conflict.move(flat, [step, *chain][-1], "after")
        yield from made(edits, "move", f"{why}: it belongs at the end", price("runner-up"))
    yield from made(conflict.remove(flat), "remove", why, more)


def _doubled(conflict: Conflict, flat: Step, others: list[Step], why: str) -> Iterator[Candidate]:
    """Yield a layer taken out that stands further down too: once before a Dense, in a loop."""
    dense = first_step(conflict.view.after(others[-1]), lambda step: step.is_dense)
    again = all(later.node.site == flat.node.site for later in others) and not flat.wrapped
    once: list[Candidate] = []
    if dense is not None and again:
        edits = together(conflict.remove(flat), conflict.before(dense, new(flat.cls)))
        once += made(edits, "move", f"{why}: once, before {dense.cls}, is enough")
    if not flat.is_global_pooling:
        why += f", and there is another {flat.cls} further down"
    # Without any the Dense is given a map.
    more = price("doubtful") * len(once)
    yield from (*once, *made(conflict.remove(flat), "remove-double", why, more))


def options(
    conflict: Conflict, shape: Shape, source: Step, user: Step | None
) -> Iterator[tuple[str, str]]:
    """Yield the layers that make a vector of `shape`, each with its row of the price list.

    The source gives the map, the user is given the vector: `None` where it is the output.
    """
    dims = len(shape) - 2
    average, maximum = f"GlobalAveragePooling{dims}D", f"GlobalMaxPooling{dims}D"
    heavy, pretrained = _is_heavy(shape, user), _pretrained(source.core)
    single = set(shape[1:-1]) == {1}  # one step or one place needs no average
    embedding = not single and _of_words(conflict, source, dims)
    variable = None in shape[1:]  # a number that the source leaves open is still a number
    if not variable:
        steps = embedding or (source.is_recurrent and not single)
        kinds = (heavy, "heavy"), (pretrained, "pretrained"), (steps, "sequence")
        yield "Flatten", _row("flatten", kinds)
    if shape[-1] is None:
        return
    large = heavy or pretrained or (variable and not source.is_recurrent)
    of_classes = user is None and _has_classes(conflict, shape)
    row = _row("pool", ((of_classes, "head"), (embedding, "embedding"), (large, "heavy")))
    if row == "pool" and dims == 1 and source.has_window:
        # After Conv1D people ask whether a pattern occurs, not how much of it.
        average, maximum = maximum, average
    yield average, row
    yield maximum, "pool-max"


def _row(row: str, kinds: Iterable[tuple[bool, str]]) -> str:
    """Return the row of the price list for the first kind that there is."""
    return next((f"{row}-{kind}" for given, kind in kinds if given), row)


def _is_heavy(shape: Shape, user: Step | None) -> bool:
    """Return whether a Dense behind a Flatten has too many weights, or one set for each gate."""
    units: object = 1
    gates = 1
    if user is not None:
        units = value(user.core, "units")
        gates += 3 * user.is_recurrent
    size = total(shape)
    return size is not None and isinstance(units, int) and size * units * gates > HEAVY


def _has_classes(conflict: Conflict, shape: Shape) -> bool:
    """Return whether a map has one channel for each class."""
    return conflict.target is not None and conflict.target.dims == shape[-1:]


def _pretrained(layer: Layer) -> bool:
    """Return whether it is a model of `keras.applications`, or begins with one."""
    inner = layer.model.nodes if layer.model is not None else ()
    return layer.is_application or any(_pretrained(node.layer) for node in inner)


def _of_words(conflict: Conflict, source: Step, dims: int) -> bool:
    """Return whether it is an Embedding, or is made of one by layers that keep the steps apart."""
    view = conflict.view
    if source.cls == "Embedding" or dims != 1:
        return source.cls == "Embedding"
    steps = [view.steps[place] for place in view.ancestors(source.place)]
    mixed = any(step.is_recurrent or step.has_window for step in steps)
    return not mixed and "Embedding" in {step.cls for step in steps}


def _preferred(conflict: Conflict, cls: str) -> float:
    """Return what a layer costs less that a person prefers."""
    begin = PREFERRED.get(conflict.options.prefer or "", "-")
    return price("preferred") * cls.startswith(begin)


def _why(cls: str, key: str, shape: Shape, dense: Step | None) -> str:
    """Return why a layer makes a vector of a shape: one clause for a person."""
    dims = ", ".join("?" if isinstance(dim, Unknown) else str(dim) for dim in shape[1:])
    if cls == "Flatten":
        where = "nothing makes one vector of it:"
        if dense is not None:
            where = "Dense works on the last axis alone, so that"
        return (
            f"{where} the feature map of ({dims}) must be flattened to one vector per sample first"
        )
    count = "" if isinstance(shape[-1], Unknown) else f" {shape[-1]}"
    what = "average" if "Average" in cls else "largest value"
    why = f"{cls} keeps the {what} of each of the{count} channels"
    if key != "pool-heavy":
        return f"{why}, one vector per sample"
    if None in shape[1:]:
        return f"{why}; ({dims}) has no fixed size that could be flattened"
    return f"{why}; flattening ({dims}) would cost far more weights"
