"""The names that Keras makes up for layers and models."""

from __future__ import annotations

import re


def snake_case(cls: str) -> str:
    """Return the beginning of a name that Keras makes up (`to_snake_case` in its
    `utils/naming.py`).
    """
    text = re.sub(r"\W+", "", cls) or "unknown"
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", text)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()
