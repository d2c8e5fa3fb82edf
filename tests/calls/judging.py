"""Ask real Keras and kfix about a drawn program: accepted, or refused and why."""

from __future__ import annotations

import os
import re
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from tempfile import TemporaryDirectory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project

OLD = ("KFX306", "KFX307")
"""Warnings of what Keras 3 refuses: an older Keras may run the program."""

IGNORED = ("epsilon",)
"""Old arguments that Keras 3 takes and ignores: a warning, and no refusal."""

_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def keras_refuses(text: str, eager: bool = False) -> str:
    """Run a program; return what it is refused for, nothing where it runs.

    `eager`: without graphs of TensorFlow; it takes half the time and refuses almost the same.
    """
    import keras
    import tensorflow as tf

    keras.utils.clear_session(free_memory=False)
    keras.utils.disable_interactive_logging()
    tf.config.run_functions_eagerly(eager)
    code = compile(text, "<program>", "exec", dont_inherit=True)
    said = StringIO()
    try:
        with (
            TemporaryDirectory() as folder,
            chdir(folder),
            warnings.catch_warnings(),
            redirect_stdout(said),
            redirect_stderr(said),
        ):
            warnings.simplefilter("ignore")
            exec(code, {"__name__": "__main__"})
    except Exception as error:  # whatever the program raises
        outcome = _COLOR.sub("", str(error)).strip()
        first = outcome.splitlines()[0] if outcome else ""
        return f"{type(error).__name__}: {first}"
    finally:
        tf.config.run_functions_eagerly(False)
    return ""


def kfix_refuses(text: str) -> str:
    """Return the first error that kfix reports of a program, nothing without one."""
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    assert result.error is None, result.error
    for outcome in result.models:
        for found in outcome.findings:
            is_old = found.finding.code in OLD and found.finding.actual not in ([*IGNORED], IGNORED)
            if found.finding.severity == "error" or is_old:
                return f"{found.finding.code}: {found.finding.actual or found.finding.facts}"
    return ""
