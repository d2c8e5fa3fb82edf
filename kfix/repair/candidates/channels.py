"""The last dim of the output is not the target's: units, filters, or a new last layer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from kfix.checks.labels import HIDDEN
from kfix.checks.samples import CHANNELS
from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.repair.adapters import new
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.prices import HEAVY, price
from kfix.repair.resize import gives_back
from kfix.repair.spoken import output_name
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the layer that decides the last dim, set to what is wanted; or one more layer."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or not target.dims or shape is None or view.last < 0 or len(shape) < 2:
        return
    want = target.dims[-1]
    if not isinstance(want, int) or want == shape[-1] or _stand_in_front(conflict, want, shape):
        return
    if len(shape) == target.rank:
        hidden = _is_hidden(conflict, view.steps[view.last], want)
        yield from varied(solve(conflict, view.last, -1, want), price("hidden") * hidden)
        yield from _appended(conflict, view.steps[view.last], want, len(shape), hidden)
    flat = view.changing(view.last)
    if target.rank == 2 and flat is not None and flat.collapses:
        yield from _pooled(conflict, flat, want)
        yield from _late(conflict, flat)


def _stand_in_front(conflict: Conflict, want: int, shape: Shape) -> bool:
    """Return whether the channels of the output are those that the input has in front.

    Then the filters are right, and the order of the axes is not.
    """
    entry = conflict.view.entry or ()
    turned = len(entry) > 3 and (entry[1], entry[-1]) == (shape[-1], want)
    return turned and shape[-1] in CHANNELS and want > 4 and gives_back(conflict)


def _pooled(conflict: Conflict, flat: Step, want: int) -> Iterator[Candidate]:
    """Yield a global pooling in the place of Flatten, of a map with a channel for each class."""
    shape = flat.shape_in
    if not flat.is_flatten or shape is None or shape[-1] != want:
        return
    for cls, key in options(conflict, shape, conflict.view.previous(flat) or flat, None):
        why = f"the feature map has a channel for each of the {want} classes: {cls} reduces each"
        if cls != "Flatten":
            yield from made(conflict.replace(flat, new(cls)), key, why)


def _late(conflict: Conflict, flat: Step) -> Iterator[Candidate]:
    """Yield Flatten or a global pooling moved from behind the Dense layers to before the first."""
    head = takewhile(lambda step: step.in_head, conflict.view.before(flat))
    dense = [step for step in head if step.is_dense and step.rank_in > 2]
    if dense:
        why = f"{flat.cls} stands behind the {dense[-1].cls} that it should feed"
        yield from made(conflict.move(flat, dense[-1], "before"), "move-up", why)


_HIDDEN_LAYERS = ("Dropout", "ReLU", "LeakyReLU", "PReLU", "ELU")


def _is_hidden(conflict: Conflict, end: Step, want: int) -> bool:
    """Return whether the model ends with a hidden layer: that of the probabilities is missing.

    It has more units than are wanted, or Dropout behind it.
    """
    kept = [*takewhile(lambda step: step.keeps, conflict.view.back(end.place))]
    steps = filter(None, (*kept, conflict.view.changing(end.place)))
    names = {value(step.core, "activation") for step in steps if _acts(step)}
    classes = {step.cls for step in kept}
    if conflict.options.activation in (None, *names):
        return False
    wide = end.shape_out[-1] if end.shape_out else None
    is_wide = isinstance(wide, int) and wide > want
    active = not names.isdisjoint(HIDDEN) or not classes.isdisjoint(_HIDDEN_LAYERS)
    return "Dropout" in classes or (is_wide and active)


def _acts(step: Step) -> bool:
    """Return whether a layer has an activation by a name."""
    return bool(step.names) and isinstance(value(step.core, "activation"), str)


def _appended(
    conflict: Conflict, end: Step, want: int, rank: int, hidden: bool
) -> Iterator[Candidate]:
    """Yield a new last layer; an activation that is the last layer stays the last.

    That of a hidden layer is not the last.
    """
    way = conflict.view.back(end.place)
    last = next((step for step in way if step.cls not in ("Activation", "Softmax")), end)
    if (last.is_dense and not hidden) or last.channels_first:
        return
    last = end if hidden else last
    ends = conflict.options.activation if last is end else None
    active: tuple[tuple[str | None, object], ...] = (("activation", ends),) if ends else ()
    if rank > 3:
        if hidden or not last.is_convolution:
            why = f"a 1×1 convolution returns {want} channels, and keeps the spatial size"
            if hidden:
                why = f"the model ends with a hidden layer: {why}"
            filters = output_name(conflict.options.at_hand(last.core.site), want)
            layer = NewLayer(f"Conv{rank - 2}D", ((None, filters), (None, 1), *active))
            yield from made(conflict.behind(last, layer), "append-convolution", why)
        return
    wide = last.shape_out[-1] if last.shape_out else None
    if isinstance(wide, int) and wide * want > 40 * HEAVY:
        return  # larger than any head: the numbers that are wanted are to come from the map
    numbers = "one number that is" if want == 1 else f"{want} numbers that are"
    why = f"no layer gives the {numbers} wanted: a Dense({want}) at the end does"
    if hidden:
        why = f"the model ends with a hidden layer: a Dense({want}) behind it is missing"
    units = output_name(conflict.options.at_hand(last.core.site), want)
    layer = NewLayer("Dense", ((None, units), *active))
    yield from made(conflict.behind(last, layer), "append-dense", why)
