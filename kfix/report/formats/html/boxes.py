"""What the picture of a model consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Box:
    """An input, a layer, an operation or an output of a model.

    `status` is that of the trace, `fault` the code of the error that it is about, `change` what a
    repair does to it: "added", "removed", "changed" or nothing.
    """

    kind: str
    cls: str
    arguments: str = ""
    family: str = ""
    line: int | None = None
    params: str = ""
    shape: str = ""
    status: str = "known"
    fault: str = ""
    change: str = ""


@dataclass
class Edge:
    """A tensor that goes from one box to another; the label is its shape."""

    source: int
    target: int
    label: str
