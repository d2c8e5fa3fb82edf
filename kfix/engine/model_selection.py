"""Which model, and which of its outputs, a declared target is for."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.engine.results import FileResult, Reading
from kfix.engine.settings import ConfiguredTarget, Misuse, Settings
from kfix.model.graph import Model, Program
from kfix.model.near import did_you_mean
from kfix.model.site import Place, cell_name
from kfix.repair.target import Target, parse_target

DIRECTIVES = ("target", "input")
"""What a comment `# kfix: KEY=SHAPE` may say."""

_Spot = tuple[int, int]
"""A cell and a line."""

Wanted = dict[int, Target]
"""What is wanted of a model, by the number of the output."""


def choose(reading: Reading, settings: Settings, result: FileResult) -> dict[int, Wanted]:
    """The declared targets of this run, by the index of the group; raises `Misuse` when it is not clear whose it is.

    Where the settings choose models, the groups of those are there, with or without targets.
    """
    program = reading.program
    targets: dict[int, Wanted] = {}
    uids = {
        model.uid: index for index, group in enumerate(reading.groups) for model in group.models
    }
    _check_directives(program, result)
    for one in settings.configured:
        for index in _configured(reading, one, settings, result):
            targets[index] = {0: parse_target(one.shape, "pyproject.toml")}
    for directive in program.directives:
        if directive.key == "target" and directive.model in uids:
            index = uids[directive.model]
            name, equals, shape = directive.value.rpartition("=")
            try:
                target = parse_target(shape, "comment", directive.site)
            except ValueError as error:
                raise Misuse(f"{program.place(directive.site)}: {error}") from None
            number = _output(reading, index, name.strip()) if equals else 0
            before = targets.get(index, {})
            kept = {n: t for n, t in before.items() if t.source == "comment"} if equals else {}
            targets[index] = kept | {number: target}
    candidates = [index for index, group in enumerate(reading.groups) if group.outermost]
    if settings.model is not None or settings.places:
        candidates = _named(reading, settings, result)
        if not candidates:
            if not settings.named:  # one of the other files of the folder may have it
                return {}
            known = [index for index, group in enumerate(reading.groups) if not group.called]
            if not known:
                raise Misuse("no Keras model here that kfix can read")
            if not settings.model:
                raise Misuse(f"no outermost model; there is {_list(reading, known)}")
            names = [name for i in known for name in _names(reading, reading.groups[i].models[0])]
            near = did_you_mean(settings.model, names)
            said = f"no model named {settings.model!r}"
            raise Misuse(f"{said}: {near or f'there is {_list(reading, known)}'}")
        targets = {index: target for index, target in targets.items() if index in candidates}
    if not settings.declares:
        if settings.model is not None or settings.places:
            return {index: targets.get(index, {}) for index in candidates}
        return targets
    if not candidates:
        if settings.named:
            raise Misuse("no Keras model here that kfix can read, so none to give the target")
        return {}
    candidates = _one_of(reading, candidates, result)
    targets[candidates[0]] = _declared(reading, candidates[0], settings)
    return targets


def _chosen(
    reading: Reading, settings: Settings, result: FileResult, meant: list[int]
) -> list[int]:
    """Return those of the models meant by the configuration that the command line chooses."""
    if settings.model is None and not settings.places:
        return meant
    named = _named(reading, settings, result)
    return [index for index in meant if index in named]


def _one_of(reading: Reading, candidates: list[int], result: FileResult) -> list[int]:
    """Return the one model that a target without a name is for: the only one, or the only one used.

    Raises `Misuse` where several are.
    """
    if len(candidates) < 2:
        return candidates
    program = reading.program
    used = {record.model for record in program.compiles}
    used |= {record.model for record in program.fits}
    in_use = [i for i in candidates if any(model.uid in used for model in reading.groups[i].models)]
    if len(in_use) != 1:
        how = _how(reading, candidates)
        raise Misuse(f"several models, choose one with {how}: {_list(reading, candidates)}")
    name = reading.groups[in_use[0]].models[0].qualified
    note = f"the target is taken for `{name}`, the only model that is compiled or fitted"
    result.notes.append(note)
    return in_use


def _configured(
    reading: Reading, target: ConfiguredTarget, settings: Settings, result: FileResult
) -> list[int]:
    """Return the models that a target of pyproject.toml is for; raises `Misuse` where that is not clear."""
    outermost = [index for index, group in enumerate(reading.groups) if group.outermost]
    if target.model is None:
        if settings.declares:
            return outermost
        return _one_of(reading, _chosen(reading, settings, result, outermost), result)
    known = {index: _names(reading, reading.groups[index].models[0]) for index in outermost}
    found = [index for index, names in known.items() if target.model in names]
    if not found and target.exact:
        near = did_you_mean(target.model, [name for names in known.values() for name in names])
        said = f"no model named {target.model!r}, as pyproject.toml says"
        raise Misuse(f"{said}: {near}" if near else said)
    return found


def _check_directives(program: Program, result: FileResult) -> None:
    """Raise `Misuse` for a comment to kfix that it does not know; note one that is at no model."""
    if not program.directives:
        return
    from kfix.source.syntax.directives import input_shape

    for directive in program.directives:
        key, at = directive.key, f"line {directive.line}"
        if directive.site.cell is not None:
            at = f"{cell_name(directive.site.cell)}, {at}"
        if key not in DIRECTIVES or not directive.value:
            near = did_you_mean(key, DIRECTIVES) if key not in DIRECTIVES else f"write {key}=SHAPE"
            raise Misuse(f"{at}: unknown comment `kfix: {key}`: {near or 'target or input'}")
        if key == "input" and input_shape(directive.value) is None:
            raise Misuse(f"{at}: {directive.value!r} is not an input shape: write it as 28,28,1")
        if directive.model is None:
            result.notes.append(f"{at}: `kfix: {key}` has no effect: no model is defined there")


def _declared(reading: Reading, index: int, settings: Settings) -> Wanted:
    """What the command line wants of the model of this group."""
    if settings.target is not None:
        return {0: parse_target(settings.target)}
    return {_output(reading, index, name): parse_target(shape) for name, shape in settings.targets}


def output_names(model: Model) -> list[str]:
    """What a person may call the outputs: the names of the layers that give them, else their numbers."""
    nodes = {node.id: node for node in model.nodes}
    names = []
    for number, ref in enumerate(model.outputs):
        node = nodes.get(ref.node)
        names.append((node.layer.name if node is not None else None) or str(number))
    return names


def _output(reading: Reading, index: int, name: str) -> int:
    """The number of the output that a target names; raises `Misuse`."""
    model = reading.groups[index].models[0]
    names = output_names(model)
    if name in names:
        return names.index(name)
    if name.isascii() and name.isdecimal() and len(name) < 10 and int(name) < len(names):
        return int(name)
    raise Misuse(f"`{model.qualified}` has no output {name!r}, but {', '.join(names)}")


def _named(reading: Reading, settings: Settings, result: FileResult) -> list[int]:
    """The groups that `--model`, `PATH::NAME` or `PATH:LINE` means."""
    if settings.places:
        return _around(reading, settings, result)
    models = {
        index: group.models[0] for index, group in enumerate(reading.groups) if not group.called
    }
    exact = [index for index, model in models.items() if model.qualified == settings.model]
    named = exact or [index for index, model in models.items() if model.name == settings.model]
    return named or [
        index for index, model in models.items() if settings.model in _others(reading, model)
    ]


def _others(reading: Reading, model: Model) -> tuple[str, ...]:
    """The other variables that hold a model."""
    return reading.program.known_as.get(model.uid, ())


def _names(reading: Reading, model: Model) -> tuple[str, ...]:
    return model.name, model.qualified, *_others(reading, model)


def _around(reading: Reading, settings: Settings, result: FileResult) -> list[int]:
    """The model defined at that place; else the one that the code there follows, as an editor means it.

    One that is a layer of another is meant where the line is its own, and not where it stands inside the definition
    of the other. Where a whole cell of a notebook is meant, all outermost models that are defined in it.
    """
    spans: dict[int, tuple[_Spot, _Spot]] = {}
    firsts: dict[int, Place] = {}
    lines: dict[int, list[Place]] = {}
    for index, group in enumerate(reading.groups):
        if group.called:
            continue
        sites = [group.models[0].site, *(node.site for node in group.models[0].nodes)]
        places = [place for place in map(reading.program.place, sites) if place.path == result.path]
        if places:
            first = firsts[index] = min(places, key=_start)
            spans[index] = _start(first), max((place.cell or 0, place.end_line) for place in places)
            lines[index] = places
    cell, line = settings.cell or 0, settings.line
    start, end = ((cell, 0), (cell + 1, 0)) if line is None else ((cell, line), (cell, line))
    inside = [index for index, (first, last) in spans.items() if first <= end and start <= last]
    outer = [index for index in inside if not reading.groups[index].nested]
    if inside and line is None:
        return outer or inside
    if inside:
        own = [
            i
            for i in inside
            if any(_start(at) <= start <= (at.cell or 0, at.end_line) for at in lines[i])
        ]
        if own and not set(own) & set(outer):
            return [max(own, key=lambda index: _length(*spans[index]))]
        meant = [index for index in own if index in outer] or inside
        return [min(meant, key=lambda index: _length(*spans[index]))]
    if not spans:
        return []
    nested = {index: reading.groups[index].nested for index in spans}
    before = [index for index, (_, last) in spans.items() if last < start]
    if before:
        nearest = max(before, key=lambda index: (spans[index][1], not nested[index]))
    else:
        nearest = min(spans, key=lambda index: (nested[index], spans[index]))
    model = reading.groups[nearest].models[0]
    said = [] if settings.cell is None else [cell_name(settings.cell)]
    here = ", ".join(said if line is None else [*said, f"line {line}"])
    result.notes.append(
        f"{here} is in no model: taken for `{model.qualified}`, {firsts[nearest].where}"
    )
    return [nearest]


def _start(place: Place) -> _Spot:
    return place.cell or 0, place.line


def _length(first: _Spot, last: _Spot) -> _Spot:
    return last[0] - first[0], last[1] - first[1]


def _how(reading: Reading, indices: Sequence[int]) -> str:
    """How one of these models is chosen: by its name where the names differ."""
    models = [reading.groups[index].models[0] for index in indices]
    if len({model.qualified for model in models}) == len(models):
        return "--model NAME"
    return "PATH:LINE" if models[0].site.cell is None else "PATH:CELL:LINE"


def _list(reading: Reading, indices: Sequence[int]) -> str:
    rows = []
    for index in indices:
        model = reading.groups[index].models[0]
        also = "".join(f" or {name}" for name in _others(reading, model))
        rows.append(f"{model.qualified}{also} ({reading.program.place(model.site).where})")
    return ", ".join(rows)
