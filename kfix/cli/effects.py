"""Warn of options that have no effect in a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kfix.cli.path_arguments import STDIN
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings

if TYPE_CHECKING:
    from kfix.model.graph import Shape

_OF_REPAIRS = {
    "pick": "--pick",
    "unsafe": "--unsafe",
    "prefer": "--prefer",
    "only": "--only",
    "never": "--never",
    "verify": "--verify",
}
"""Options that choose among repairs, which some modes do not search for."""
_OF_TEXT = {
    "why": "--why",
    "show_layers": "--show-layers",
    "statistics": "--statistics",
    "quiet": "--quiet",
}
"""Options of the text for people."""


_OF_FINDINGS = {
    "select": "--select",
    "ignore": "--ignore",
    "strict": "--strict",
    "warn_unused_ignores": "--warn-unused-ignores",
    "show_layers": "--show-layers",
    "statistics": "--statistics",
    "quiet": "--quiet",
}
"""Options about findings, which `--summary` does not print."""
_IDLE = {"check": _OF_REPAIRS, "summary": {**_OF_REPAIRS, **_OF_FINDINGS}}
"""The options without effect by mode."""


def without_effect(
    options: dict[str, Any],
    paths: Sequence[str],
    results: Sequence[FileResult],
    settings: Settings,
) -> Iterator[str]:
    """Yield a sentence for each option that has no effect in this run."""
    for mode, idle in _IDLE.items():
        yield from (
            f"{name} has no effect with --{mode}"
            for key, name in idle.items()
            if options[mode] and options[key]
        )
    if options["output_format"] != "text":
        for key, name in _OF_TEXT.items():
            if options[key]:
                yield f"{name} has no effect with --output-format {options['output_format']}"
    if options["warn_unused_ignores"] and (options["select"] or options["ignore"]):
        yield "--warn-unused-ignores has no effect with --select or --ignore"
    if options["verify_python"] is not None and not options["verify"]:
        yield "--verify-python has no effect without --verify"
    if options["stdin_filename"] is not None and STDIN not in paths:
        yield "--stdin-filename has no effect without the path -"
    yield from _found(options, results, settings.input_shape)


def _found(
    options: dict[str, Any], results: Sequence[FileResult], input_shape: Shape | None
) -> Iterator[str]:
    """Yield a sentence for each option without effect on the files that were read."""
    models = [model_result for result in results for model_result in result.models]
    searched = not (options["check"] or options["summary"])
    choices = any(model_result.repairs for model_result in models)
    if options["pick"] is not None and searched and models and not choices:
        yield f"--pick {options['pick']} has no effect: there is nothing to choose from"
    inputs = [shape for model_result in models for shape in model_result.trace.inputs]
    if input_shape is not None and inputs and input_shape not in inputs:
        from kfix.shapes import show

        yield f"--input-shape has no effect: the source says {show(inputs[0])}"
