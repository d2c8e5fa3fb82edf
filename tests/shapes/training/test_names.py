"""The table of names, and what Keras takes for an optimizer, a loss or a metric."""

from __future__ import annotations

import json

import keras
import pytest

from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.shapes.training.names import check_optimizer, name_of, table
from kfix.shapes.training.refusals import Refused
from scripts.dump_training import made


def test_the_table_is_that_of_the_installed_keras() -> None:
    assert json.loads(json.dumps(made())) == table()


@pytest.mark.parametrize("name", ["sgd", "ADAM", "RMSprop", "rms_prop", "adamm", "Nadam", "adam "])
def test_optimizers_by_name(name: str) -> None:
    try:
        keras.optimizers.get(name)
        taken = True
    except ValueError:
        taken = False
    if taken:
        check_optimizer(name)
    else:
        with pytest.raises(Refused):
            check_optimizer(name)


@pytest.mark.parametrize("keyword", ["*", "**"])
def test_arguments_that_are_spread_may_be_any(keyword: str) -> None:
    value = Symbol("keras.optimizers.Adam", True, None, (keyword,), (Unknown("spread"),))
    check_optimizer(value)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("losses", "mse"),
        ("losses", "Huber"),
        ("losses", "logcosh"),
        ("losses", "Mse"),
        ("metrics", "AUC"),
        ("metrics", "auc"),
        ("metrics", "f1"),
        ("metrics", "rmse"),
    ],
)
def test_losses_and_metrics_by_name(kind: str, name: str) -> None:
    module = keras.losses if kind == "losses" else keras.metrics
    try:
        module.get(name)
        taken = True
    except ValueError:
        taken = False
    if taken:
        assert name_of(name, kind, "loss") == name
    else:
        with pytest.raises(Refused):
            name_of(name, kind, "loss")
