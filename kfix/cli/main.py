"""The command line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import click

from kfix import __version__
from kfix.cli.modes import MODES, Mode
from kfix.cli.process import ended, finished, leave
from kfix.edits import kinds
from kfix.source.syntax.fast_libcst import arrange

if TYPE_CHECKING:
    from kfix.engine.results import FileResult, ModelResult
    from kfix.engine.settings import Settings
    from kfix.model.graph import Shape
    from kfix.project.boundary import Boundary


class Wrong(click.UsageError):
    """The command is used wrongly: one line that says how, without the usage."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints the line."""
        from kfix.report.style import visible

        click.echo(f"error: {visible(self.format_message())}", file=file, err=file is None)


def main() -> None:
    """Entry point of the command `kfix`."""
    arrange()
    # Looking for garbage among the trees costs a fifth of the time; `Project.release` does it now and then.
    gc.disable()
    gc.freeze()
    leave(ended(command))


def _explain(context: click.Context, _: click.Parameter, code: str | None) -> None:
    if code is None:
        return
    import inspect

    from kfix.findings import finding_class

    cls = finding_class(code)
    if cls is None:
        raise Wrong(f"there is no finding {code!r}")
    click.echo(f"{cls.code} {cls.name()} ({cls.severity})\n\n{inspect.cleandoc(cls.__doc__ or '')}")
    context.exit()


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--target",
    multiple=True,
    metavar="SHAPE",
    help="The output wanted: 10, 28,28,1, none,10, '(None, 10)', or input; of several outputs, NAME=SHAPE for each.",
)
@click.option("--model", metavar="NAME", help="The model meant, by name or function.name.")
@click.option(
    "--input-shape", metavar="SHAPE", help="The input shape, where the source does not tell it."
)
@click.option(
    "--dry-run", "--diff", "dry_run", is_flag=True, help="Print the diff and write nothing."
)
@click.option("--check", is_flag=True, help="Report only, search for no repair.")
@click.option("--summary", is_flag=True, help="Print what Keras's summary() would print.")
@click.option("--why", is_flag=True, help="Tell of each unknown shape what led to it.")
@click.option("--interactive", is_flag=True, help="Show each repair and ask, as git add -p does.")
@click.option("--pick", type=click.IntRange(min=1), metavar="N", help="Apply the N-th repair.")
@click.option(
    "--unsafe", is_flag=True, help="Apply the first repair even where another is as good."
)
@click.option(
    "--prefer", type=click.Choice(["flatten", "pool"]), help="From a feature map to a vector."
)
@click.option(
    "--only", multiple=True, type=click.Choice(kinds()), help="Allow this kind of edit alone."
)
@click.option(
    "--never", multiple=True, type=click.Choice(kinds()), help="Allow no edit of this kind."
)
@click.option(
    "--keras",
    type=click.Choice(["2", "3"]),
    help="Whose names count (default: 3, or what the imports say).",
)
@click.option(
    "--select", multiple=True, metavar="CODES", help="Report only these codes or prefixes."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave these codes or prefixes out.")
@click.option("--strict", is_flag=True, help="Warnings fail as errors do.")
@click.option(
    "--verify", is_flag=True, help="Rebuild every repaired model in real Keras before writing."
)
@click.option("--verify-python", metavar="PYTHON", help="The interpreter that has Keras.")
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--stdin-filename", metavar="PATH", help="Whose text standard input is.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@click.option("--show-layers", is_flag=True, help="Print the table of all layers with a fault.")
@click.option("-q", "--quiet", is_flag=True, help="Print only headlines, and what was fixed.")
@click.option(
    "--explain",
    metavar="CODE",
    callback=_explain,
    is_eager=True,
    expose_value=False,
    help="Document a code.",
)
@click.version_option(__version__, prog_name="kfix", message="%(prog)s %(version)s")
def command(paths: tuple[str, ...], **options: Any) -> None:
    """Mend the shapes of Keras models in their source, without running anything.

    PATH is a file, a folder, or - for standard input. PATH::NAME or PATH:LINE,
    in a notebook PATH:CELL:LINE, chooses one of several models.
    """
    sys.exit(finished(lambda: _run(paths, options)))


def _run(paths: tuple[str, ...], options: dict[str, Any]) -> int:
    mode = _mode(options)
    from kfix.cli.path_arguments import STDIN, expand, once, split_path
    from kfix.cli.pyproject import Configs
    from kfix.engine.pipeline import run_file
    from kfix.engine.results import FileResult
    from kfix.project.boundary import Boundary
    from kfix.project.files import FileTrouble
    from kfix.project.project import Project
    from kfix.project.writing import sweep
    from kfix.verify.trouble import NoKeras

    boundary = Boundary(split_path(path)[0] for path in paths if path != STDIN)
    settings = _settings(options, mode, boundary)
    if options["interactive"]:
        settings = settings._replace(review=_review(paths, options, mode))
    overlay: dict[str, bytes] = {}
    stdin = None
    results: list[FileResult] = []
    project = Project(overlay, boundary=boundary)
    configs = Configs()
    for path, settings_here in once(expand(paths, settings, configs, results)):
        if path == STDIN:
            stdin = options["stdin_filename"] or "<stdin>"
            if sys.stdin is None:
                raise Wrong("standard input is closed")
            overlay[stdin] = sys.stdin.buffer.read()
            path = stdin
        try:
            config = configs.of(path)
        except FileTrouble as trouble:
            results.append(FileResult(path, error=str(trouble)))
            continue
        if config is not None:
            settings_here = config.settings(path, settings_here)
        try:
            result = run_file(project, path, settings_here)
        except NoKeras as trouble:
            click.echo(f"error: {trouble}", err=True)
            return 2
        results.append(result)
        # What comes after builds on it: another model of this file, another user of a constant.
        project.take(result.files)
    folder = next((path for path in paths if os.path.isdir(path)), None)
    if (
        folder is not None
        and settings.model is not None
        and not any(told.models or told.error for told in results)
    ):
        results.append(
            FileResult(folder, error=f"{folder}: no model named {settings.model!r} in any file")
        )
    if mode.writes:
        sweep(
            {os.path.dirname(name) for result in results for name in (result.path, *result.files)}
        )
        for result in results:
            if result.path != stdin:
                _write(result, boundary)
    return _report(results, options, mode, stdin)


def _mode(options: dict[str, Any]) -> Mode:
    chosen = [name for name in ("dry_run", "check", "summary") if options[name]]
    if len(chosen) > 1:
        raise Wrong("--dry-run, --check and --summary exclude each other")
    return MODES[chosen[0].replace("_", "-") if chosen else "fix"]


def _settings(options: dict[str, Any], mode: Mode, boundary: Boundary) -> Settings:
    from kfix.engine.settings import Settings

    input_shape = None
    try:
        target, targets = _targets(options["target"])
        if options["input_shape"] is not None:
            input_shape = _input_shape(options["input_shape"])
    except ValueError as error:
        raise Wrong(str(error)) from None
    verify = None
    if options["verify"]:
        from kfix.verify.python import interpreter
        from kfix.verify.trouble import NoKeras
        from kfix.verify.verifier import Verifier

        try:
            verify = Verifier(interpreter(options["verify_python"], boundary.checks))
        except NoKeras as trouble:
            raise Wrong(str(trouble)) from None
    return Settings(
        target=target,
        targets=targets,
        input_shape=input_shape,
        model=options["model"],
        search=mode.search
        or (options["output_format"] == "json" and not (options["check"] or options["summary"])),
        pick=options["pick"],
        unsafe=options["unsafe"],
        prefer=options["prefer"],
        only=frozenset(options["only"]),
        never=frozenset(options["never"]),
        keras=int(options["keras"]) if options["keras"] else None,
        select=_codes(options["select"]),
        ignore=_codes(options["ignore"]),
        verify=verify,
    )


def _targets(given: tuple[str, ...]) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """One shape, or several with the names of outputs; raises `ValueError`."""
    from kfix.repair.target import parse_target

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
    """What asks a person about each repair; raises `Wrong` where nobody can be asked."""
    from kfix.cli.path_arguments import STDIN
    from kfix.report.review import Review

    if (
        not mode.writes
        or options["output_format"] == "json"
        or STDIN in paths
        or options["pick"] is not None
    ):
        raise Wrong(
            "--interactive writes what is chosen: it goes with no other mode, JSON, --pick or -"
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Wrong("--interactive needs a terminal")
    from kfix.report.style import wants_colour

    click.get_current_context().color = wants_colour(options["color"], sys.stdout)
    return Review(input)


def _input_shape(text: str) -> Shape:
    from kfix.repair.target import parse_target

    target = parse_target(text)
    dims = [dim for dim in target.dims if dim is None or isinstance(dim, int)]
    if target.same_as_input or len(dims) != len(target.dims):
        raise ValueError(f"{text!r} is no input shape: write it as 28,28,1 or none,28,28,1")
    return (target.batch, *dims)


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for item in given for code in item.split(",") if code.strip())


def _write(result: FileResult, boundary: Boundary) -> None:
    """Write what a file and those that it edits become; of what cannot be written, `result` says so."""
    from kfix.project.files import FileTrouble
    from kfix.project.writing import PartlyWritten, write_all

    if not result.files:
        return
    changes = [(name, data, result.originals[name]) for name, data in result.files.items()]
    try:
        write_all(changes, lambda real: boundary.allows(real, result.path))
    except FileTrouble as trouble:
        written = trouble.written if isinstance(trouble, PartlyWritten) else ()
        result.error = str(trouble)
        result.files = {name: result.files[name] for name in written}
        for told in result.models:
            for repair in told.repairs:
                repair.applied = repair.applied and set(repair.files) <= set(written)


def _report(
    results: list[FileResult], options: dict[str, Any], mode: Mode, stdin: str | None
) -> int:
    from kfix.cli.output import Output

    as_json = options["output_format"] == "json"
    asked = options["interactive"]
    filtering = stdin is not None and mode in (MODES["fix"], MODES["dry-run"])
    out, err = Output(options["color"], False), Output(options["color"], True)
    for error in dict.fromkeys(result.error for result in results):
        if error is not None:
            err.text(f"error: {error}\n")
    if as_json:
        from kfix.report.json import render

        code = (
            None
            if stdin is None
            else next((_code(result) for result in results if result.path == stdin), None)
        )
        click.echo(render(results, code))
    else:
        from kfix.report import style
        from kfix.report.text import Look, Report

        if mode is MODES["summary"]:
            from kfix.report.summary import summary

            out.text(summary(results))
        else:
            to_findings = err if filtering or mode is MODES["dry-run"] else out
            stream = sys.stderr if to_findings is err else sys.stdout
            report = Report(
                Look(style.width(stream), options["quiet"], mode.writes, options["show_layers"])
            )
            for result in results:
                if not asked:
                    to_findings.text(report.file(result))
                if filtering and result.path == stdin:
                    click.echo(_code(result), nl=False)
                elif (
                    result.diff
                    and result.changed
                    and not ((options["quiet"] or options["interactive"]) and mode.writes)
                ):
                    (err if filtering else out).diff(result.diff)
        if options["why"]:
            from kfix.report.why import reasons

            (err if filtering or mode is MODES["dry-run"] else out).text(reasons(results))
    if not as_json and mode is not MODES["summary"] and not options["quiet"]:
        from kfix.report.totals import last_line

        err.text(last_line(results, mode.writes, mode.search) + "\n")
    return exit_code(results, options["strict"], mode)


def _code(result: FileResult) -> bytes:
    return result.files.get(result.path, result.data)


def exit_code(results: list[FileResult], strict: bool, mode: Mode) -> int:
    """2 (used wrongly, a file not read) outranks 1 (an error left, or an edit pending) outranks 0."""
    if any(result.error is not None for result in results):
        return 2
    if mode is MODES["summary"]:
        return 0
    for result in results:
        if result.changed and not mode.writes:
            return 1
        for told in result.models:
            # A repair that was made mends what fails, not what is only warned of.
            if told.left:
                return 1
            if strict and any(
                f.finding.severity == "warning" and not f.finding.fails for f in told.findings
            ):
                return 1
    return 0
