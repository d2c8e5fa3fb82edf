"""`%kfix` and `%%kfix` in a real IPython: the report, the next cell; nothing is executed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

InteractiveShell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell

KERAS = """calls = []
class Anything:
    def __call__(self, *given, **named):
        calls.append(given)
        return self
    def __getattr__(self, name):
        return self
Sequential = layers = Anything()
"""
NET = """from keras import Sequential, layers
model = Sequential([
    layers.Input((8, 8)),
    layers.LSTM(4),
    layers.LSTM(4),
])
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """Return a shell with a `keras` that counts what is called in it, and kfix loaded."""
    (tmp_path / "keras.py").write_text(KERAS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance()
    made.history_manager.enabled = False
    run(made, "%load_ext kfix")
    yield made
    InteractiveShell.clear_instance()
    sys.modules.pop("keras", None)


def run(shell: InteractiveShell, text: str, cell_id: str | None = None) -> object:
    """Run a cell as a kernel does and return its value."""
    result = shell.run_cell(text, store_history=True, cell_id=cell_id)
    assert result.error_in_exec is None
    assert result.error_before_exec is None
    return result.result


def text_of(view: object) -> str:
    from IPython.lib.pretty import pretty

    return pretty(view)


def test_the_cells_that_were_run_are_one_program(shell: InteractiveShell) -> None:
    first, *rest = NET.splitlines(keepends=True)
    run(shell, first)
    run(shell, "".join(rest))
    view = run(shell, "%kfix")
    said = text_of(view)
    assert "In [3], line 1: model: output ?" in said
    assert "In [3], line 4: error KFX201: LSTM expects rank 3, got input shape (None, 4)" in said
    assert "fixed: set return_sequences=True on LSTM (In [3], line 3)" in said
    page = view._repr_html_()
    assert "<td>4<td>LSTM\n" in page
    assert "findings.md#kfx201" in page
    assert "<ins>+    layers.LSTM(4, return_sequences=True),</ins>" in page


def test_the_fixed_cell_is_the_next_one_on_request(shell: InteractiveShell) -> None:
    run(shell, NET)
    run(shell, "%kfix")
    assert not hasattr(shell, "rl_next_input")
    said = text_of(run(shell, "%kfix --fix"))
    assert said.endswith("The fixed cell is the next one.")
    fixed = NET.replace("LSTM(4),\n    l", "LSTM(4, return_sequences=True),\n    l")
    assert shell.rl_next_input == fixed.rstrip()


def test_a_cell_under_the_magic_is_not_run(shell: InteractiveShell) -> None:
    run(shell, "from keras import Sequential, layers")
    import keras  # the one of the fixture

    dense = "net = Sequential([layers.Input((8, 8)), layers.Dense(10)])"
    said = text_of(run(shell, f"%%kfix --target 10 --fix\n{dense}"))
    assert (
        "In [3], line 1: error KFX101: `net` has output shape (None, 8, 10), expected (None, 10)"
        in said
    )
    assert "layers.Flatten()" in shell.rl_next_input
    assert keras.calls == []
    assert "net" not in shell.user_ns
    assert text_of(run(shell, "%kfix")) == "No Keras model here."


def test_a_cell_that_is_run_again_counts_once(shell: InteractiveShell) -> None:
    run(shell, NET, "a")
    run(shell, "model.summary()", "b")
    run(shell, "other = 1", "c")
    run(shell, NET.replace("LSTM(4),\n    l", "LSTM(4, return_sequences=True),\n    l"), "a")
    said = text_of(run(shell, "%kfix", "d"))
    assert "error" not in said
    assert said.startswith("In [5], line 2: model: output (None, 4)")


def test_a_model_that_a_later_cell_replaces_is_left_out(shell: InteractiveShell) -> None:
    run(shell, NET)
    run(shell, NET.replace("    layers.LSTM(4),\n", "", 1))
    said = text_of(run(shell, "%kfix"))
    assert said == "In [3], line 2: model: output (None, 4), 208 parameters"


def test_wrong_arguments_and_help_are_printed(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, NET)
    for line, said in [
        ("%kfix --nothing", "unrecognized arguments: --nothing"),
        ("%kfix --help", "%%kfix [options]"),
        ("%kfix --target x", "kfix: "),
        ("%kfix --target '", "No closing quotation"),
    ]:
        assert run(shell, line) is None
        assert said in capsys.readouterr().out


def test_text_of_the_program_is_escaped(shell: InteractiveShell) -> None:
    run(shell, NET.replace("layers.LSTM(4),\n]", "layers.LSTM(4, name='<b>x</b>'),\n]"))
    page = run(shell, "%kfix")._repr_html_()
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_plain_ipython_prints_the_text(tmp_path: Path) -> None:
    (tmp_path / "keras.py").write_text(KERAS)
    (tmp_path / "net.py").write_text(NET)
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=nocolor"]
    done = subprocess.run(
        [*command, "--no-confirm-exit"],
        input="%load_ext kfix\nfrom keras import Sequential, layers\n"
        "m = Sequential([layers.Input((8,)), layers.LSTM(4)]);\n%kfix\n",
        cwd=tmp_path,
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    said = "In [3], line 1: error KFX201: LSTM expects rank 3, got input shape (None, 8)"
    assert said in done.stdout
    assert "<table>" not in done.stdout


def test_the_error_of_the_last_cell_says_what_the_cells_do_not(shell: InteractiveShell) -> None:
    run(shell, "import keras\nfrom keras import layers\nload = lambda name: None")
    run(
        shell,
        "model = keras.Sequential([layers.Input((12,)), layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')",
    )
    message = (
        "Arguments `target` and `output` must have the same rank (ndim). Received: "
        "target.shape=(None,), output.shape=(None, 4)"
    )
    fit = f"def fit(x, y):\n    raise ValueError({message!r})\nmodel.fit = fit"
    run(shell, fit)
    failed = shell.run_cell("model.fit(load('x'), load('y'))", store_history=True)
    assert failed.error_in_exec is not None
    said = text_of(run(shell, "%kfix"))
    assert "KFX602" in said
    assert "sparse_categorical_crossentropy" in said
    run(shell, "print(1)")
    assert "KFX602" not in text_of(run(shell, "%kfix"))
