"""Whole programs, run by real Keras and checked by kfix: both accept one, or both refuse it.

Only for programs that the tests write themselves: they are executed here.
"""

from __future__ import annotations

import os
import re
import textwrap
import warnings
from contextlib import chdir
from tempfile import TemporaryDirectory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from kfix.engine.pipeline import Settings, run_file
from kfix.findings import Finding
from kfix.project.project import Project

HEAD = """\
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, Sequential, layers, ops
"""


def text_of(program: str) -> str:
    """Return the program behind the imports that all programs of these tests have."""
    return HEAD + textwrap.dedent(program)


def keras_refuses(program: str) -> str | None:
    """Run the program; return the first line of what Keras raises, or `None`."""
    import keras

    keras.utils.clear_session()
    keras.utils.disable_interactive_logging()
    code = compile(text_of(program), "<program>", "exec", dont_inherit=True)
    with TemporaryDirectory() as folder, chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(code, {"__name__": "__main__"})
        except Exception as error:  # whatever the program raises
            said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
            return said.splitlines()[0] if said else type(error).__name__
    return None


def findings(program: str) -> list[Finding]:
    """Return what kfix says of the program, without notes."""
    result = run_file(Project({"m.py": text_of(program).encode()}), "m.py", Settings(search=False))
    assert result.error is None, result.error
    found = [found.finding for outcome in result.models for found in outcome.findings]
    return [finding for finding in found if finding.severity != "note"]


def errors_of(program: str) -> set[str]:
    """Return the codes of the errors of kfix."""
    return {finding.code for finding in findings(program) if finding.severity == "error"}


def check_right(program: str) -> None:
    """Assert that Keras runs the program and that kfix says nothing."""
    assert keras_refuses(program) is None
    assert findings(program) == []


def check_refused(program: str, code: str) -> None:
    """Assert that Keras refuses the program, and that kfix reports this error."""
    assert keras_refuses(program) is not None
    assert code in errors_of(program), findings(program)


def fixed(program: str) -> str:
    """Return the text that kfix writes for the program."""
    result = run_file(Project({"m.py": text_of(program).encode()}), "m.py", Settings())
    return result.files["m.py"].decode()[len(HEAD) :]
