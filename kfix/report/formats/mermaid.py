"""Mermaid: the models as flow charts, for README files and wikis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.engine.results import ModelResult
from kfix.report.formats import Run
from kfix.report.layer_table import fault_rows
from kfix.report.rows import Row, is_refused, output_of, rows, sources_of
from kfix.shapes import show

_STYLE = "  classDef fault stroke:#c00,stroke-width:3px"
"""How a layer is drawn that an error is about."""


def render(run: Run) -> str:
    """Return one chart per model: layers as boxes, output shapes on edges, faults marked."""
    charts = [f"%% error: {result.error}" for result in run.results if result.error is not None]
    charts += [
        "\n".join(_chart(model_result))
        for result in run.results
        for model_result in result.models
        if not model_result.nested
    ]
    return "\n\n".join(charts)


def _chart(model_result: ModelResult) -> Iterator[str]:
    shown = list(rows(model_result.trace))
    faults = fault_rows(model_result, shown)
    yield "```mermaid"
    yield "flowchart TD"
    yield f"  %% {model_result.place}: {model_result.model.qualified}"
    for number, shape in enumerate(model_result.trace.inputs):
        yield f'  input{number}["Input<br/>{_text(show(shape))}"]'
    for number, row in enumerate(shown):
        code = faults.get(number)
        if code is None:
            yield f'  layer{number}["{_text(row.cls)}"]'
        else:
            yield f'  layer{number}["{_text(row.cls)}<br/>{code}"]:::fault'
    for number, sources in enumerate(sources_of(model_result.trace.model, shown)):
        for source in sources:
            yield from _edge(model_result, source, number, shown)
    yield from _outputs(model_result, shown)
    if faults:
        yield _STYLE
    yield "```"


def _outputs(model_result: ModelResult, shown: Sequence[Row]) -> Iterator[str]:
    """Yield the outputs of the model, each behind its layer; of an operation, behind the last."""
    numbers = {row.node.layer.uid: number for number, row in enumerate(shown)}
    layers = {node.id: node.layer.uid for node in model_result.trace.model.nodes}
    for number, ref in enumerate(model_result.trace.model.outputs):
        source = numbers.get(layers.get(ref.node, -1), len(shown) - 1)
        text = "Output"
        if number < len(model_result.trace.outputs) and model_result.trace.refusal is None:
            text += f"<br/>{_text(show(model_result.trace.outputs[number]))}"
        if source >= 0:
            yield f'  layer{source} --> output{number}["{text}"]'


def _edge(
    model_result: ModelResult, source: dict[str, int], number: int, shown: Sequence[Row]
) -> Iterator[str]:
    if "layer" in source:
        traced, label = shown[source["layer"]].traced, ""
        if not is_refused(traced):
            label = f'|"{_text(output_of(traced))}"|'
        yield f"  layer{source['layer']} -->{label} layer{number}"
    elif source["input"] < len(model_result.trace.inputs):
        yield f"  input{source['input']} --> layer{number}"


def _text(text: str) -> str:
    """Return a label without the characters that end it."""
    return text.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
