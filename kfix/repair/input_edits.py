"""The edits of a model's input shape that may be made around a conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.edits.set_input_shape import SetInputShape
from kfix.model.code import Slot
from kfix.model.graph import Shape
from kfix.repair.candidate import Candidate
from kfix.repair.constants import dims_declared
from kfix.repair.prices import price
from kfix.repair.problem import Problem
from kfix.repair.spoken import dims_named
from kfix.shapes.arguments import INPUT_NAMES, named, texts
from kfix.shapes.view import Step

OF_DATA = ("input-data", "input-size")
"""The rows of edits that go into the constants which the dims come from."""


class InputEdits(Problem):
    """The edits of the input shape of a model that is not as it should be."""

    def root(self, step: Step | None) -> Step | None:
        """Return the step that declares the shape of the input that leads to `step`."""
        place = step.place if step is not None else self.view.last
        steps = [self.view.steps[at] for at in sorted(self.view.ancestors(place))]
        found = [one for one in steps or self.view.steps[:1] if one.sources in ([], [-1])]
        calls = {one.layer.site for one in found if one.is_input}
        shared = len(calls) == 1 and all(one.is_input for one in found)
        return found[0] if len(found) == 1 or shared else None

    def entry(self, step: Step | None) -> Shape | None:
        """Return the shape of the input that leads to `step`, `None` where several do."""
        root = self.root(step)
        if root is not None and root.is_input:
            return root.shape_out
        return self.view.entry if len(self.view.trace.inputs) == 1 else None

    def set_input(
        self, step: Step | None, dims: Sequence[object], key: str, why: str, more: float = 0
    ) -> Iterator[Candidate]:
        """Yield the shape of the input (without the batch) set where it is declared."""
        cost = price(key) + more
        root = self.root(step)
        given = named(root.layer) if root is not None and not root.made else {}
        name = next((one for one in INPUT_NAMES if one in given), None)
        of_words = name == "input_dim" and root is not None and root.cls == "Embedding"
        if root is None or name is None or of_words:
            site, entry = self.view.model.given_site, self.view.entry
            if site is not None:  # the argument of `build` itself
                shape = (entry[0] if entry else None, *dims)
                edit = SetInputShape(Slot(site, site), "input_shape", shape)
                yield Candidate((edit,), cost, why)
            return
        argument = given[name]
        if argument.site is None:
            yield from self._of_base(root, dims, cost, why)
            return
        name, new = as_declared(name, argument.value, tuple(dims))
        of_data = key in OF_DATA
        constants = (
            dims_declared(root.layer, argument, new, self.uses, self.options) if of_data else ()
        )
        slot = Slot(root.layer.site, argument.site, texts(argument))
        if isinstance(new, tuple):
            new = dims_named(self.options.at_hand(root.layer.site), new, argument.value)
        yield Candidate(constants or (SetInputShape(slot, name, new),), cost, why)

    def _of_base(
        self, root: Step, dims: Sequence[object], cost: float, why: str
    ) -> Iterator[Candidate]:
        """Yield the `input_shape` of a base whose own input is that of the model."""
        for user in root.users[:1]:
            base = self.view.steps[user].layer
            argument = named(base).get("input_shape")
            if base.is_application and argument is not None and argument.site is not None:
                slot = Slot(base.site, argument.site, texts(argument))
                yield Candidate((SetInputShape(slot, "input_shape", tuple(dims)),), cost, why)


def as_declared(name: str, old: object, dims: tuple[object, ...]) -> tuple[str, object]:
    """Return the argument that declares an input shape, and its value for the dims of a sample."""
    if name.startswith("batch"):
        return name, (old[0] if isinstance(old, tuple | list) and old else None, *dims)
    if name == "input_dim":
        return (name, dims[0]) if len(dims) == 1 else ("input_shape", dims)
    return name, dims
