"""The JSON against its schema, on every fixture: no field that is not described, and none described
that is nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.findings import all_findings
from kfix.report.formats import Run
from kfix.report.formats.json import render
from tests.cli.test_main import UNSURE, WRONG, run

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "kfix.schema.json").read_text())
PAGE = (ROOT / "docs" / "json.md").read_text()
FIXTURES = sorted(p for p in (ROOT / "fixtures").rglob("*") if p.suffix in (".py", ".ipynb"))


def strict(schema: Any) -> Any:
    """Return the schema, with no field taken that it does not describe."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: strict(one) for name, one in schema.items()}
    return {**inner, "additionalProperties": False} if "properties" in schema else inner


VALIDATOR = Draft202012Validator(strict(SCHEMA))


def check(report: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report)
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(found)]
    assert errors == []
    return found


def fields(value: Any, of: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a report, with the field that it stands in."""
    if isinstance(value, list):
        for one in value:
            yield from fields(one, of)
    elif isinstance(value, dict) and of not in ("targets", "x", "y"):
        for name, inner in value.items():
            yield of, name
            yield from fields(inner, name)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_fixture_is_reported_as_the_schema_says() -> None:
    met: set[str] = set()
    for path in FIXTURES:
        result = run_file(Project(), str(path), Settings())
        met.update(name for _, name in fields(check(render(Run([result])))))
    more = [
        run("-", "--output-format", "json", text=UNSURE).stdout,
        run("-", "--output-format", "json", text="(").stdout,
    ]
    more.append(run("-", "--target", "10", "--output-format", "json", text=WRONG).stdout)
    for report in (*more, *_reports_with_errors()):
        met.update(name for _, name in fields(check(report)))
    described = {name for one in SCHEMA["$defs"].values() for name in one.get("properties", ())}
    assert {"version", "files", "output", "layer", "input", *described} == met


def _reports_with_errors() -> list[str]:
    """Return the reports of a program with its error, and with one about something else."""
    from tests.engine.test_evidence import LABELS, SPARSE

    found = []
    for log in (LABELS, "FileNotFoundError: [Errno 2] No such file or directory: 'x.npy'"):
        result = run_file(Project({"train.py": SPARSE}), "train.py", Settings(error_text=log))
        found.append(render(Run([result])))
    return found


@pytest.mark.parametrize(
    "name", sorted({n for one in SCHEMA["$defs"].values() for n in one.get("properties", ())})
)
def test_every_field_is_in_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE or f'"{name}":' in PAGE or f'`"{name}"`' in PAGE


def test_places_in_other_files_and_cells_are_in_the_page_too() -> None:
    assert "`cell`" in PAGE
    assert "kfix.schema.json" in PAGE


def test_codes_and_names_are_as_the_schema_says() -> None:
    of_finding = SCHEMA["$defs"]["finding"]["properties"]
    for finding in all_findings().values():
        Draft202012Validator(of_finding["code"]).validate(finding.code)
        Draft202012Validator(of_finding["name"]).validate(finding.name())
