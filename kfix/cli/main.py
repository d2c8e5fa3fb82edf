"""The command line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kfix.cli.errors import Wrong
from kfix.cli.help import Choice, Command, Kind, codes, files, option
from kfix.cli.modes import MODES, Mode
from kfix.cli.process import ended, finished, leave, uninterrupted
from kfix.model.record import replace
from kfix.report.formats import FORMATS
from kfix.source.syntax.fast_libcst import own_process
from kfix.version import __version__

if TYPE_CHECKING:
    from kfix.engine.results import FileResult, ModelResult
    from kfix.engine.settings import Settings
    from kfix.project.boundary import Boundary
    from kfix.verify.verifier import Verifier


SUBCOMMANDS = (["server"], ["mcp"])
"""What is not a PATH: `kfix ./server` is the file of that name."""


def main() -> None:
    """Run the command `kfix`."""
    own_process()
    if sys.argv[1:2] in SUBCOMMANDS:
        leave(_subcommand(sys.argv[1], sys.argv[2:]))
    # A collection among the trees costs a fifth of the time; `Project.release` collects.
    gc.disable()
    gc.freeze()
    leave(ended(command))


def _subcommand(name: str, arguments: list[str]) -> int:
    """Run a server; only here what it needs is imported."""
    if name == "mcp":
        from kfix.mcp.main import serve as serve_agents

        return serve_agents(arguments)
    from kfix.lsp.main import serve

    return serve(arguments)


def _explain(what: str, paths: tuple[str, ...]) -> int:
    from kfix.report import style
    from kfix.report.explain import explain

    if paths:
        raise Wrong(f"--explain documents codes: it goes with no PATH ({paths[0]})")
    try:
        click.echo(explain(what, style.width(sys.stdout)))
    except ValueError as error:
        raise Wrong(str(error)) from None
    return 0


@click.command(
    cls=Command,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)
@click.argument("paths", nargs=-1, metavar="PATH…", shell_complete=files)
@option("What to fix")(
    "--target",
    multiple=True,
    metavar="SHAPE",
    help="The expected output shape: 10, 28,28,1, none,10, '(None, 10)' or input; "
    "of several outputs NAME=SHAPE.",
)
@option("What to fix")("--model", metavar="NAME", help="The model, by its name or function.name.")
@option("What to fix")(
    "--input-shape", metavar="SHAPE", help="The input shape, where the source does not say it."
)
@option("What to fix")(
    "--error",
    metavar="LOG",
    shell_complete=files,
    help="The output of a run that failed, - for standard input; alone, explain the error.",
)
@option("Modes")(
    "--dry-run", "--diff", "dry_run", is_flag=True, help="Print the diff, write nothing."
)
@option("Modes")("--check", is_flag=True, help="Report only, search for no repair.")
@option("Modes")("--summary", is_flag=True, help="Print what Keras's summary() would print.")
@option("Modes")("--interactive", is_flag=True, help="Ask about each repair, as git add -p does.")
@option("Choosing repairs")(
    "--pick", type=click.IntRange(min=1), metavar="N", help="Apply the N-th repair."
)
@option("Choosing repairs")(
    "--unsafe", is_flag=True, help="Apply the first repair even where another is equally good."
)
@option("Choosing repairs")(
    "--prefer",
    type=Choice(["flatten", "pool"]),
    help="How a feature map becomes a vector.",
)
@option("Choosing repairs")(
    "--only",
    multiple=True,
    type=Kind(),
    metavar="KIND",
    help="Allow only edits of this kind; kfix --explain edits lists them.",
)
@option("Choosing repairs")(
    "--never",
    multiple=True,
    type=Kind(),
    metavar="KIND",
    help="Allow no edit of this kind.",
)
@option("Findings")(
    "--select",
    multiple=True,
    metavar="CODES",
    shell_complete=codes,
    help="Report only these codes, or prefixes of codes.",
)
@option("Findings")(
    "--ignore",
    multiple=True,
    metavar="CODES",
    shell_complete=codes,
    help="Do not report these codes or prefixes.",
)
@option("Findings")("--strict", is_flag=True, help="Exit with 1 for warnings as well.")
@option("Findings")(
    "--warn-unused-ignores", is_flag=True, help="Name each kfix: ignore that hides nothing."
)
@option("Findings")(
    "--explain",
    metavar="[CODE]",
    is_flag=False,
    flag_value="codes",
    shell_complete=codes,
    help="Document a code; alone, list all codes; edits: the kinds of edits.",
)
@option("Output")(
    "--output-format",
    type=Choice(FORMATS),
    default="text",
    metavar="FORMAT",
    help=f"{', '.join(FORMATS)}.",
)
@option("Output")(
    "--output-file", metavar="PATH", shell_complete=files, help="Write the report to this file."
)
@option("Output")("--why", is_flag=True, help="Explain each unknown shape.")
@option("Output")("--show-layers", is_flag=True, help="Print the table of all layers with a fault.")
@option("Output")("--statistics", is_flag=True, help="Count the findings by code.")
@option("Output")("-q", "--quiet", is_flag=True, help="Print only headlines, and what was fixed.")
@option("Output")(
    "--color", type=Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@option("Output")(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read many files (default: one for each core).",
)
@option("Output")("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs.")
@option("Output")("--stdin-filename", metavar="PATH", help="The file name of standard input.")
@option("Keras")(
    "--keras",
    type=Choice(["2", "3"]),
    help="Whose argument names are valid (default: 3, or what the imports say).",
)
@option("Keras")(
    "--verify", is_flag=True, help="Rebuild each repaired model in real Keras before writing."
)
@option("Keras")("--verify-python", metavar="PYTHON", help="The interpreter that has Keras.")
@click.version_option(__version__, prog_name="kfix", message="%(prog)s %(version)s")
def command(paths: tuple[str, ...], **options: Any) -> None:
    """Fix the shapes of Keras models in their source, without running anything.

    PATH is a file, a folder, or - for standard input. PATH::NAME and
    PATH:LINE, in a notebook PATH:CELL:LINE, choose one of several models;
    a place as kfix prints it will do.
    """
    sys.exit(finished(lambda: _run(paths, options)))


def _run(paths: tuple[str, ...], options: dict[str, Any]) -> int:
    if options["explain"] is not None:
        return _explain(options["explain"], paths)
    if not paths and options["error"] is None:
        raise Wrong("missing argument PATH")
    if not paths:
        from kfix.cli.error_log import explain_alone

        return explain_alone(options)
    mode = _mode(options)
    from kfix.cli.effects import without_effect
    from kfix.cli.emit import emit
    from kfix.cli.path_arguments import STDIN, split_path
    from kfix.cli.reading import read_all
    from kfix.engine.results import FileResult
    from kfix.project.boundary import Boundary
    from kfix.project.writing import sweep

    boundary = Boundary(split_path(path)[0] for path in paths if path != STDIN)
    settings = _settings(options, mode, boundary)
    if options["error"] is not None:
        from kfix.cli.error_log import read_log

        settings = replace(settings, error_text=read_log(options["error"], paths))
    if options["interactive"]:
        settings = replace(settings, review=_review(paths, options, mode))
    results, stdin = read_all(paths, options, settings, boundary)
    folder = next((path for path in paths if os.path.isdir(path)), None)
    found = any(result.models or result.error for result in results)
    if folder is not None and settings.model is not None and not found:
        said = f"{folder}: no model named {settings.model!r} in any file"
        results.append(FileResult(folder, error=said))
    if mode.writes:
        sweep(
            {os.path.dirname(name) for result in results for name in (result.path, *result.files)}
        )
        for result in results:
            if result.path != stdin:
                _write(result, boundary)
    emit(results, options, mode, stdin, [*without_effect(options, paths, results, settings)])
    return exit_code(results, options["strict"], mode)


def _mode(options: dict[str, Any]) -> Mode:
    chosen = [name for name in ("dry_run", "check", "summary") if options[name]]
    if len(chosen) > 1:
        raise Wrong("--dry-run, --check and --summary exclude each other")
    chosen.append("fix")
    return MODES[chosen[0].replace("_", "-")]


def _settings(options: dict[str, Any], mode: Mode, boundary: Boundary) -> Settings:
    from kfix.engine.settings import Settings
    from kfix.findings.codes import codes as codes_of
    from kfix.model.target import parse_input_shape

    input_shape = keras = None
    try:
        select, ignore = codes_of(options["select"]), codes_of(options["ignore"])
        target, targets = _targets(options["target"])
        if options["input_shape"] is not None:
            input_shape = parse_input_shape(options["input_shape"])
    except ValueError as error:
        raise Wrong(str(error)) from None
    if options["keras"]:
        keras = int(options["keras"])
    return Settings(
        target=target,
        targets=targets,
        input_shape=input_shape,
        model=options["model"],
        search=mode.search
        or (options["output_format"] != "text" and not (options["check"] or options["summary"])),
        pick=options["pick"],
        unsafe=options["unsafe"],
        prefer=options["prefer"],
        only=frozenset(options["only"]),
        never=frozenset(options["never"]),
        keras=keras,
        select=select,
        ignore=ignore,
        verify=_verifier(options, boundary),
        unused_ignores=options["warn_unused_ignores"],
    )


def _verifier(options: dict[str, Any], boundary: Boundary) -> Verifier | None:
    """Return what asks real Keras about repairs, `None` without `--verify`; raise `Wrong`."""
    if not options["verify"]:
        return None
    from kfix.verify.python import interpreter
    from kfix.verify.trouble import NoKeras
    from kfix.verify.verifier import Verifier

    try:
        return Verifier(interpreter(options["verify_python"], boundary.checks))
    except NoKeras as trouble:
        raise Wrong(str(trouble)) from None


def _targets(given: tuple[str, ...]) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return one shape, or several with the names of outputs; raise `ValueError`."""
    from kfix.model.target import parse_target

    named = []
    for text in given:
        name, equals, shape = text.rpartition("=")
        parse_target(shape)
        if not equals and len(given) > 1:
            raise ValueError(f"several targets need the names of their outputs: NAME={text}")
        named.append((name.strip(), shape))
    if len(named) == 1 and not named[0][0]:
        return named[0][1], ()
    return None, tuple(named)


