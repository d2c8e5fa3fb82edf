"""`kfix.explain_error`: an error alone, and with the program that gave it."""

from __future__ import annotations

from pathlib import Path

import kfix
from tests.engine.test_evidence import LABELS, SPARSE


def test_an_error_alone_is_explained() -> None:
    found = kfix.explain_error(LABELS)
    assert found is not None
    assert (found.name, found.type, found.codes[0]) == ("labels-rank", "ValueError", "KFX602")
    assert found.facts == {"target": "(None,)", "output": "(None, 4)"}
    assert (found.report, found.status, found.place) == (None, None, None)
    assert kfix.explain_error("Epoch 1/3\n") is None


def test_what_is_something_else_and_what_is_not_known() -> None:
    other = kfix.explain_error("MemoryError\n")
    assert other is not None
    assert other.about.startswith("memory")
    assert other.codes == ()
    unknown = kfix.explain_error("ValueError: nobody knows\n")
    assert unknown is not None
    assert (unknown.name, unknown.means) == (None, "")


def test_a_program_is_checked_with_what_its_error_says(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(SPARSE)
    for found in (
        kfix.explain_error(LABELS, path),
        kfix.explain_error(LABELS, "train.py", source=SPARSE),
        kfix.explain_error(LABELS, source=SPARSE.decode()),
    ):
        assert found is not None
        assert found.status == "used"
        assert found.place is not None
        assert found.place.line == 10
        assert found.report is not None
        assert [one.code for one in found.report.findings] == ["KFX602"]
    fixed = kfix.fix(SPARSE, error=LABELS)
    assert '"sparse_categorical_crossentropy"' in fixed.text
    assert fixed.as_dict()["evidence"]["status"] == "used"
