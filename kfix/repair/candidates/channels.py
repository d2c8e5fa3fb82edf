"""The last dim of the output is not the target's: units, filters, or a new last layer."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.prices import HEAVY
from kfix.repair.resize import gives_back
from kfix.repair.spoken import output_name
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the layer that decides the last dim, set to what is wanted; or one more layer."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or view.last < 0 or len(shape) < 2:
        return
    want = target.dims[-1] if target.dims else None
    if not isinstance(want, int) or want == shape[-1] or _stand_in_front(conflict, want, shape):
        return
    if len(shape) == target.rank:
        yield from solve(conflict, view.last, -1, want)
    yield from _appended(conflict, view.steps[view.last], want, len(shape), target.rank)
    if target.rank == 2:
        for step in view.back(view.last):
            if step.is_flatten and step.shape_in is not None and step.shape_in[-1] == want:
                for cls, key in options(conflict, step.shape_in, view.previous(step) or step, None):
                    if cls != "Flatten":
                        why = (
                            f"the map has a channel for each of the {want} classes: {cls} "
                            "makes one number of each"
                        )
                        yield from made(conflict.replace(step, NewLayer(cls)), key, why)
            if step.collapses:
                yield from _late(conflict, step)
            if not step.keeps:
                break


def _stand_in_front(conflict: Conflict, want: int, shape: Shape) -> bool:
    """Return whether the channels of the output are those that the input has in front.

    Then the filters are right, and the order of the axes is not.
    """
    entry = conflict.view.entry
    return (
        gives_back(conflict)
        and entry is not None
        and len(entry) > 3
        and entry[1] in (1, 3, 4)
        and (entry[1], entry[-1]) == (shape[-1], want)
        and want > 4
    )


def _late(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield Flatten or a global pooling moved from behind the Dense layers to before the first."""
    first = None
    for before in conflict.view.before(step):
        if before.is_dense and before.shape_in is not None and len(before.shape_in) > 2:
            first = before
        elif not before.keeps:
            break
    if first is not None:
        why = f"{step.cls} stands behind the {first.cls} that it should feed"
        yield from made(conflict.move(step, first, "before"), "move-up", why)


def _appended(
    conflict: Conflict, end: Step, want: int, rank: int, wanted_rank: int
) -> Iterator[Candidate]:
    """Yield a new last layer; an activation that is the last layer stays the last."""
    last = end
    for step in conflict.view.back(end.place):
        last = step
        if not (step.keeps and step.cls in ("Activation", "Softmax")):
            break
    if rank != wanted_rank or last.is_dense or last.channels_first:
        return
    ends = conflict.options.activation if last is end else None
    active: tuple[tuple[str | None, object], ...] = () if ends is None else (("activation", ends),)
    wide = last.shape_out[-1] if last.shape_out else None
    if rank <= 3:
        if isinstance(wide, int) and wide * want > 40 * HEAVY:
            return  # larger than any head: the numbers that are wanted are to come from the map
        numbers = "one number that is" if want == 1 else f"{want} numbers that are"
        why = f"no layer gives the {numbers} wanted: a Dense({want}) at the end does"
        units = output_name(conflict.options.at_hand(last.core.site), want)
        yield from made(
            conflict.behind(last, NewLayer("Dense", ((None, units), *active))), "append-dense", why
        )
    elif not last.is_convolution:
        dims = rank - 2
        why = f"a 1×1 convolution makes {want} channels of the map, and keeps its size"
        new = NewLayer(f"Conv{dims}D", ((None, want), (None, 1), *active))
        yield from made(conflict.behind(last, new), "append-convolution", why)
