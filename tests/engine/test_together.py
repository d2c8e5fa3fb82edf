"""Many broken models of one file: all repaired, and the same way as one after the other."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kfix.engine import together
from kfix.engine.pipeline import Settings, run_file
from kfix.engine.reading import read
from kfix.engine.results import FileResult, Reading
from kfix.project.project import Project

PLAIN = Settings()

DOTTED = """\
import keras
from keras import layers
"""
BY_NAME = """\
from keras import Input, Sequential
from keras.layers import Conv2D, Dense
"""
RIGHT = """
right = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
"""


def dotted(number: int) -> str:
    """Return the definition of a model that lacks its Flatten."""
    return dedent(f"""
        # kfix: target={number + 2}
        model_{number} = keras.Sequential([
            keras.Input((28, 28, 1)),
            layers.Conv2D({number + 3}, 3),
            layers.Dense({number + 2}),
        ])
        """)


def by_name(number: int) -> str:
    """Return such a definition with names that are imported one by one."""
    return dedent(f"""
        # kfix: target={number + 2}
        model_{number} = Sequential(
            [Input((28, 28, 1)), Conv2D({number + 3}, 3), Dense({number + 2})]
        )
        """)


def run(text: str, settings: Settings = PLAIN) -> FileResult:
    """Run kfix on a program."""
    return run_file(Project({"m.py": text.encode()}), "m.py", settings)


def fixed(result: FileResult) -> str:
    """Return the text after the repairs."""
    return result.files["m.py"].decode()


def one_by_one(text: str, monkeypatch: pytest.MonkeyPatch, settings: Settings = PLAIN) -> str:
    """Return the text after repairs that are proven one after the other."""
    with monkeypatch.context() as patch:
        patch.setattr(together, "FEWEST", 1_000)
        return fixed(run(text, settings))


def kinds(result: FileResult) -> list[list[str]]:
    """Return the kinds of edits that were applied to each model."""
    return [
        [] if model.applied is None else [spelled.edit.kind for spelled in model.applied.edits]
        for model in result.models
    ]


def test_fifty_broken_models_of_one_file_are_all_repaired() -> None:
    text = DOTTED + "".join(map(dotted, range(50)))
    result = run(text)
    assert kinds(result) == [["insert-layer"]] * 50
    assert [len(model.repairs) for model in result.models] == [3] * 50
    again = run(fixed(result), Settings(search=False))
    shapes = [model.trace.outputs[0] for model in again.models]
    assert shapes == [(None, number + 2) for number in range(50)]
    assert not any(found.finding.fails for model in again.models for found in model.findings)


def test_few_readings_prove_the_repairs_of_many_models(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def counted(project: Project, path: str, settings: Settings) -> Reading:
        nonlocal count
        count += 1
        return read(project, path, settings)

    monkeypatch.setattr("kfix.engine.file_run.read", counted)
    result = run(DOTTED + "".join(map(dotted, range(30))))
    assert all(model.applied is not None for model in result.models)
    assert count <= 8


@pytest.mark.parametrize(
    ("head", "model"), [(DOTTED, dotted), (BY_NAME, by_name)], ids=["dotted", "by name"]
)
def test_the_text_is_that_of_one_repair_after_the_other(
    head: str, model: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(model)
    text = head + "".join(map(model, range(6)))
    assert fixed(run(text)) == one_by_one(text, monkeypatch)


def test_the_diff_of_each_repair_is_against_the_file_as_it_was() -> None:
    text = DOTTED + "".join(map(dotted, range(5)))
    for model in run(text).models:
        applied = model.applied
        assert applied is not None
        assert applied.originals == {"m.py": text.encode()}
        (new,) = applied.files.values()
        assert new.decode().count("Flatten") == 1


def test_a_model_that_the_repair_of_another_changes_is_repaired_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    follower = """
# kfix: target=1
follower = keras.Sequential([
    keras.Input((int(model_0.output_shape[-1]), len(model_0.output_shape))),
    layers.Dense(1),
])
"""
    text = DOTTED + "".join(map(dotted, range(5))) + follower
    result = run(text)
    assert all(model.left == 0 for model in result.models)
    assert fixed(result) == one_by_one(text, monkeypatch)


def test_models_of_one_constant_are_repaired_once(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = """
x = np.zeros((8, 5))
y = np.zeros((8, 3))
"""
    users = "".join(
        dedent(f"""
            net_{number} = keras.Sequential([keras.Input((5,)), layers.Dense(CLASSES)])
            net_{number}.compile(loss="categorical_crossentropy")
            net_{number}.fit(x, y)
            """)
        for number in range(4)
    )
    text = "import numpy as np\n" + DOTTED + "CLASSES = 4\n" + labels + users
    settings = Settings(only=frozenset({"set-literal"}), unsafe=True)
    result = run(text, settings)
    assert kinds(result) == [["set-literal"], [], [], []]
    assert all(model.left == 0 for model in result.models)
    assert fixed(result) == one_by_one(text, monkeypatch, settings)


def test_a_model_without_a_repair_does_not_keep_the_others_from_theirs() -> None:
    hopeless = """
# kfix: target=7
hopeless = keras.Sequential([keras.Input((28, 28, 1)), layers.Dense(3, units=4)])
"""
    models = [*map(dotted, range(5))]
    models.insert(2, hopeless)
    result = run(DOTTED + "".join(models) + RIGHT, Settings(only=frozenset({"insert-layer"})))
    found = {str(model.model.name): model for model in result.models}
    left = found.pop("hopeless")
    right = found.pop("right")
    assert not left.repairs
    assert left.remarks
    assert not right.repairs
    assert all(model.applied is not None for model in found.values())


def test_the_number_that_is_picked_is_applied_to_each() -> None:
    text = DOTTED + "".join(map(dotted, range(5)))
    result = run(text, Settings(pick=2))
    assert fixed(result).count("GlobalAveragePooling2D()") == 5
