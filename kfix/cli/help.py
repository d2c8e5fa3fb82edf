"""The help of the command: options in groups, examples, exit codes, the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kfix.edits import kinds
from kfix.model.near import did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    _ParamType = click.ParamType[str]
else:  # it takes no type arguments in older versions of click
    _ParamType = click.ParamType

GROUPS = ("What to fix", "Modes", "Choosing repairs", "Findings", "Output", "Keras", "About kfix")
"""The groups of options, in the order in which they are shown."""

EPILOG = (
    (
        "Examples",
        (
            ("kfix model.py --target 10", "fix the file, show why and the diff"),
            ("kfix model.py --target 10 --diff", "the diff alone, nothing written"),
            ("python model.py 2>&1 | kfix model.py --error -", "with the error of a run"),
            ("kfix src --check", "report only, for CI"),
            ("kfix gan.py::generator --target 28,28,1", "one of several models"),
            ("kfix - --target 10 < model.py", "a filter"),
            ("kfix server", "the language server, for editors"),
            ("kfix mcp", "the tools for coding agents"),
        ),
    ),
    (
        "Exit codes",
        (
            ("0", "nothing is wrong, or all of it was fixed"),
            ("1", "an error is left, or an edit is pending in a mode that writes nothing"),
            ("2", "kfix was used wrongly, or a file could not be read or written"),
            ("130", "interrupted by Ctrl-C"),
        ),
    ),
)
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])

DOCUMENTATION = "Documentation: https://github.com/kfix-keras/kfix/tree/main/docs"


class Option(click.Option):
    """An option that belongs to a group of the help."""

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert group in GROUPS
        self.group = group


class Command(click.Command):
    """A command whose help shows its options in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one group after another."""
        for group in GROUPS:
            rows = [
                row
                for parameter in self.get_params(ctx)
                if isinstance(parameter, click.Option)
                and getattr(parameter, "group", GROUPS[-1]) == group
                and (row := parameter.get_help_record(ctx)) is not None
            ]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows, col_max=24)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, the exit codes and where to read more."""
        for title, rows in EPILOG:
            with formatter.section(title):
                formatter.write_dl(rows, col_max=42)
        formatter.write_paragraph()
        formatter.write_text(DOCUMENTATION)


class Kind(_ParamType):
    """The name of a kind of edit; for another one the nearest is named."""

    name = "kind"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, or fail with the nearest one."""
        known = kinds()
        if value not in known:
            near = did_you_mean(value, known) or "kfix --explain edits lists all"
            self.fail(f"unknown kind of edit {value!r}: {near}", param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the kinds that begin so."""
        return beginning(kinds(), incomplete)


def beginning(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    """Return for the shell the words that begin as the person typed."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def codes(_: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return for the shell the codes that begin so, and what else `--explain` takes."""
    from kfix.findings import all_findings

    more = ("codes", "edits") if param.name == "explain" else ()
    return beginning([*all_findings(), *more], incomplete)


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete the name of a file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


class Choice(click.Choice):  # type: ignore[type-arg] # it takes none in older versions of click
    """One of several words; for another one the nearest is named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word, or fail with the nearest one, or with all of them."""
        if value in self.choices:
            return value
        near = did_you_mean(value, self.choices) or f"expected {', '.join(self.choices)}"
        self.fail(f"unknown value {value!r}: {near}", param, ctx)


def option(group: str) -> Callable[..., Callable[[_Decorated], _Decorated]]:
    """Return a decorator like `click.option` for the options of a group."""

    def decorator(*names: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
        return click.option(*names, cls=Option, group=group, **settings)

    return decorator
