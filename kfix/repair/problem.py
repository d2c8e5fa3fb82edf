"""What stands in a model's way: the refused step, or the target that its output misses."""

from __future__ import annotations

from collections.abc import Mapping

from kfix.findings import Finding
from kfix.model.graph import Layer, Shape
from kfix.model.site import Site
from kfix.model.target import Target
from kfix.repair.edit_plan import Insertion
from kfix.repair.options import Options
from kfix.repair.uses import Uses
from kfix.shapes import Tracer
from kfix.shapes.view import Step, View


class Problem:
    """A model that is not as it should be: the view of it, and what is known around it."""

    def __init__(  # noqa: PLR0913 - a record: one argument for each field
        self,
        view: View,
        target: Target | None,
        options: Options,
        uses: Uses,
        anchors: Mapping[int, Insertion],
        tracer: Tracer,
    ) -> None:
        self.view = view
        self.step = view.refused
        self.finding: Finding | None = view.finding
        self.target = target
        self.options = options
        self.uses = uses
        self.anchors = anchors
        self.tracer = tracer
        self.walks: dict[object, object] = {}
        """What was walked back already, as `kfix.repair.trail` keeps it."""
        self._layers: dict[Site, dict[Layer, None]] | None = None

    @property
    def fed(self) -> tuple[Step, Shape] | None:
        """The refused step and the one shape that it is given, where there is one."""
        step = self.step
        return None if step is None or step.shape_in is None else (step, step.shape_in)

    @property
    def written(self) -> Step | None:
        """The refused step, where it is one of the program and no edit put it in."""
        return None if self.step is None or self.step.inserted else self.step

    def made_at(self, call: Site) -> tuple[Layer, ...]:
        """Return the layers that a call makes: several in a loop or a helper function."""
        if self._layers is None:
            self._layers = {}
            for step in self.view.steps:
                self._layers.setdefault(step.core.site, {})[step.core] = None
        return tuple(self._layers.get(call, ()))

    def uses_of(self, site: Site) -> int:
        """Return how often the program puts a layer in at a place."""
        return sum(step.node.site == site for step in self.view.steps)
