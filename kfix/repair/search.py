"""The search for repairs: best-first over sets of edits, the cheapest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import count

from kfix.edits.base import Edit, Repair
from kfix.edits.graph import CannotApply
from kfix.model.graph import Model, Shapes
from kfix.model.record import replace
from kfix.repair.alternatives import differs, leads
from kfix.repair.apply import Applier
from kfix.repair.bridges import bridges
from kfix.repair.candidate import Candidate
from kfix.repair.candidates import propose
from kfix.repair.conflict import Conflict
from kfix.repair.distance import NO_DISTANCE, Distance, Goal, Targets
from kfix.repair.kept import joins_samples, loses_batch, loses_shape
from kfix.repair.options import Options
from kfix.repair.prices import NEARER, REACH
from kfix.repair.uses import Uses
from kfix.shapes import Trace, Tracer
from kfix.shapes.formatting import show
from kfix.shapes.view import View

__all__ = ["Nearest", "Options", "Search", "differs", "leads", "search"]

MOST_PARTS = 4
"""The most candidates of a repair; one may be several edits that belong together."""

MOST_ALIKE = 2
"""From how many sets of edits with the same output the search goes on, cheapest first."""

LEAST_TRIES, MOST_WORK = 100, 22_000
"""How many sets of edits may be tried, and how many layers may be traced for that."""

AFTERWARDS = 250
"""How many traces are spent on alternatives once the first repair is found."""

MOST_BRIDGES, MOST_TRIED = 24, 60
"""How many edits a last resort is made of, and how many are tried for each of them."""

SMALL = 25
"""Up to how many layers a model is traced as often as that."""


def search(
    models: Sequence[Model], tracer: Tracer, target: Targets, options: Options | None = None
) -> Search:
    """Search for the repairs of `models`, which one call made: each repairs all of them.

    Without a target only refusals are repaired; a model that is right has no repair.
    """
    return Search(models, tracer, target, options or Options())


class Nearest:
    """What was reached where no repair was found: the edits, and the outputs they give."""

    __slots__ = ("edits", "outputs")

    def __init__(self, edits: tuple[Edit, ...], outputs: tuple[Shapes, ...]) -> None:
        self.edits = edits
        self.outputs = outputs

    def __str__(self) -> str:
        return ", ".join(show(shape) for shape in self.outputs)


class _State:
    """A set of edits, traced: its cost, its shapes, and how far these are from those wanted."""

    __slots__ = ("cost", "distance", "edits", "first", "models", "parts", "sure", "traces", "whys")

    def __init__(
        self, edits: tuple[Edit, ...], cost: float, whys: tuple[str, ...], parts: int
    ) -> None:
        self.edits = edits
        self.cost = cost
        self.whys = whys
        self.parts = parts
        self.models: list[Model] = []
        self.traces: list[Trace] = []
        self.first = 0
        self.distance: Distance = NO_DISTANCE
        self.sure = True


_Waiting = tuple[float, int, _State, Candidate | None]
"""What is to be paid at least, a number in order, a state, and the candidate to join to it."""


class Search:
    """An iterator over repairs, the cheapest first.

    `stopped` names the limit that ended it, if one did; `nearest` is what came
    nearest to the target, `advice` what to do by hand where the place is not kfix's
    to edit. `steps` counts the traces of models.
    """

    def __init__(
        self, models: Sequence[Model], tracer: Tracer, target: Targets, options: Options
    ) -> None:
        self.models = list(models)
        self.tracer = tracer
        self.options = options
        self.stopped: str | None = None
        self.nearest: Nearest | None = None
        self.advice: dict[str, None] = {}
        self.steps = 0
        self._goal = Goal(target)
        self._applier = Applier()
        self._uses = Uses((*models, *options.program))
        self._best: tuple[float, ...] | None = None
        self._repairs = self._run()

    def __iter__(self) -> Iterator[Repair]:
        return self

    def __next__(self) -> Repair:
        return next(self._repairs)

    # --- the loop -------------------------------------------------------------------------

    def _run(self) -> Iterator[Repair]:
        """Yield the goals; the first is "safe" where it leads the next of another meaning."""
        goals = self._goals()
        first = next(goals, None)
        if first is None:
            return
        waiting: list[Repair] = []
        rival: Repair | None = None
        for repair in goals:
            waiting.append(repair)
            if differs(first, repair):
                rival = repair
                break
        yield first if leads(first, rival) else replace(first, safety="unsafe")
        for repair in waiting:
            yield replace(repair, safety="unsafe")
        for repair in goals:
            yield replace(repair, safety="unsafe")

    def _goals(self) -> Iterator[Repair]:
        """Yield every repair within reach; where there is none, what adapters make of the model."""
        root = _State((), 0.0, (), 0)
        self._look(root)
        if root.distance is NO_DISTANCE or self._goal.unknown(root.traces):
            return
        given: list[Repair] = []
        yield from self._cheapest(root, given)
        if not given and self.options.always:
            yield from self._last_resort(root)

    def _last_resort(self, state: _State) -> Iterator[Repair]:
        """Yield what the cheapest candidates lead to, each the nearest, adapters among them."""
        seen: set[object] = set()
        for _ in range(MOST_BRIDGES):
            conflict = self._conflict(state)
            found = [*bridges(conflict), *propose(conflict)] if conflict is not None else []
            found.sort(key=lambda candidate: candidate.cost)
            tried = (self._join(state, one, seen) for one in found[:MOST_TRIED] if one.edits)
            child = None
            for one in tried:
                if one is not None and self._follows(one, state):
                    child = child or one
                    if self._passes(one, state):
                        child = one
                        break
            if child is None:
                return
            if child.distance is NO_DISTANCE:
                child.sure = False
                yield self._repair(child)
                return
            state = child

    def _follows(self, child: _State, parent: _State) -> bool:
        """Return whether a state is one that the last resort may go on from."""
        if not self._look(child):
            return False
        if child.distance is NO_DISTANCE:
            return not loses_batch(child.traces)
        return self._progress(child, parent)

    def _passes(self, child: _State, parent: _State) -> bool:
        """Return whether a state is past what its parent is refused, and not only otherwise so."""
        same = child.distance.refused and child.distance.built == parent.distance.built
        if same and parent.distance.refused and child.first == parent.first:
            return child.distance.left < parent.distance.left
        return True

    def _cheapest(self, root: _State, given: list[Repair]) -> Iterator[Repair]:
        """Yield every repair within reach, the cheapest first.

        A candidate is traced only when it is its turn; what is not yet right
        waits with what will at least have to be paid yet.
        """
        self._goal.doubtful = root.distance.refused
        warnings, limit = self._warnings(root), self._limit()
        numbers = count()
        queue: list[_Waiting] = [(0.0, next(numbers), root, None)]
        seen: set[object] = set()
        alike: dict[object, int] = {}
        while queue:
            least, _, state, candidate = heapq.heappop(queue)
            if given and least > given[0].cost + REACH:
                return
            if self.steps >= limit:
                self.stopped = None if given else f"{self.steps} tries"
                return
            if candidate is None:
                for more in self._expand(state):
                    least = state.cost + more.cost + (0.0 if more.reached else NEARER)
                    heapq.heappush(queue, (least, next(numbers), state, more))
                continue
            child = self._child(state, candidate, seen, given)
            if child is None:
                continue
            if child.distance is not NO_DISTANCE:
                if self._leads_on(child, state, alike):
                    least = child.cost + child.distance.least
                    heapq.heappush(queue, (least, next(numbers), child, None))
            elif self._is_right(child, warnings):
                if not given:
                    limit = min(limit, self.steps + self._afterwards())
                given.append(self._repair(child))
                yield given[-1]

    def _limit(self) -> int:
        """Return how many traces the search may take."""
        nodes = sum(len(model.nodes) for model in self.models)
        return min(self.options.steps, max(LEAST_TRIES, MOST_WORK // max(1, nodes)))

    def _child(
        self, state: _State, candidate: Candidate, seen: set[object], given: list[Repair]
    ) -> _State | None:
        """Return a state with one candidate more, traced, unless a repair is a part of it."""
        child = self._join(state, candidate, seen)
        if child is None or any(set(repair.edits) <= set(child.edits) for repair in given):
            return None
        return child if self._look(child) else None

    def _leads_on(self, child: _State, state: _State, alike: dict[object, int]) -> bool:
        """Return whether a state that is not yet right is worth going on from."""
        fewer = child.parts < MOST_PARTS
        return fewer and self._progress(child, state) and self._is_another(child, alike)

    def _is_right(self, state: _State, warnings: int) -> bool:
        """Return whether nothing speaks against a state whose shapes are right."""
        if self._warnings(state) > warnings or self._pointless(state) or loses_shape(state.traces):
            return False
        return not loses_batch(state.traces)

    def _afterwards(self) -> int:
        """Return how many traces alternatives may take: fewer for large graphs."""
        nodes = sum(len(model.nodes) for model in self.models)
        return AFTERWARDS * SMALL // max(SMALL, nodes)

    def _expand(self, state: _State) -> Iterator[Candidate]:
        """Yield the candidates of a state; advice is kept for the model as it stands."""
        conflict = self._conflict(state)
        for more in propose(conflict) if conflict is not None else ():
            if more.edits:
                yield more
            elif not state.edits:
                self.advice.setdefault(more.why)

    def _conflict(self, state: _State) -> Conflict | None:
        """Return the conflict of the first model that is not right, where that is known."""
        trace, output = state.traces[state.first], state.distance.output
        view = View(state.models[state.first], trace, output)
        target = self._goal.target(trace, output)
        if view.finding is None and target is None:
            return None
        anchors = self._applier.anchors
        return Conflict(view, target, self.options, self._uses, anchors, self.tracer)

    def _join(self, state: _State, candidate: Candidate, seen: set[object]) -> _State | None:
        """Return the state with one candidate more, unless it was there or contradicts itself."""
        if state.edits and not _distinct(state.edits, candidate.edits):
            return None
        edits = (*state.edits, *candidate.edits)
        key = (frozenset(edits), tuple(edit for edit in edits if not edit.claims()))
        if key in seen:
            return None
        seen.add(key)
        whys = state.whys if candidate.why in state.whys else (*state.whys, candidate.why)
        joined = _State(edits, round(state.cost + candidate.cost, 4), whys, state.parts + 1)
        joined.sure = state.sure and candidate.sure
        return joined

    def _look(self, state: _State) -> bool:
        """Apply the edits and trace; return whether they can be applied."""
        state.traces = []
        state.distance = NO_DISTANCE
        try:
            state.models = [self._applier.apply(model, state.edits) for model in self.models]
            for i, model in enumerate(state.models):
                self.steps += 1
                trace = self.tracer.trace(model)
                state.traces.append(trace)
                if state.distance is NO_DISTANCE:
                    state.first = i
                    state.distance = self._goal.distance(trace)
        except CannotApply:
            return False
        if state.distance is not NO_DISTANCE and not state.distance.refused:
            self._remember(state)
        return True

    # --- how far --------------------------------------------------------------------------

    def _progress(self, child: _State, parent: _State) -> bool:
        if child.first != parent.first:
            return child.first > parent.first
        return child.distance.nearer_than(parent.distance)

    def _is_another(self, state: _State, alike: dict[object, int]) -> bool:
        """Return whether to go on from here: not from many costlier ways to the same shapes."""
        far = state.distance
        key: object = (state.first, *(show(trace.outputs) for trace in state.traces))
        if far.refused:
            key = (state.first, far.node, str(far.inputs), far.arguments)
        alike[key] = alike.get(key, 0) + 1
        return alike[key] <= MOST_ALIKE

    def _remember(self, state: _State) -> None:
        far = state.distance
        rank = (float(far.rank), far.sizes + far.channels, state.cost)
        if state.edits and (self._best is None or rank < self._best):
            self._best = rank
            self.nearest = Nearest(state.edits, tuple(state.traces[state.first].outputs))

    # --- what is found --------------------------------------------------------------------

    def _warnings(self, state: _State) -> int:
        return sum(
            finding.severity != "note"
            for trace in state.traces
            if trace.refusal is None
            for finding in trace.findings
        )

    def _pointless(self, state: _State) -> bool:
        """Return whether a new layer changes nothing, or a Flatten stands between Dense layers."""
        works: dict[object, bool] = {}  # an edit makes a layer at each call of a helper function
        for model, trace in zip(state.models, state.traces, strict=True):
            for node in model.nodes:
                traced = trace.nodes.get(node.id) if node.id < Model.ENTRY else None
                if traced is not None:
                    edit = self._applier.anchors[node.id]
                    changes = node.layer.cls == "Dense" or show(traced.inputs) != show(
                        traced.outputs
                    )
                    works[edit] = works.get(edit, False) or changes
        return not all(works.values())

    def _repair(self, state: _State) -> Repair:
        trace = state.traces[0]
        why = "; then ".join(state.whys)
        sure = state.sure and not any(joins_samples(self.tracer, trace) for trace in state.traces)
        safety = "safe" if sure else "unsafe"  # `_run` knows whether it leads
        return Repair(state.edits, tuple(trace.outputs), trace.params, state.cost, safety, why)


def _distinct(edits: Sequence[Edit], more: Sequence[Edit]) -> bool:
    """Return whether the new edits set nothing that an old one has set already."""
    said = {claim for edit in edits for claim in edit.claims()}
    return not any(claim in said for edit in more for claim in edit.claims())
