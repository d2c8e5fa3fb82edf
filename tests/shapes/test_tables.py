"""The dumped tables: each is found by its name, and read once."""

from __future__ import annotations

import pytest

from kfix.shapes.tables import table


def test_tables_are_of_one_keras() -> None:
    tables = [table(name) for name in ("signatures", "applications", "training")]
    assert len({found["keras"] for found in tables}) == 1
    assert "Dense" in table("signatures")["layers"]


def test_a_table_is_read_once() -> None:
    assert table("signatures") is table("signatures")


def test_a_table_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        table("application_layers/NoSuchModel")
