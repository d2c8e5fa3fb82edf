"""Which model, and which of its outputs, a declared target is for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain

from kfix.engine.results import FileResult, Reading
from kfix.engine.settings import ConfiguredTarget, Misuse, Settings
from kfix.model.graph import Model
from kfix.model.near import did_you_mean, with_hint
from kfix.model.program import Program
from kfix.model.record import Value
from kfix.model.site import Place, cell_name, line_name
from kfix.model.target import Target, parse_target

DIRECTIVES = ("target", "input")
"""The keys of a comment `# kfix: KEY=SHAPE`."""

_Spot = tuple[int, int]
"""A cell and a line."""

Wanted = dict[int, Target]
"""The targets of a model, by the number of the output."""


def choose(reading: Reading, settings: Settings, result: FileResult) -> dict[int, Wanted]:
    """Return the declared targets of this run, by the index of the group.

    If the settings choose models, the groups of those are there, with or without targets. Raises
    `Misuse` where it is not clear which model a target is for.
    """
    _check_directives(reading.program, result)
    targets: dict[int, Wanted] = {}
    for one in settings.configured:
        for index in _configured(reading, one, settings, result):
            targets[index] = {0: parse_target(one.shape, "pyproject.toml")}
    _add_directives(reading, targets)
    candidates = [index for index, group in enumerate(reading.groups) if group.outermost]
    if settings.narrows:
        candidates = _named(reading, settings, result)
        if not candidates:
            return _nothing_named(reading, settings)
        targets = {index: target for index, target in targets.items() if index in candidates}
    if not settings.declares:
        if settings.narrows:
            return {index: targets.get(index, {}) for index in candidates}
        return targets
    if not candidates:
        if settings.named:
            raise Misuse("no Keras model here that kfix can read, so none to give the target")
        return {}
    candidates = _one_of(reading, candidates, result)
    targets[candidates[0]] = _declared(reading, candidates[0], settings)
    return targets


def _add_directives(reading: Reading, targets: dict[int, Wanted]) -> None:
    """Add the targets of comments `# kfix: target=SHAPE`; raise `Misuse`."""
    program = reading.program
    groups = {
        model.uid: index for index, group in enumerate(reading.groups) for model in group.models
    }
    for directive in program.directives:
        if directive.key != "target" or directive.model not in groups:
            continue
        index = groups[directive.model]
        name, has_name, shape = directive.value.rpartition("=")
        try:
            target = parse_target(shape, "comment", directive.site)
        except ValueError as error:
            raise Misuse(f"{program.place(directive.site)}: {error}") from None
        if not has_name:
            targets[index] = {0: target}
            continue
        number = _output(reading, index, name.strip())
        others = targets.get(index, {}).items()
        kept = {output: other for output, other in others if other.source == "comment"}
        targets[index] = kept | {number: target}


def _nothing_named(reading: Reading, settings: Settings) -> dict[int, Wanted]:
    """Return no targets; raise `Misuse` if the file itself was named, and not its folder."""
    if not settings.named:  # another file of the folder may have the model
        return {}
    known = [index for index, group in enumerate(reading.groups) if not group.called]
    if not known:
        raise Misuse("no Keras model here that kfix can read")
    there = f"there is {_list(reading, known)}"
    if not settings.model:
        raise Misuse(f"no outermost model; {there}")
    names = [name for index in known for name in _names(reading, reading.groups[index].models[0])]
    near = did_you_mean(settings.model, names)
    raise Misuse(f"no model named {settings.model!r}: {near or there}")


def _chosen(
    reading: Reading, settings: Settings, result: FileResult, meant: list[int]
) -> list[int]:
    """Return those of the models meant by the configuration that the command line chooses."""
    if not settings.narrows:
        return meant
    named = _named(reading, settings, result)
    return [index for index in meant if index in named]


def _one_of(reading: Reading, candidates: list[int], result: FileResult) -> list[int]:
    """Return the one model that a target without a name is for.

    It is the only one, the only one that is trained, or the only one that is given data.

    Raises `Misuse` where several are.
    """
    if len(candidates) < 2:
        return candidates
    program = reading.program
    uses = (("compiled or fitted", program.trained), ("given data", program.used))
    for use, uids in uses:
        in_use = [index for index in candidates if uids & reading.groups[index].uids]
        if len(in_use) == 1:
            name = reading.groups[in_use[0]].models[0].qualified
            note = f"the target is taken for `{name}`, the only model that is {use}"
            result.notes.append(note)
            return in_use
    how = _how(reading, candidates)
    raise Misuse(f"several models, choose one with {how}: {_list(reading, candidates)}")


def _configured(
    reading: Reading, target: ConfiguredTarget, settings: Settings, result: FileResult
) -> list[int]:
    """Return the models that a target of pyproject.toml is for; raise `Misuse` for several."""
    outermost = [index for index, group in enumerate(reading.groups) if group.outermost]
    if target.model is None:
        if settings.declares:
            return outermost
        return _one_of(reading, _chosen(reading, settings, result, outermost), result)
    known = {index: _names(reading, reading.groups[index].models[0]) for index in outermost}
    found = [index for index, names in known.items() if target.model in names]
    if not found and target.exact:
        said = f"no model named {target.model!r}, as pyproject.toml says"
        raise Misuse(with_hint(said, target.model, chain.from_iterable(known.values())))
    return found


def _check_directives(program: Program, result: FileResult) -> None:
    """Raise `Misuse` for a comment to kfix that it does not know; note one that is at no model."""
    if not program.directives:
        return
    from kfix.source.syntax.directives import input_shape

    for directive in program.directives:
        if not directive.line:
            continue  # it is read from words of a comment, and not addressed to kfix
        key, at = directive.key, line_name(directive.site.cell, directive.line)
        if key not in DIRECTIVES:
            near = did_you_mean(key, DIRECTIVES) or "target or input"
            raise Misuse(f"{at}: unknown comment `kfix: {key}`: {near}")
        if not directive.value:
            raise Misuse(f"{at}: unknown comment `kfix: {key}`: write {key}=SHAPE")
        if key == "input" and input_shape(directive.value) is None:
            raise Misuse(f"{at}: {directive.value!r} is not an input shape: write it as 28,28,1")
        if directive.model is None:
            result.notes.append(f"{at}: `kfix: {key}` has no effect: no model is defined there")


def _declared(reading: Reading, index: int, settings: Settings) -> Wanted:
    """Return the target of the command line for the model of this group."""
    if settings.target is not None:
        return {0: parse_target(settings.target)}
    return {_output(reading, index, name): parse_target(shape) for name, shape in settings.targets}


def output_names(model: Model) -> list[str]:
    """Return the names of the outputs: those of their layers, else their numbers."""
    names = {node.id: node.layer.name for node in model.nodes}
    return [names.get(ref.node) or str(number) for number, ref in enumerate(model.outputs)]


def _output(reading: Reading, index: int, name: str) -> int:
    """Return the number of the output that a target names; raise `Misuse`."""
    model = reading.groups[index].models[0]
    names = output_names(model)
    if name in names:
        return names.index(name)
    if name.isascii() and name.isdecimal() and len(name) < 10 and int(name) < len(names):
        return int(name)
    raise Misuse(f"`{model.qualified}` has no output {name!r}, but {', '.join(names)}")


def _named(reading: Reading, settings: Settings, result: FileResult) -> list[int]:
    """Return the groups that `--model`, `PATH::NAME` or `PATH:LINE` chooses."""
    if settings.places:
        return _around(reading, settings, result)
    models = {
        index: group.models[0] for index, group in enumerate(reading.groups) if not group.called
    }
    for names_of in (_qualified, _plain, partial(_others, reading)):
        matches = [index for index, model in models.items() if settings.model in names_of(model)]
        if matches:
            return matches
    return []


def _qualified(model: Model) -> tuple[str, ...]:
    return (model.qualified,)


def _plain(model: Model) -> tuple[str, ...]:
    return (model.name,)


def _others(reading: Reading, model: Model) -> tuple[str, ...]:
    """Return the other variables that hold a model."""
    return reading.program.known_as.get(model.uid, ())


def _names(reading: Reading, model: Model) -> tuple[str, ...]:
    return model.name, model.qualified, *_others(reading, model)


class _Span(Value):
    """Where a model is defined in the file."""

    places: list[Place]
    """The places of the model and its layers."""
    nested: bool

    @property
    def first(self) -> Place:
        """The first place."""
        return min(self.places, key=_start)

    @property
    def start(self) -> _Spot:
        """The first cell and line."""
        return _start(self.first)

    @property
    def end(self) -> _Spot:
        """The last cell and line."""
        return max(map(_end, self.places))

    @property
    def length(self) -> _Spot:
        """The number of cells and lines."""
        return self.end[0] - self.start[0], self.end[1] - self.start[1]

    def owns(self, spot: _Spot) -> bool:
        """Return whether one of the places has this line."""
        return any(_start(place) <= spot <= _end(place) for place in self.places)


def _spans(reading: Reading, path: str) -> dict[int, _Span]:
    """Return by group where the models are defined in this file."""
    spans: dict[int, _Span] = {}
    for index, group in enumerate(reading.groups):
        if group.called:
            continue
        sites = [group.models[0].site, *(node.site for node in group.models[0].nodes)]
        places = [place for place in map(reading.program.place, sites) if place.path == path]
        if places:
            spans[index] = _Span(places, group.nested)
    return spans


def _around(reading: Reading, settings: Settings, result: FileResult) -> list[int]:
    """Return the model defined at a place, else the one that the code there follows.

    A layer of another model is chosen by a line of its own, and not by one inside the definition of
    the other. A whole cell of a notebook chooses all outermost models that are defined in it.
    """
    spans = _spans(reading, result.path)
    cell, line = settings.cell or 0, settings.line
    start, end = (cell, line or 0), (cell, line or 0)
    if line is None:
        end = (cell + 1, 0)
    inside = [index for index, span in spans.items() if span.start <= end and start <= span.end]
    if not inside:
        return _nearest(reading, spans, start, settings, result)
    outer = [index for index in inside if not spans[index].nested]
    if line is None:
        return outer or inside
    own = [index for index in inside if spans[index].owns(start)]
    if own and not set(own) & set(outer):
        return [max(own, key=lambda index: spans[index].length)]
    candidates = [index for index in own if index in outer] or inside
    return [min(candidates, key=lambda index: spans[index].length)]


def _nearest(
    reading: Reading,
    spans: dict[int, _Span],
    start: _Spot,
    settings: Settings,
    result: FileResult,
) -> list[int]:
    """Return the model that a place between models follows, and note it."""
    if not spans:
        return []
    before = [index for index, span in spans.items() if span.end < start]
    if before:
        nearest = max(before, key=lambda index: (spans[index].end, not spans[index].nested))
    else:
        nearest = min(
            spans, key=lambda index: (spans[index].nested, spans[index].start, spans[index].end)
        )
    here = [] if settings.cell is None else [cell_name(settings.cell)]
    if settings.line is not None:
        here.append(f"line {settings.line}")
    model = reading.groups[nearest].models[0]
    where = spans[nearest].first.where
    result.notes.append(f"{', '.join(here)} is in no model: taken for `{model.qualified}`, {where}")
    return [nearest]


def _start(place: Place) -> _Spot:
    return place.cell or 0, place.line


def _end(place: Place) -> _Spot:
    return place.cell or 0, place.end_line


def _how(reading: Reading, indices: Sequence[int]) -> str:
    """Return how one of these models is chosen: by its name if the names differ."""
    models = [reading.groups[index].models[0] for index in indices]
    if len({model.qualified for model in models}) == len(models):
        return "--model NAME"
    if models[0].site.cell is None:
        return "PATH:LINE"
    return "PATH:CELL:LINE"


def _list(reading: Reading, indices: Sequence[int]) -> str:
    rows = []
    for index in indices:
        model = reading.groups[index].models[0]
        others = "".join(f" or {name}" for name in _others(reading, model))
        rows.append(f"{model.qualified}{others} ({reading.program.place(model.site).where})")
    return ", ".join(rows)
