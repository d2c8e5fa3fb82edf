"""Edits by the places that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kfix.model.edits import (
    DropArgument,
    Edit,
    ExchangeCall,
    ExchangeName,
    ExchangeTensor,
    InsertLayer,
    JoinOutputs,
    MoveLayer,
    RemoveLayer,
    RenameArgument,
    RenameKey,
    ReplaceLayer,
    ReverseOrder,
    SetArgument,
    SetInputShape,
    SetLiteral,
    SwapArguments,
    SwapData,
    WrapArgument,
    WrapModel,
)
from kfix.model.graph import Layer, Node
from kfix.model.site import Site
from kfix.repair.layers import (
    Args,
)


class EditPlan:
    """A list of edits, by the places that they name."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self.calls: dict[Site | None, list[Edit]] = {}
        self.literals: dict[Site, object] = {}
        self.removed: set[Site] = set()
        self.moves: list[MoveLayer] = []
        self.put_in: dict[tuple[Site, str], list[InsertLayer | MoveLayer]] = {}
        self.reversed: list[ReverseOrder | SwapArguments] = []
        self.tensors: dict[Site, list[ExchangeTensor]] = {}
        self.joined: dict[Site, list[JoinOutputs]] = {}
        self.sites: set[Site] = set()
        self._count: dict[int, int] = {}
        seen: dict[Edit, int] = {}
        self.edits = tuple(edits)
        for edit in self.edits:
            self._count[id(edit)] = seen[edit] = seen.get(edit, -1) + 1
            if isinstance(edit, SetLiteral):
                self.literals.update(dict.fromkeys(edit.sites, edit.value))
                self.sites.update(edit.sites)
            elif isinstance(edit, SetArgument | DropArgument):
                for slot in edit.slots:
                    self._call(slot.call, edit)
            elif isinstance(edit, RenameArgument | SetInputShape):
                self._call(edit.slot.call, edit)
            elif isinstance(edit, ReplaceLayer | ExchangeName | ExchangeCall):
                self._call(edit.site, edit)
            elif isinstance(edit, RemoveLayer | WrapModel):
                self.removed.add(edit.site)
                self.sites.add(edit.site)
            elif isinstance(edit, ReverseOrder | SwapArguments):
                self.reversed.append(edit)
                self.sites.add(edit.site)
            elif isinstance(edit, ExchangeTensor):
                self.tensors.setdefault(edit.site, []).append(edit)
                self.sites.add(edit.site)
            elif isinstance(edit, JoinOutputs):
                self.joined.setdefault(edit.site, []).append(edit)
                self.sites.add(edit.site)
            elif isinstance(edit, MoveLayer):
                self.moves.append(edit)
                self.put_in.setdefault((edit.to, edit.where), []).append(edit)
                self.sites.update((edit.site, edit.to))
            elif isinstance(edit, InsertLayer):
                self.put_in.setdefault((edit.site, edit.where), []).append(edit)
                self.sites.add(edit.site)

    def _call(self, site: Site, edit: Edit) -> None:
        self.calls.setdefault(site, []).append(edit)
        self.sites.add(site)

    def kept(self, site: Site, args: Args) -> Args:
        """The arguments of an operation that an edit leaves."""
        for edit in self.calls.get(site, ()):
            if isinstance(edit, ExchangeCall):
                args = tuple((keyword, args[number][1]) for number, keyword in edit.kept)
        return args

    def count(self, edit: Edit) -> int:
        """How many equal edits came before this one."""
        return self._count.get(id(edit), 0)

    def around(
        self, site: Site, where: str, moving: Mapping[Site, Node]
    ) -> list[InsertLayer | MoveLayer]:
        """What is put in before or after a place, in the order of the edits."""
        found = self.put_in.get((site, where))
        if not found:
            return []
        return [edit for edit in found if isinstance(edit, InsertLayer) or edit.site in moving]

    def of(self, layer: Layer, sites: Iterable[Site]) -> tuple[Edit, ...]:
        """The edits that touch a layer, of whose calls and literals these are the sites."""
        mine = self.sites.intersection(sites)
        return tuple(edit for edit in self.edits if not mine.isdisjoint(_named(edit)))


def _named(edit: Edit) -> tuple[Site, ...]:
    """The sites that an edit names."""
    if isinstance(edit, SetLiteral):
        return edit.sites
    if isinstance(edit, SetArgument | DropArgument):
        return tuple(slot.call for slot in edit.slots)
    if isinstance(edit, RenameArgument | SetInputShape):
        return (edit.slot.call,)
    if isinstance(edit, MoveLayer):
        return (edit.site, edit.to)
    if isinstance(edit, WrapArgument | RenameKey | SwapData):
        return ()  # of the data, not of a model
    return (edit.site,)
