"""libcst made in kfix's own process reads and writes programs as libcst as it comes does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FIXTURES = Path(__file__).parents[3] / "fixtures"

PROBE = """
import dataclasses, sys
from kfix.source.syntax.fast_libcst import import_libcst, own_process
if sys.argv[1] == "own process":
    own_process()
as_it_was = dataclasses.dataclass
import_libcst()
if dataclasses.dataclass is not as_it_was:
    raise SystemExit("dataclasses is not as it was")

import libcst as cst

@dataclasses.dataclass(frozen=True)
class Other:
    number: int

try:
    Other(1).number = 2
except dataclasses.FrozenInstanceError:
    pass
else:
    raise SystemExit("a class that is no node lost its guard")
for path in sys.argv[2:]:
    text = open(path, encoding="utf-8").read()
    module = cst.parse_module(text)
    assert module.code == text, path
    statement = module.body[-1]
    assert statement != statement.deep_clone()
    assert len({statement, statement.deep_clone(), statement}) == 2
    changed = module.with_changes(body=[*module.body, statement.deep_clone()])
    assert module.code == text, path
    print(changed.code)
left, right = [cst.LeftParen()], [cst.RightParen()]
for node in (cst.Name("x"), cst.Name(value="x"), cst.Name("x", left, right)):
    print(node)
for wrong in (dict(), dict(value="x", other=1), dict(value=""), dict(value="x", lpar=left)):
    try:
        cst.Name(**wrong)
    except (TypeError, cst.CSTValidationError) as error:
        print(type(error).__name__)
    else:
        raise SystemExit("a wrong node was made")

class Own(cst.Name):
    pass

print(Own("x").with_changes(value="y").value, [field.name for field in dataclasses.fields(Own)])
print(cst.Name("x").__dataclass_params__.frozen, file=sys.stderr)
"""


def test_nodes_of_an_own_process_read_and_write_the_same() -> None:
    programs = sorted(map(str, FIXTURES.glob("*.py")))
    assert programs
    printed = {}
    for how, frozen in (("own process", "False"), ("as it comes", "True")):
        command = [sys.executable, "-c", PROBE, how, *programs]
        ended = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=FIXTURES.parent
        )
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr.strip() == frozen
        printed[how] = ended.stdout
    assert printed["own process"] == printed["as it comes"]
