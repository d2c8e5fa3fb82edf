"""Programs whose models are checked: the findings of a run, or the subject of a check."""

from __future__ import annotations

from textwrap import dedent

from kfix.checks.fault import Subject
from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.findings import Finding
from kfix.project.project import Project
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load

HEAD = "import keras\nimport numpy as np\nfrom keras import Input, Model, Sequential, layers\n"


def text_of(program: str) -> bytes:
    """Return a program behind its imports."""
    return (HEAD + dedent(program)).encode()


def findings(program: str) -> list[Finding]:
    """Return what is found in a program, without any repair."""
    result = run_file(Project({"net.py": text_of(program)}), "net.py", Settings(search=False))
    return [found.finding for found in result.findings]


def codes(program: str) -> list[str]:
    """Return the codes of the errors and warnings of a program."""
    return [finding.code for finding in findings(program) if finding.severity != "note"]


def subject(program: str) -> Subject:
    """Return the last model of a program, with its trace."""
    tracer = Tracer()
    read_program = read(load("net.py", text_of(program)), tracer)
    model = read_program.models[-1]
    return Subject(model, tracer.trace(model), frozenset((model.uid,)), read_program, tracer)
