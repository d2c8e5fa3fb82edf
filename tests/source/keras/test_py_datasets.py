"""Objects of a program that give `fit` its batches."""

from __future__ import annotations

import pytest

from tests.verdicts import check_refused, check_right, findings

PROGRAM = """
class Batches(keras.utils.{base}):
    def __init__(self, count, **options):
        super().__init__(**options)
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        rows, labels = [], []
        for _ in range(4):
            rows.append(np.zeros({size}))
            labels.append(np.zeros(1))
        return {result}

model = Sequential([Input((8,)), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(Batches(2), verbose=0)
"""
PAIR = "np.array(rows), np.array(labels)"


def program(base: str = "PyDataset", size: int = 8, result: str = PAIR) -> str:
    """Return a program that trains on such an object."""
    return PROGRAM.format(base=base, size=size, result=result)


@pytest.mark.keras
@pytest.mark.parametrize("base", ["PyDataset", "Sequence"])
@pytest.mark.parametrize("result", [PAIR, f"[{PAIR}]", f"{PAIR}, np.ones(4)"])
def test_batches_of_the_right_form_are_taken(base: str, result: str) -> None:
    check_right(program(base, result=result))


@pytest.mark.keras
@pytest.mark.parametrize(
    ("size", "result", "code"),
    [
        (9, PAIR, "KFX601"),
        (8, "np.array(rows)", "KFX613"),
        (8, f"[np.array(rows)], {PAIR.split(', ')[1]}", "KFX610"),
    ],
)
def test_a_batch_that_keras_refuses_is_an_error(size: int, result: str, code: str) -> None:
    check_refused(program(size=size, result=result), code)


def test_what_another_object_yields_is_unknown() -> None:
    other = PROGRAM.replace("(keras.utils.{base})", "").replace("super().__init__(**options)", "")
    assert findings(other.format(size=9, result=PAIR)) == []
