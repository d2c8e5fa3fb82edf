"""The table of all findings by their codes."""

from __future__ import annotations

from pathlib import Path

import pytest

import kfix.findings
from kfix.findings import all_findings, finding_class

TWIN = """
from kfix.findings.base import Finding


class Twin(Finding):
    code = "KFX101"
"""


def test_a_finding_is_found_by_its_code_and_its_name() -> None:
    for code, cls in all_findings().items():
        assert cls.code == code
        assert finding_class(code.lower()) is finding_class(cls.name()) is cls


def test_two_findings_of_one_code_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twin.py").write_text(TWIN)
    monkeypatch.setattr(kfix.findings, "__path__", [*kfix.findings.__path__, str(tmp_path)])
    with pytest.raises(AssertionError, match="KFX101"):
        all_findings()
