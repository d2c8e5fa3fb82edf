"""Ask real Keras in a subprocess to rebuild a model; the user's program is never run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import IO, Any

from kfix.model.graph import Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import Trace, show
from kfix.verify.spec import CannotRebuild, describe
from kfix.verify.trouble import NoKeras

INSTALL = "pip install 'kfix-keras[verify]'"


class Verifier:
    """A process with real Keras, started with the first question and kept for the whole run."""

    def __init__(self, python: str | None = None) -> None:
        """Take the absolute path of the interpreter (`kfix.verify.python`); `None`: this one."""
        self.python = python or sys.executable
        self._process: subprocess.Popen[str] | None = None
        self._trouble: NoKeras | None = None

    def __call__(self, traces: Sequence[Trace]) -> str | None:
        """Return where Keras differs from a shape or parameter count, `None` where it agrees.

        Raise `NoKeras`, and do so at once from then on.
        """
        if self._trouble is not None:
            raise self._trouble
        try:
            return self._difference(traces)
        except NoKeras as trouble:
            self._trouble = trouble
            raise

    def _difference(self, traces: Sequence[Trace]) -> str | None:
        for trace in traces:
            try:
                spec = describe(trace)
            except CannotRebuild as reason:
                return f"not verified: {reason}"
            answer = self.ask(spec)
            if "error" in answer:
                return f"Keras refuses it: {answer['error']}"
            difference = _compare(trace, answer["nodes"])
            if difference is not None:
                return difference
        return None

    def ask(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Return the `nodes` of one described model as Keras builds it, or the `error` of Keras.

        Raise `NoKeras`.
        """
        process = self._started()
        stdin, stdout = _pipe(process.stdin), _pipe(process.stdout)
        try:
            stdin.write(json.dumps(spec) + "\n")
            stdin.flush()
            line = stdout.readline()
        except OSError:
            line = ""
        if not line:
            raise NoKeras(f"the process of {self.python} ended before it answered")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None:
            return self._process
        child = os.path.abspath(os.path.join(os.path.dirname(__file__), "child.py"))
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        try:
            process = subprocess.Popen(
                # -I: no PYTHONPATH, no user site, and nothing is imported from the current folder.
                [self.python, "-I", "-X", "utf8", child],
                cwd=os.path.dirname(child),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **quiet},
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise NoKeras(
                f"cannot start {self.python}: {(error.strerror or str(error)).lower()}"
            ) from None
        ready = _pipe(process.stdout).readline()
        if not ready.startswith("{"):
            process.kill()
            raise NoKeras(f"no Keras in {self.python}: install it with {INSTALL}")
        self._process = process
        return process

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            _pipe(self._process.stdin).close()
            self._process.wait(timeout=30)
            self._process = None


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _compare(trace: Trace, answers: dict[str, Any]) -> str | None:
    """Return the first layer whose shape or parameter count differs, or `None`."""
    for node in trace.model.nodes:
        answer = answers.get(str(node.id))
        if answer is None:
            continue
        traced = trace.nodes[node.id]
        outputs = _as_list(traced.outputs)
        real = [tuple(shape) for shape in answer["shapes"]]
        name = node.layer.cls
        if len(real) != len(outputs) or not all(map(_agrees, outputs, real)):
            return f"{name}: kfix has {show(traced.outputs)}, Keras {', '.join(map(show, real))}"
        known = isinstance(traced.params, int) and answer["params"] is not None
        if known and traced.params != answer["params"]:
            return f"{name}: kfix counts {traced.params:,} parameters, Keras {answer['params']:,}"
    return None


def _as_list(outputs: Shapes | list[Shapes]) -> list[Shapes]:
    if isinstance(outputs, list):
        return outputs
    return [outputs]


def _agrees(ours: Shapes, real: tuple[int | None, ...]) -> bool:
    """Return whether the shapes agree; an unknown dim agrees with any."""
    if isinstance(ours, Unknown):
        return True
    if not isinstance(ours, tuple) or len(ours) != len(real):
        return False
    return all(
        isinstance(dim, Unknown) or dim == other for dim, other in zip(ours, real, strict=True)
    )
