"""What libraries have is found whichever of them is asked for first."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASK = """
from kfix.source.library.lookup import attribute_of, function_of
from kfix.source.interpreter.partial_values import FrameV
"""


@pytest.mark.parametrize(
    "question",
    [
        "function_of('tf.constant')",
        "function_of('keras.ops.arange')",
        "function_of('keras.random.normal')",
        "attribute_of(FrameV((3, 2)), 'shape')",
    ],
)
def test_nothing_has_to_be_asked_for_before(question: str) -> None:
    subprocess.run([sys.executable, "-c", f"{ASK}assert {question} is not None"], check=True)
