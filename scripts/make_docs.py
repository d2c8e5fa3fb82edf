"""Writes the pages of docs/ that are made from the code: usage (modes), findings, layers."""

from __future__ import annotations

import inspect
import pathlib

from kfix.findings import all_findings
from kfix.modes import MODES

DOCS = pathlib.Path(__file__).parent.parent / "docs"


def findings() -> str:
    """Every finding, from its docstring."""
    parts = [
        "# Findings",
        "",
        "Made from the code by `make docs`. `kfix --explain CODE` prints one of them.",
        "",
        "| code | name | severity |",
        "|---|---|---|",
    ]
    known = all_findings()
    parts += [f"| [{code}](#{code.lower()}) | {cls.name()} | {cls.severity} |" for code, cls in known.items()]
    for code, cls in known.items():
        parts += ["", f"## {code}", "", f"*{cls.name()}*, {cls.severity}.", "", inspect.cleandoc(cls.__doc__ or "")]
    return "\n".join(parts) + "\n"


def modes() -> str:
    """The table of modes."""
    rows = ["| mode | standard output | standard error | writes | exit |", "|---|---|---|---|---|"]
    for mode in MODES.values():
        name = ", ".join(f"`{option}`" for option in mode.options) or "(none)"
        rows.append(f"| {name} | {mode.stdout} | {mode.stderr} | {'yes' if mode.writes else 'no'} | {mode.exit} |")
    return "\n".join(rows)


def between(text: str, name: str, new: str) -> str:
    """`text` with what stands between the markers `<!-- name -->` and `<!-- /name -->` replaced."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, _, rest = text.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}\n{new}\n{end}{tail}"


def pages() -> dict[pathlib.Path, str]:
    """Every page that is made, with its text."""
    usage = DOCS / "usage.md"
    return {DOCS / "findings.md": findings(), usage: between(usage.read_text(), "modes", modes())}


def main() -> None:
    for path, text in pages().items():
        path.write_text(text)
        print(path)


if __name__ == "__main__":
    main()
