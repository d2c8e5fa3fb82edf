"""The tables of Keras's names and signatures, which scripts dump from the installed Keras."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

_HOME = os.path.join(os.path.dirname(__file__), "data")


@cache
def table(name: str) -> dict[str, Any]:
    """Return the table `name` of `kfix/shapes/data`, a path without its ending.

    Raise `FileNotFoundError` for one that is not there.
    """
    with open(os.path.join(_HOME, f"{name}.json"), encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found
