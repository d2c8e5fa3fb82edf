"""The last dim of the output is not the target's: units, filters, or a new last layer."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings import Finding
from kfix.model.code import Multiple, NewLayer, Number
from kfix.model.graph import Shape
from kfix.repair.arguments import value
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import options
from kfix.repair.candidates.scaling import gives_back
from kfix.repair.conflict import Conflict
from kfix.repair.prices import HEAVY
from kfix.repair.spoken import output_name, width_name
from kfix.repair.view import Step

CURES: tuple[type[Finding], ...] = ()


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """The layer that decides the last dim, set to what is wanted; or one more layer."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or view.last < 0 or len(shape) < 2:
        return
    want = target.dims[-1] if target.dims else None
    if not isinstance(want, int) or want == shape[-1] or _stand_in_front(conflict, want, shape):
        return
    if len(shape) == target.rank:
        yield from deciders(conflict, view.last, want)
    yield from _appended(conflict, view.steps[view.last], want, len(shape), target.rank)
    if target.rank == 2:
        for step in view.back(view.last):
            if step.is_flatten and step.shape_in is not None and step.shape_in[-1] == want:
                for cls, key in options(conflict, step.shape_in, view.previous(step) or step, None):
                    if cls != "Flatten":
                        why = f"the map has a channel for each of the {want} classes: {cls} makes one number of each"
                        yield from made(conflict.replace(step, NewLayer(cls)), key, why)
            if step.collapses:
                yield from _late(conflict, step)
            if not step.keeps:
                break


def _stand_in_front(conflict: Conflict, want: int, shape: Shape) -> bool:
    """Has the output as many channels as the input has in front, where it is to be what the input is?

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
    """Flatten or a global pooling behind the Dense layers: it belongs before the first of them."""
    first = None
    for before in conflict.view.before(step):
        if before.is_dense and before.shape_in is not None and len(before.shape_in) > 2:
            first = before
        elif not before.keeps:
            break
    if first is not None:
        why = f"{step.cls} stands behind the {first.cls} that it should feed"
        yield from made(conflict.move(step, first, "before"), "move-up", why)


def deciders(
    conflict: Conflict, end: int, want: int, key: str | None = None
) -> Iterator[Candidate]:
    """The layer that decides how many channels the step at `end` gives."""
    turned = False  # what is last here was the steps of a sequence before a Permute
    for step in conflict.view.back(end):
        if turned and step.cls == "RepeatVector":
            present = value(step.core, "n")
            why = f"{step.cls} gives {present} times the same, and {want} are wanted"
            twice = isinstance(present, int) and present > 0 and want % present == 0
            number: int | Number = want
            if twice and isinstance(present, int):
                number = Number(want, Multiple(want // present))
            yield from conflict.set([step], "n", number, "units", why)
        if step.cls == "Permute" and len(step.shape_in or ()) == 3 and not turned:
            turned = True
            continue
        if turned:
            if step.keeps:
                continue
            return
        if step.is_global_pooling and key is None:
            key = "channels-pooled"
        found = _decides(step, want)
        if found is not None:
            name, new = found
            if new is None:
                return
            if key == "channels-pooled" and value(step.core, "kernel_size") in (
                1,
                (1,),
                (1, 1),
                (1, 1, 1),
            ):
                key = None  # the head of an all convolutional network: one map a class
            row = key or (
                "units" if step.is_dense else "channels" if step.is_convolution else "inner-units"
            )
            written: int | Number = new
            if new == want:
                written = _spoken(conflict, step, want, key)
            gives = (
                value(step.core, name)
                if new == want
                else step.shape_out[-1]
                if step.shape_out
                else "?"
            )
            what = f"{step.cls} gives {gives}, and {want} {'is' if want == 1 else 'are'} wanted"
            yield from conflict.set([step], name, written, row, what)
            return
        shape_in, shape_out = step.shape_in, step.shape_out
        if len(step.sources) > 1:
            yield from _alike(conflict, step, want, key)
        if shape_in is None or shape_out is None or shape_in[-1] != shape_out[-1]:
            return


def _spoken(conflict: Conflict, step: Step, want: int, key: str | None) -> int | Number:
    """The number as the program would write it at a layer: what a model gives, or a width inside it."""
    at_hand = conflict.options.at_hand(step.core.site)
    return width_name(at_hand, want) if key == "inner-units" else output_name(at_hand, want)


def _alike(conflict: Conflict, step: Step, want: int, key: str | None) -> Iterator[Candidate]:
    """Dense layers of one width that are joined number by number, as a mean and a variance are: all of them."""
    view = conflict.view
    shapes = view.given(step)
    if (
        len(shapes) != len(step.sources)
        or min(step.sources) < 0
        or any(shape != step.shape_out for shape in shapes)
    ):
        return
    group = []
    for source in step.sources:
        found = next((one for one in view.back(source) if not one.keeps), None)
        if found is None or not found.is_dense or found.wrapped:
            return
        group.append(found)
    if len(set(map(id, group))) == len(group):
        why = f"{step.cls} joins {len(group)} Dense layers number by number, and {want} are wanted"
        yield from conflict.set(group, "units", want, key or "units", why)


def _decides(step: Step, want: int) -> tuple[str, int | None] | None:
    """The argument that decides the last dim and its value for `want`, `None` as value where none does."""
    if step.channels_first:
        return "filters", None
    if step.cls == "Bidirectional" or (step.layer.cls == "Bidirectional"):
        merged = value(step.layer, "merge_mode") == "concat"
        return "units", (want // 2 if want % 2 == 0 else None) if merged else want
    if step.is_dense or (step.is_recurrent and "units" in step.names):
        return "units", want
    if "filters" in step.names:
        return "filters", want
    if step.cls == "Embedding":
        return "output_dim", want
    if "depth_multiplier" in step.names and step.shape_in is not None:
        channels = step.shape_in[-1]
        whole = isinstance(channels, int) and want % channels == 0
        return "depth_multiplier", want // channels if whole and isinstance(channels, int) else None
    return None


def _appended(
    conflict: Conflict, end: Step, want: int, rank: int, wanted_rank: int
) -> Iterator[Candidate]:
    """A new last layer; an activation that is the last layer stays the last."""
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
        units = _spoken(conflict, last, want, None)
        yield from made(
            conflict.behind(last, NewLayer("Dense", ((None, units), *active))), "append-dense", why
        )
    elif not last.is_convolution:
        dims = rank - 2
        why = f"a 1×1 convolution makes {want} channels of the map, and keeps its size"
        new = NewLayer(f"Conv{dims}D", ((None, want), (None, 1), *active))
        yield from made(conflict.behind(last, new), "append-convolution", why)