def _review(
    paths: tuple[str, ...], options: dict[str, Any], mode: Mode
) -> Callable[[ModelResult], int | None]:
    """Return the review that asks a person; raise `Wrong` where nobody can be asked."""
    from kfix.cli.path_arguments import STDIN
    from kfix.report.review import Review

    if (
        not mode.writes
        or options["output_format"] != "text"
        or STDIN in paths
        or options["pick"] is not None
    ):
        raise Wrong(
            "--interactive writes what is chosen: it goes with no other mode or format, --pick or -"
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Wrong("--interactive needs a terminal")
    from kfix.report.style import wants_colour

    click.get_current_context().color = wants_colour(options["color"], sys.stdout)
    return Review(input)


def _write(result: FileResult, boundary: Boundary) -> None:
    """Write a file and those that its repairs edit; note in `result` what cannot be written."""
    from kfix.project.files import FileTrouble
    from kfix.project.writing import PartlyWritten, write_all

    if not result.files:
        return
    changes = [(name, data, result.originals[name]) for name, data in result.files.items()]
    try:
        with uninterrupted():
            write_all(changes, lambda real: boundary.allows(real, result.path))
    except FileTrouble as trouble:
        written = trouble.written if isinstance(trouble, PartlyWritten) else ()
        result.error = str(trouble)
        result.files = {name: result.files[name] for name in written}
        for model_result in result.models:
            for repair in model_result.repairs:
                repair.applied = repair.applied and set(repair.files) <= set(written)


def exit_code(results: list[FileResult], strict: bool, mode: Mode) -> int:
    """Return 2 for a file not read, else 1 for an error left or an edit pending, else 0."""
    if any(result.error is not None for result in results):
        return 2
    if mode is MODES["summary"]:
        return 0
    if not mode.writes and any(result.changed for result in results):
        return 1
    models = [model_result for result in results for model_result in result.models]
    return int(any(_fails(model_result, strict) for model_result in models))


def _fails(model_result: ModelResult, strict: bool) -> bool:
    """Return whether an error is left, with `strict` also whether there was a warning.

    A repair that was made fixes what fails, not what is only warned of.
    """
    if model_result.left:
        return True
    findings = (found.finding for found in model_result.findings)
    return strict and any(one.severity == "warning" and not one.fails for one in findings)
