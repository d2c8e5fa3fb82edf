"""Shapes beside the code, under the cursor, and above the models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp

from kfix import api
from kfix.api import count_text, shape_text
from kfix.lsp.analysis import Answer
from kfix.lsp.diagnostics import range_of
from kfix.lsp.texts import Text

FIX_TO_TARGET = "kfix.fixToTarget"
LAYERS = "https://github.com/kfix-keras/kfix/blob/main/docs/layers.md"
EARLIER = "The shape before the line that kfix cannot read."
_MOST_OTHERS = 5
"""Further calls of one place that a hover lists."""


def model_at(answer: Answer, path: str, cell: int | None, line: int | None) -> api.Model | None:
    """Return the model whose definition has this line, the innermost of several."""
    found = [
        model
        for model in answer.models
        if (model.place.path, model.place.cell) == (path, cell)
        and line is not None
        and model.place.line <= line <= model.place.end_line
    ]
    return min(found, key=lambda model: model.place.end_line - model.place.line, default=None)


def model_around(answer: Answer, path: str, cell: int | None, line: int | None) -> api.Model | None:
    """Return the model that a line is part of: from its first call to its definition.

    Calls that are part of several models, in a helper, are part of none.
    """
    models = [one for one in answer.models if (one.place.path, one.place.cell) == (path, cell)]
    uses = Counter(
        place for model in answer.models for place in {call.place for call in model.calls}
    )
    spans: list[tuple[int, api.Model]] = []
    for model in models:
        own = (call.place for call in model.calls if uses[call.place] == 1)
        here = [place for place in own if (place.path, place.cell) == (path, cell)]
        first = min(place.line for place in (model.place, *here))
        last = max(place.end_line for place in (model.place, *here))
        if line is not None and first <= line <= last:
            spans.append((last - first, model))
    return min(spans, key=lambda span: span[0], default=(0, None))[1]


def _calls(
    answer: Answer, path: str, cell: int | None, first: api.Model | None
) -> list[api.LayerCall]:
    """Return the calls in one text, those of a model that is preferred before the others."""
    models = sorted(answer.models, key=lambda model: model is not first)
    return [
        call
        for model in models
        for call in model.calls
        if (call.place.path, call.place.cell) == (path, cell)
    ]


# --- inlay hints ----------------------------------------------------------------------------


def hints(  # noqa: PLR0913 - an answer, and the part of a text that is shown
    answer: Answer, path: str, cell: int | None, text: Text, lines: range, first: api.Model | None
) -> list[lsp.InlayHint]:
    """Return the output shapes behind the layers, of a line that of the outermost call.

    Of several calls of the same place those of the model `first` count, else the first.
    """
    by_line: dict[int, list[api.LayerCall]] = {}
    for call in _calls(answer, path, cell, first):
        by_line.setdefault(call.place.end_line, []).append(call)
    found: list[lsp.InlayHint] = []
    for number, calls in sorted(by_line.items()):
        line = answer.line(cell, number)
        if line is None or line - 1 not in lines:
            continue
        shown = [call for call in calls if call.place == _outermost(calls)]
        hint = _hint(shown, text.end(line - 1), answer.stale)
        if hint is not None:
            found.append(hint)
    return found


def _outermost(calls: Iterable[api.LayerCall]) -> api.Place:
    """Return the place of the call that ends last, of several such of the longest."""
    places = (call.place for call in calls)
    return max(places, key=lambda place: (place.end_column, -place.line, -place.column))


def _hint(calls: list[api.LayerCall], at: lsp.Position, stale: bool) -> lsp.InlayHint | None:
    """Return the hint of the calls of one place, `None` where Keras refuses the first."""
    call = calls[0]
    if call.status in ("refused", "after-refusal"):
        return None
    label = shape_text(call.output_shapes)
    others = list(dict.fromkeys(shape_text(one.output_shapes) for one in calls[1:]))
    tooltip = EARLIER * stale
    if others and others != [label]:
        tooltip += f"{len(calls)} calls: {', '.join(dict.fromkeys([label, *others]))}"
    tooltip += "; ".join(reason.text for reason in call.unknown)
    return lsp.InlayHint(
        position=at,
        label=f"→ {label}",
        tooltip=tooltip or None,
        padding_left=True,
    )


# --- hover ----------------------------------------------------------------------------------


def hover(
    answer: Answer, path: str, cell: int | None, text: Text, at: tuple[int, int]
) -> lsp.Hover | None:
    """Return the row of the layer at a line and column, and why it has that shape."""
    first = model_around(answer, path, cell, at[0])
    calls = [call for call in _calls(answer, path, cell, first) if _holds(call, at)]
    if not calls:
        return _model_hover(answer, path, cell, text, at)
    call = min(calls, key=lambda one: _extent(_spot(one, at)))
    alike = [one for one in calls if one.place == call.place]
    range_ = range_of(_spot(call, at), answer, text)
    if range_ is None:
        return None
    lines = [*_row(call), *_others(alike)]
    if answer.stale:
        lines.append(f"*{EARLIER}*")
    return _markdown(lines, range_)


def _holds(call: api.LayerCall, at: tuple[int, int]) -> bool:
    return _covers(call.place, at) or _covers(call.made, at)


def _spot(call: api.LayerCall, at: tuple[int, int]) -> api.Place:
    """Return the place of the call that the cursor is in: where the layer is made, or called."""
    same = (call.made.path, call.made.cell) == (call.place.path, call.place.cell)
    return call.made if same and _covers(call.made, at) else call.place


def _covers(place: api.Place, at: tuple[int, int]) -> bool:
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return start <= at < end


def _extent(place: api.Place) -> tuple[int, int]:
    return place.end_line - place.line, place.end_column - place.column


def _row(call: api.LayerCall) -> Iterator[str]:
    """Yield the row of a call as in Keras's `summary()`, then the reasons."""
    given, made = shape_text(call.input_shapes), shape_text(call.output_shapes)
    arrow = f"`{given}` → `{made}`"
    if call.status == "refused":
        arrow = f"`{given}` → refused by Keras"
    elif call.status == "after-refusal":
        arrow = "behind a layer that Keras refuses"
    elif call.name == "InputLayer":
        arrow = f"`{made}`"
    params = f" · {count_text(call.params)}" * (not call.operation)
    yield f"**{call.name}** {arrow}{params}"
    if call.why:
        yield "\n".join(f"- {line}" for line in call.why)
    if (call.unknown and call.status == "unknown") or "?" in made:
        reasons = ", because ".join(reason.text for reason in call.unknown)
        yield f"`?` is unknown: {reasons}"


