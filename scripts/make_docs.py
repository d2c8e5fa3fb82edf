"""Write the pages of docs/ that are made from the code: usage (modes), findings, choosing."""

from __future__ import annotations

import inspect
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from kfix.cli.modes import MODES
from kfix.findings import all_findings
from kfix.repair import price_table, prices
from scripts import api_page, errors_page

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
    parts += [
        f"| [{code}](#{code.lower()}) | {cls.name()} | {cls.severity} |"
        for code, cls in known.items()
    ]
    for code, cls in known.items():
        parts += [
            "",
            f"## {code}",
            "",
            f"*{cls.name()}*, {cls.severity}{f'; {cls.otherwise}' if cls.otherwise else ''}.",
            "",
            inspect.cleandoc(cls.__doc__ or ""),
            "",
            "An example:",
            "",
            f"```python\n{inspect.cleandoc(cls.bad)}\n```",
            "",
            "Write instead:",
            "",
            f"```python\n{inspect.cleandoc(cls.good)}\n```",
        ]
    return "\n".join(parts) + "\n"


def modes() -> str:
    """Return the table of modes."""
    rows = ["| mode | standard output | standard error | writes | exit |", "|---|---|---|---|---|"]
    for mode in MODES.values():
        name = ", ".join(f"`{option}`" for option in mode.options) or "(none)"
        rows.append(
            f"| {name} | {mode.stdout} | {mode.stderr} | {'yes' if mode.writes else 'no'} | "
            f"{mode.exit} |"
        )
    return "\n".join(rows)


def costs() -> str:
    """Return the table of prices, in the groups in which it is written."""
    source = pathlib.Path(price_table.__file__).read_text()
    groups = {}
    name = ""
    for line in source.splitlines():
        if line.startswith("    # "):
            name = line.strip("# .")
        for row in price_table.TABLE:
            if f'"{row.key}"' in line and row.key not in groups:
                groups[row.key] = name
    rows = []
    before = None
    for row in price_table.TABLE:
        if groups[row.key] != before:
            before = groups[row.key]
            rows += ["", f"### {before}", "", "| edit | cost | because |", "|---|---|---|"]
        rows.append(f"| {row.key} | {row.cost:g} | {row.reason} |")
    rows += ["", "### By the kind of edit", "", "| edit | cost | because |", "|---|---|---|"]
    rows += [f"| {row.key} | {row.cost:g} | {row.reason} |" for row in prices.rows_of_kinds()]
    return "\n".join(rows[1:])


def limits() -> str:
    """Return the numbers beside the table."""
    return "\n".join(
        (
            "- The first repair is *safe* when the next of another meaning costs at least "
            f"{prices.MARGIN:g} more.",
            f"- A repair above {prices.FAR:g} of a model that builds is not made for the "
            "sake of its labels.",
            f"- Alternatives are shown up to {prices.REACH:g} above the first.",
            f"- A `Dense` behind `Flatten` is too heavy from {prices.HEAVY:,} weights on.",
        )
    )


def between(text: str, name: str, new: str) -> str:
    """`text` with what stands between the markers `<!-- name -->` and `<!-- /name -->` replaced."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, _, rest = text.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}\n{new}\n{end}{tail}"


def pages() -> dict[pathlib.Path, str]:
    """Every page that is made, with its text."""
    usage = DOCS / "usage.md"
    choosing = DOCS / "choosing.md"
    chosen = between(between(choosing.read_text(), "costs", costs()), "limits", limits())
    return {
        DOCS / "findings.md": findings(),
        DOCS / "errors.md": errors_page.page(),
        DOCS / "api.md": api_page.page(),
        usage: between(usage.read_text(), "modes", modes()),
        choosing: chosen,
    }


def main() -> None:
    for path, text in pages().items():
        path.write_text(text)
        print(path)


if __name__ == "__main__":
    main()
