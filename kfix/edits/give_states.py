"""The states that a recurrent layer starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import Args, CannotApply, GraphChanges
from kfix.model.code import Slot
from kfix.model.graph import TensorRef

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan

STATES = "initial_state"


class GiveStates(SiteEdit):
    """The recurrent layer called at `site` starts from other `states`, which `form` writes: `{0}`
    stands for what is given now.
    """

    kind: ClassVar[str] = "give-states"
    price_key: ClassVar[str] = "states"
    prices: ClassVar[tuple[Price, ...]] = (
        Price("states", 0.5, "A layer of two states starts from the two that another returns."),
    )
    form: str
    states: tuple[TensorRef, ...]

    def change(self, graph: GraphChanges) -> None:
        """Give the layer the states."""
        graph.set_call(self.site, self._given)

    def _given(self, args: Args) -> Args:
        place = states_place(args)
        if place is None:
            raise CannotApply("the call has no initial states")
        given = (args[place][0], list(self.states))
        return (*args[:place], given, *args[place + 1 :])

    def write(self, plan: Plan) -> str:
        """Write the states over those that are given."""
        from kfix.rewrite.arguments import find
        from kfix.rewrite.elements import write_form

        place = find(plan, Slot(self.site, position=1), STATES)
        old, new = write_form(plan, place, self.form)
        return f"write {new} for {old} as {STATES} {plan.where([place])}"


def states_place(args: Args) -> int | None:
    """Return which argument of a call of a recurrent layer has the initial states."""
    places = (at for at, (name, _) in enumerate(args) if name == STATES or (at == 1 and not name))
    return next(places, None)
