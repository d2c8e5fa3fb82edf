"""Logs of runs as they are never printed: cut, joined, shuffled, wrapped, among other lines."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from kfix.evidence.reading import Error, read_error
from kfix.evidence.table import ROWS

LONGEST = 0.05
"""Seconds that the reading of a log may take."""

_HEAD = "Traceback (most recent call last):\n"
_FRAMES = (
    '  File "/home/me/train.py", line 12, in <module>\n    model.fit(x, y)\n',
    '  File "/usr/lib/site-packages/keras/src/x.py", line 122, in handler\n    raise e\n',
    "Cell In[3], line 5\n      4 x = 1\n----> 5 model.fit(x, y)\n\n",
    "\x1b[0;32m<ipython-input-7-0123456789ab>\x1b[0m in \x1b[0;36m<module>\x1b[0m\n----> 1 f()\n",
    "File ~/a/b.py:9, in f(*args)\n      8 y\n----> 9 z\n",
)
_LINKS = (
    "\nDuring handling of the above exception, another exception occurred:\n\n",
    "\nThe above exception was the direct cause of the following exception:\n\n",
    "\n",
)
_NOISE = (
    "Epoch 1/10\n\r 1/32 [>.....] - ETA: 3s - loss: 0.69\r 2/32 [=>....] - ETA: 2s\n",
    "2024-05-01 10:00:00.1 I tensorflow/core/x.cc:1] oneDNN\n",
    "(" * 300 + "[" * 300 + "\n",
    "[None, " * 200 + "\n",
    "1 2 3 " * 800 + "\n",
    "Error: " * 100 + "\n",
    "expected shape=(None, 3), found shape=" * 60 + "\n",
    "\x1b[1m" * 50 + "\u241b[0m\x00\ufeff\u2028\n",
    'File "' * 80 + "\n",
    "a" * 6_000 + "\n",
)
_TYPES = ("ValueError", "tensorflow.python.framework.errors_impl.InvalidArgumentError", "KeyError")


def log(draw: random.Random) -> str:
    """Return a log of some tracebacks, then cut and shuffled."""
    parts = [_part(draw) for _ in range(draw.randint(1, 6))]
    text = "".join(parts)
    for _ in range(draw.randint(0, 4)):
        text = draw.choice(_CHANGES)(draw, text)
    return text


def _part(draw: random.Random) -> str:
    if draw.random() < 0.3:
        return draw.choice(_NOISE) * draw.randint(1, 4)
    frames = "".join(draw.choices(_FRAMES, k=draw.randint(0, 6)))
    row = draw.choice(ROWS)
    message = row.example or draw.choice(row.texts or ("",)) or "x"
    return f"{_HEAD}{frames}{draw.choice(_TYPES)}: {message}\n{draw.choice(_LINKS)}"


def _cut(draw: random.Random, text: str) -> str:
    first, last = sorted(draw.choices(range(len(text) + 1), k=2))
    return text[first:last] if draw.random() < 0.5 else text[:first] + text[last:]


def _shuffled(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    draw.shuffle(lines)
    return "\n".join(lines)


def _wrapped(draw: random.Random, text: str) -> str:
    width = draw.randint(5, 120)
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def _joined(draw: random.Random, text: str) -> str:
    return text.replace("\n", draw.choice(("", " ", "\r\n", "\n> ", "\n\n\n")))


def _mistyped(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice("()[]{},?0\x1b\n '\"") * draw.randint(1, 40) + text[at + 1 :]


def _repeated(draw: random.Random, text: str) -> str:
    return (text * draw.randint(2, 30))[:150_000]


_CHANGES: tuple[Callable[[random.Random, str], str], ...] = (
    _cut,
    _shuffled,
    _wrapped,
    _joined,
    _mistyped,
    _repeated,
)


def fault_of(text: str) -> str | None:
    """Return what is wrong with the reading of a log: an exception, or that it takes too long."""
    began = time.process_time()
    try:
        error = read_error(text)
    except Exception as bug:
        return f"{type(bug).__name__}: {bug}"
    took = time.process_time() - began
    if took > LONGEST:
        return f"{took:.3f} seconds"
    return None if error is None else _contradiction(error, text)


def _contradiction(error: Error, text: str) -> str | None:
    """Return what an error says that its log cannot have."""
    if not 1 <= error.line <= text.count("\n") + 1:
        return f"line {error.line}"
    for name in ("data", "input", "target", "output"):
        error.shape(name)
    return None