def _others(calls: list[api.LayerCall]) -> Iterator[str]:
    """Yield the shapes of further calls of the same place."""
    if len(calls) < 2:
        return
    rest = calls[1 : _MOST_OTHERS + 1]
    shapes = ", ".join(f"`{shape_text(one.output_shapes)}`" for one in rest)
    more = f" and {len(calls) - len(rest) - 1} more" * (len(calls) > len(rest) + 1)
    yield f"The first of {len(calls)} calls; the others: {shapes}{more}"


def _model_hover(
    answer: Answer, path: str, cell: int | None, text: Text, at: tuple[int, int]
) -> lsp.Hover | None:
    model = model_at(answer, path, cell, at[0])
    if model is None or not _covers(model.place, at):
        return None
    range_ = range_of(model.place, answer, text)
    if range_ is None:
        return None
    return _markdown([f"**{title(model)}**", facts(model)], range_)


def _markdown(lines: Iterable[str], range_: lsp.Range) -> lsp.Hover:
    value = "\n\n".join(lines) + f"\n\n[The rules of all layers]({LAYERS})"
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, value), range_)


# --- code lenses ----------------------------------------------------------------------------


def lenses(answer: Answer, path: str, cell: int | None, text: Text) -> Iterator[lsp.CodeLens]:
    """Yield for each model its layers, parameters and output shape, and "fix to target…"."""
    seen: set[api.Place] = set()
    for model in answer.models:
        place = model.place
        if (place.path, place.cell) != (path, cell) or place in seen:
            continue
        seen.add(place)
        range_ = range_of(place, answer, text)
        if range_ is None:
            continue
        arguments = [text.uri, range_.start.line, ""]
        yield lsp.CodeLens(range_, lsp.Command(title=facts(model), command=""))
        yield lsp.CodeLens(
            range_, lsp.Command(title="fix to target…", command=FIX_TO_TARGET, arguments=arguments)
        )


def title(model: api.Model) -> str:
    """Return the kind and the name of a model."""
    return f"{model.kind.value} model {model.name}".rstrip()


def facts(model: api.Model) -> str:
    """Return the layers, parameters and output shape of a model in one line."""
    output = shape_text(model.output_shapes or (None,))
    layers = f"{model.layers} layer{'s' * (model.layers != 1)}"
    return f"{layers} · {count_text(model.params)} · output {output}"
