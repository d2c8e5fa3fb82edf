"""Programs that ask for too much: each is read at once, and what is too large is unknown and says
so.
"""

from __future__ import annotations

import time

import pytest

from kfix.engine.pipeline import CRASH, Settings, run_file
from kfix.engine.results import FileResult
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.source.interpreter.bounds import MAX_LENGTH, size, too_large

HEAD = (
    "import copy, functools, itertools, math, random\nimport keras\nimport numpy as np\n"
    "from keras import layers\n"
)
MODEL = "model = keras.Sequential([keras.Input((8,)), layers.Dense({})])\n"


def run(text: str) -> FileResult:
    """Return the result; without its bound a program here would not end within a minute of CPU."""
    start = time.process_time()
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(target="10"))
    assert time.process_time() - start < 60
    assert result.error is None or CRASH not in result.error, result.error
    return result


def reasons(text: str) -> str:
    """Why the last dim of the model is not known."""
    (outcome,) = run(text).models
    (shape,) = outcome.trace.outputs
    assert isinstance(shape, tuple)
    assert isinstance(shape[-1], Unknown), shape
    return shape[-1].reasons()


@pytest.mark.parametrize(
    "value",
    [
        "10**10**10",
        "pow(10, 10**9)",
        "pow(3, 10**9000, 10**9000 + 7)",
        "1 << (1 << 40)",
        "round(5, -10**10)",
        "len('a' * 10**12)",
        "len(b'a' * 10**12)",
        "len([0] * 10**12)",
        "len(bytes(10**12))",
        "len('a'.ljust(10**11))",
        "len('\\t'.expandtabs(tabsize=10**10))",
        "len('%*d' % (10**10, 3))",
        "len('{:>{}}'.format(3, 10**10))",
        "len(f'{3:>9999999}')",
        "len(format(3, '>9999999999'))",
        "len((5).to_bytes(length=10**11, byteorder='big'))",
        "len(('a' * 5000).replace('a', 'b' * 5000))",
        "sum(range(10**12))",
        "int(all(range(1, 10**12)))",
        "math.prod(range(1, 10**12))",
        "max(range(10**12))",
        "len(sorted(range(10**12)))",
        "int('a' in range(10**12))",
        "len(list(itertools.product(range(1000), repeat=10)))",
        "len(['x' for _ in range(9000) for _ in range(9000)])",
        "np.power(10, 10**9)",
        "hash('a')",
        "0x" + "f" * 9000,
    ],
)
def test_a_value_that_is_too_large_is_unknown(value: str) -> None:
    assert reasons(f"{HEAD}n = {value}\n{MODEL.format('n')}")


@pytest.mark.parametrize(
    "step",
    [
        "a = a + a",
        "a += a",
        "a.extend(a)",
        "a = [*a, *a]",
        "a = (a, a)",
        "a = [a] * 500",
        "a = {'x': a, 'y': a}",
        "a = str(a) + str(a)",
        "a = f'{a}{a}'",
        "a = '%s%s' % (a, a)",
        "a = [a, random.random()]",
    ],
)
def test_what_a_loop_doubles_has_an_end(step: str) -> None:
    use = (
        "b = copy.deepcopy(a); c = str(a); d = a == a; e = np.array(a); layers.Reshape(a); "
        "hash(a)\nfor _ in a: pass\n"
    )
    run(
        f"{HEAD}a = [1]\nfor i in range(60):\n    {step}\n{use}model = keras.Model(a, a)\n"
        f"{MODEL.format('len(a)')}"
    )


def test_an_origin_that_a_loop_doubles_has_an_end() -> None:
    doubled = "n = 1\nfor i in range(40):\n    n = n + n\nn = n // 2 ** 38\n"
    (outcome,) = run(f"{HEAD}{doubled}{MODEL.format('n + 3')}").models
    assert outcome.trace.outputs == [(None, 7)]
    assert outcome.repairs[0].traces[0].outputs == [(None, 10)]


def test_models_within_models_have_an_end() -> None:
    twice = "keras.Sequential([keras.Input((3,)), m, m])"
    result = run(
        f"{HEAD}m = keras.Sequential([keras.Input((3,))])\nfor _ in range(60):\n    m = {twice}\n"
    )
    assert any("models within one another" in note for note in result.notes)


def test_a_statement_that_takes_too_many_steps_names_itself() -> None:
    text = (
        f"{HEAD}n = len([[[0] * 9 for _ in range(500)] for _ in range(500)])\n{MODEL.format('n')}"
    )
    assert "more than 50,000 steps" in reasons(text)
    result = run(text)
    assert result.notes == ["5:1 a statement takes more than 50,000 steps"]
    assert [(why, place and place.line) for why, place in result.limits] == [
        ("a statement takes more than 50,000 steps", 5)
    ]


def test_loops_that_only_remember_are_left_and_what_they_teach_is_kept() -> None:
    """Every turn makes the list longer, so that no turn is idle: what is learned of one turn is
    learned of all.
    """
    turn = (
        "        memory.append((state, len(memory) % 2, state * 2))\n"
        "        model.predict(state[0])\n"
    )
    loops = (
        "for episode in range(90):\n    state = np.zeros((1, 8))\n    for step in range(500):\n"
        f"{turn}"
    )
    result = run(f"{HEAD}import numpy as np\nmemory = []\n{MODEL.format(10)}{loops}")
    assert result.notes == []
    assert [found.finding.code for found in result.models[0].findings] == ["KFX604"]


def test_what_is_left_halfway_is_not_known() -> None:
    inner = "    for j in range(500):\n        made.append(layers.Dense(j + 1))\n"
    text = f"{HEAD}made = []\nfor i in range(500):\n{inner}{MODEL.format('len(made)')}"
    assert reasons(text) == "`len(made)` is not known"


def test_a_program_that_takes_too_many_steps_says_so() -> None:
    result = run(HEAD + "x = [0 for _ in range(9000)]\n" * 40 + MODEL.format(3))
    assert result.notes == ["the program takes more than 160,000 steps; the rest of it is not read"]


def test_too_many_variants_are_said() -> None:
    layer = (
        "if random.random() > {0}:\n    model.add(layers.Dense({0}))\nelse:\n"
        "    model.add(layers.Dense({0} + 1))\n"
    )
    grown = "".join(layer.format(units) for units in range(1, 6))
    result = run(f"{HEAD}model = keras.Sequential([keras.Input((8,))])\n{grown}")
    assert len(result.models[0].models) == 8
    assert any("more than 8 variants" in note for note in result.notes)


def test_ordinary_values_are_not_too_large() -> None:
    assert not too_large("pow", [2, 10])
    assert not too_large(".join", [", ", ["a"] * 1000])
    assert not too_large(".replace", ["word " * 5000, "\n", " "])
    assert not too_large(".format", ["{} of {:.2f}", 60_000, 1.5])
    assert not too_large("mod", ["%d/%5.2f", (3, 1.5)])
    assert size([[1, 2], "abc"]) == 2 + 2 + 1 + 2 + 3
    assert size(range(10**30), MAX_LENGTH) == MAX_LENGTH + 1


def test_a_set_has_one_order() -> None:
    text = (
        f"{HEAD}n = [len(w) for w in {{'a', 'bcd'}} | {{'efghi'}}]\n"
        f"{MODEL.format('n[0] + 2 * n[-1]')}"
    )
    assert run(text).models[0].trace.outputs == [(None, 11)]
