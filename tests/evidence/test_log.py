"""Logs: frames of Python and of notebooks, colours, chains of exceptions, the lines of a log."""

from __future__ import annotations

import time

import pytest

from kfix.evidence.log import MOST, Log
from kfix.evidence.reading import dims, read_error

NOTEBOOK = """\
---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
\x1b[0;32m<ipython-input-5-9a1b2c3d4e5f>\x1b[0m in \x1b[0;36m<module>\x1b[0;34m\x1b[0m
\x1b[1;32m      3\x1b[0m model.compile("adam", "mse")
\x1b[0;32m----> 4\x1b[0;31m model.fit(x, y)

\x1b[0;32m/usr/lib/site-packages/tensorflow/python/keras/engine/training.py\x1b[0m in fit(self, x)
    107   def _method_wrapper(self, *args, **kwargs):
--> 108       return method(self, *args, **kwargs)

ValueError: Shapes (None, 1) and (None, 2) are incompatible
"""
NEWER = """\
ValueError                                Traceback (most recent call last)
Cell In[12], line 7
      5 def train():
----> 7     model.fit(x, y)
      8 train()

File ~/venv/lib/site-packages/keras/src/utils/traceback_utils.py:122, in handler(*args)
    120     # comment
--> 122     raise e.with_traceback(filtered_tb) from None

ValueError: Shapes (None, 1) and (None, 2) are incompatible
"""


@pytest.mark.parametrize(
    ("text", "cell", "line", "code"),
    [(NOTEBOOK, 5, 4, "model.fit(x, y)"), (NEWER, 12, 7, "model.fit(x, y)")],
)
def test_frames_of_notebooks(text: str, cell: int, line: int, code: str) -> None:
    error = read_error(text)
    assert error is not None
    frame = error.frames[0]
    assert (frame.cell, frame.line, frame.code) == (cell, line, code)
    assert error.frames[1].path.endswith(".py")
    assert error.shape("target") == (None, 1)


CHAIN = """\
Traceback (most recent call last):
  File "a.py", line 3, in build
    layers.Add()([a, b])
ValueError: Inputs have incompatible shapes. Received shapes (4, 8) and (4, 16)

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 9, in <module>
    raise RuntimeError("no model")
RuntimeError: no model
"""


def test_the_error_that_another_was_raised_upon_is_found() -> None:
    error = read_error(CHAIN)
    assert error is not None
    assert error.row is not None
    assert (error.row.name, error.line) == ("merge", 4)
    assert [frame.line for frame in error.frames] == [9, 3]


def test_the_last_of_two_runs_counts() -> None:
    first = CHAIN.partition("\n\nDuring")[0]
    error = read_error(
        f'{first}\n\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n'
        "    g()\nKeyError: 'a'\n"
    )
    assert error is not None
    assert error.is_other


def test_lines_count_from_the_beginning_of_a_log_whose_end_is_read() -> None:
    error = read_error("a line\n" * MOST + CHAIN)
    assert error is not None
    assert error.line == MOST + 4


def test_a_cut_log_has_the_facts_that_are_left() -> None:
    text = "found in log: expected min_ndim=4, found ndim=3. Full shape received: (None, 28, 28)"
    assert read_error(text) is None
    whole = read_error(f"Input 0 of layer conv2d is incompatible with the layer: {text[14:]}")
    assert whole is not None
    assert whole.shape("input") == (None, 28, 28)
    cut = read_error(
        "ValueError: Input 0 of layer conv2d is incompatible with the layer: expected "
        "min_ndim=4, fou"
    )
    assert cut is not None
    assert cut.row is None


def test_original_gives_back_what_was_squeezed() -> None:
    log = Log("one  two\nthree four\n")
    assert log.squeezed == "onetwothreefour"
    assert log.original(3, 11) == "two three"
    assert [log.line_of(at) for at in (0, 5, 6, 14)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(None, 28)", (None, 28)),
        ("[?,28]", (None, 28)),
        ("[None 1 1 64]", (None, 1, 1, 64)),
        ("TensorShape([None, 4])", (None, 4)),
        ("(22,)", (22,)),
        ("()", ()),
    ],
)
def test_shapes_as_errors_print_them(text: str, shape: tuple[int | None, ...]) -> None:
    assert dims(text) == shape


def test_a_long_row_of_labels_takes_linear_time() -> None:
    began = time.process_time()
    labels = "1 2 3 " * 3_000
    text = "Received a label value of 3 which is outside the valid range of [0, 3). Label values: "
    error = read_error(text + labels)
    assert error is not None
    assert error.number("label") == 3
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("last", "about"),
    [
        ("zipfile.BadZipFile: File is not a zip file", "file"),
        ("cv2.error: OpenCV(4.8.0) resize.cpp: (-215:Assertion failed) !ssize.empty()", "file"),
        ("gymnasium.error.NameNotFound: Environment `Pong` doesn't exist.", "module"),
        ("OSError: [Errno 28] No space left on device", "file"),
        (
            "ValueError: Found input variables with inconsistent numbers of samples: [9, 8]",
            "library",
        ),
        ("RuntimeError: Your dataset iterator ran out of data; interrupting training.", "batches"),
        ("ValueError: not enough values to unpack (expected 2, got 1)", "computing"),
        ("tf.errors_impl.InternalError: BLAS operation without BLAS support", "graphics"),
    ],
)
def test_errors_of_other_libraries_are_about_something_else(last: str, about: str) -> None:
    error = read_error(
        f'Traceback (most recent call last):\n  File "a.py", line 1\n    f()\n{last}\n'
    )
    assert error is not None
    assert error.is_other
    assert about in error.about


def test_a_message_longer_than_a_line_may_be_is_read() -> None:
    error = read_error(f"ValueError: Unrecognized data type: x={[[1, 2, 3]] * 2000} (of type list)")
    assert error is not None
    assert error.name == "not-an-array"


def test_what_a_model_was_called_on() -> None:
    text = (
        "ValueError: Exception encountered when calling Sequential.call().\n\nInput 0 of layer "
        '"dense" is incompatible with the layer: expected axis -1 of input shape to have value 8, '
        "but received input with shape (None, 9)\n\nArguments received by Sequential.call():\n"
        "  • inputs=tf.Tensor(shape=(None, 3, 3), dtype=float32)\n  • training=True"
    )
    error = read_error(text)
    assert error is not None
    assert error.called_on == (None, 3, 3)


@pytest.mark.parametrize("colour", ["", "\x1b[1m"])
def test_shapes_without_commas_are_read_across_the_end_of_a_line(colour: str) -> None:
    long = "x" * 79
    text = f"""\
Traceback (most recent call last):
{long}
{long}
ValueError: Exception encountered when calling MaxPooling2D.call().

{colour}Computed output size would be zero or negative. Received: `inputs.shape=[None 1 38 16]`
"""
    lines = [line[i : i + 79] for line in text.splitlines() for i in range(0, len(line) or 1, 79)]
    error = read_error("\n".join(lines))
    assert error is not None
    assert error.shape("input") == (None, 1, 38, 16)
