"""The tables that name modules, classes and functions have no name that is not there."""

from importlib import import_module
from itertools import chain
from pathlib import Path

from kfix.checks.fault import Fault
from kfix.findings import all_findings
from kfix.repair.candidates import BY_FINDING, BY_WARNING, FOR_TARGET
from kfix.repair.data.repairs import REPAIRS


def _modules(package: str) -> set[str]:
    [folder] = import_module(package).__path__
    return {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}


def test_candidates_are_for_findings_that_there_are() -> None:
    names = {cls.__name__ for cls in all_findings().values()}
    assert {*BY_FINDING, *BY_WARNING} <= names


def test_every_module_that_proposes_edits_is_asked() -> None:
    proposing = {
        name
        for name in _modules("kfix.repair.candidates")
        if hasattr(import_module(f"kfix.repair.candidates.{name}"), "propose")
    }
    asked = chain(*BY_FINDING.values(), *BY_WARNING.values(), FOR_TARGET)
    assert set(asked) == proposing


def test_every_repair_of_data_is_for_a_fault() -> None:
    for name in _modules("kfix.checks"):
        import_module(f"kfix.checks.{name}")
    assert set(REPAIRS) <= {cls.__name__ for cls in _below(Fault)}


def test_faults_have_different_names() -> None:
    for name in _modules("kfix.checks"):
        import_module(f"kfix.checks.{name}")
    names = [cls.__name__ for cls in _below(Fault) if cls.__module__.startswith("kfix.")]
    assert sorted(names) == sorted(set(names))


def test_every_repair_of_data_is_a_function() -> None:
    for name in REPAIRS.values():
        module, _, function = name.partition(".")
        assert callable(getattr(import_module(f"kfix.repair.data.{module}"), function))


def _below(cls: type) -> list[type]:
    return [found for one in cls.__subclasses__() for found in (one, *_below(one))]
