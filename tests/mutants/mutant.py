"""Random models, written out as source in many layouts and then broken in one place.

Everything follows from a seed. `drafts` draws models of the usual families,
`faults` breaks them, `writing` spells them; here they come together, and what
kfix makes of a mutant is judged by real Keras.
"""

from __future__ import annotations

import difflib
import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from kfix.edits.base import Repair
from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from tests import real_keras
from tests.mutants.brute import Looks, decidable, looks
from tests.mutants.drafts import Draft, draw
from tests.mutants.faults import break_one
from tests.mutants.writing import Written, write

Shape = tuple[int | None, ...]


class Mutant(NamedTuple):
    """A broken program: `meant` is what Keras makes of the whole one, `fault` says what was done to
    it.
    """

    seed: int
    fault: str
    draft: Draft
    whole: Written
    broken: Written
    meant: real_keras.Built
    before: real_keras.Built
    faults: int = 1
    edits: int = 1
    """How many edits of the source made the faults: a pooling that stands three times has two too
    many.
    """

    @property
    def target(self) -> Shape:
        """The output wanted."""
        assert self.meant.shape is not None
        return self.meant.shape

    @property
    def settings(self) -> Settings:
        """How kfix is asked: the target on the command line, unless the source says it."""
        return Settings(target=None if self.broken.says_target else shape_text(self.target))


def shape_text(shape: Shape) -> str:
    """Return a shape as the command line takes it."""
    dims = ",".join("none" if dim is None else str(dim) for dim in shape[1:])
    return f"none,{dims}" if dims.startswith("none") else dims


def mutant(seed: int, faults: int = 1, excluded: Counter[str] | None = None) -> Mutant | None:
    """Return the mutant of this seed; `None` where the draw gives no valid model or no place for
    its faults.

    `excluded` counts why.
    """
    excluded = Counter() if excluded is None else excluded
    rng = random.Random(seed)
    draft = draw(rng)
    style = rng.random()
    whole = write(draft, random.Random(style), None)
    built = real_keras.build(whole.text)
    if built.shape is None:
        excluded["the draw is a model that Keras refuses"] += 1
        return None
    said = []
    edits = 0
    for _ in range(faults):
        fault = break_one(draft, rng)
        if fault is None:
            excluded["the draw has no place for a fault"] += 1
            return None
        said.append(fault[0])
        draft = fault[1]
        edits += int(fault[0].split()[0]) if fault[0][0].isdecimal() else 1
    broken = write(draft, random.Random(style), shape_text(built.shape))
    before = real_keras.build(broken.text)
    return Mutant(seed, "; ".join(said), draft, whole, broken, built, before, faults, edits)


class Verdict(NamedTuple):
    """What became of a mutant: `complaints` are empty when all is well.

    `restored` tells that the repair gave the model its old number of weights
    back, and so most likely its old layers.
    """

    complaints: list[str]
    text: str
    repair: Repair | None
    restored: bool = False
    original: bool | None = None
    """Is it the very original again? `None` where that could not be decided."""


def judge(subject: Mutant) -> Verdict:
    """Run kfix on a mutant and asks real Keras about the outcome."""
    path = subject.broken.path
    result = _run(path, subject.broken.data, subject.settings)
    new = result.files.get(path, result.data)
    text = subject.broken.code(new)
    if result.error is not None:
        return Verdict([f"kfix: {result.error}"], text, None)
    applied = next(
        (outcome.applied for outcome in result.models if outcome.applied is not None), None
    )
    repair = applied.repair if applied is not None else None
    if subject.before.shape == subject.target:
        return Verdict(["changed what was right"] if result.files else [], text, repair)
    if repair is None:
        remarks = "; ".join(remark for outcome in result.models for remark in outcome.remarks)
        return Verdict([f"no repair applied: {remarks}"], text, None)
    complaints = []
    built = real_keras.build(text)
    if built.shape != subject.target:
        complaints.append(f"Keras: {built}, wanted {subject.target}")
    if _run(path, new, subject.settings).files:
        complaints.append("the second run changes the file again")
    complaints.extend(_outside(subject.broken, new, repair))
    if subject.before.shape is None and not subject.broken.says_target:
        complaints.extend(_without_target(subject.broken))
    return Verdict(
        complaints, text, repair, built.params == subject.meant.params, _original(subject, new)
    )


def _original(subject: Mutant, new: bytes) -> bool | None:
    """Single faults alone: does the repaired model look as the whole one did, where that can be
    decided?
    """
    if subject.faults != 1:
        return None
    path = subject.whole.path
    whole = _looks(path, subject.whole.data)
    if whole is None or not decidable(subject.draft, subject.target, whole):
        return None
    return _looks(path, new) == whole


def _looks(path: str, data: bytes) -> Looks | None:
    outcome = [
        outcome for outcome in _run(path, data, Settings(search=False)).models if not outcome.nested
    ]
    return looks(outcome[0].model, outcome[0].trace) if len(outcome) == 1 else None


def _without_target(broken: Written) -> list[str]:
    """Judge a refusal by the first repair: the program that comes of it must build."""
    new = _run(broken.path, broken.data, Settings()).files.get(broken.path)
    if new is None:
        return []
    built = real_keras.build(broken.code(new))
    again = _run(broken.path, new, Settings()).files
    return ([f"without a target: {built}"] if built.shape is None else []) + (
        ["without a target the second run changes the file again"] if again else []
    )


def _run(path: str, data: bytes, settings: Settings) -> FileResult:
    return run_file(Project({path: data}), path, settings)


def _outside(broken: Written, new: bytes, repair: Repair) -> list[str]:
    """Return what changed in the file that no edit of the repair stands for."""
    gone = sum(
        edit.kind in ("remove-layer", "move-layer", "replace-layer") for edit in repair.edits
    )
    old_text, text = broken.text, broken.code(new)
    old_lines, new_lines = old_text.splitlines(keepends=True), text.splitlines(keepends=True)
    changed = [
        number
        for tag, start, end, _, _ in difflib.SequenceMatcher(
            None, old_lines, new_lines, False
        ).get_opcodes()
        if tag in ("replace", "delete")
        for number in range(start, end)
        if number not in broken.touchable
    ]
    above = [number for number in changed if old_lines[number].strip() == "# --- next"]
    if len(above) <= gone:  # the comment above a layer may go with it
        changed = [number for number in changed if number not in above]
    complaints = [f"changed line {number + 1}: {old_lines[number]!r}" for number in changed]
    if b"\r\n" in broken.data and new.count(b"\n") != new.count(b"\r\n"):
        complaints.append("a line ending differs from the others")
    if broken.data.endswith(b"\n") != new.endswith(b"\n"):
        complaints.append("the end of the file changed")
    if broken.data.startswith(b"\xef\xbb\xbf") != new.startswith(b"\xef\xbb\xbf"):
        complaints.append("the byte order mark changed")
    touches = sum(
        len(getattr(edit, "slots", ()) or getattr(edit, "sites", ()) or (edit,))
        for edit in repair.edits
    )
    count = {layer: old_text.count(layer) - text.count(layer) for layer in broken.layers}
    lost = [layer for layer, number in count.items() for _ in range(number)]
    lost = [layer for layer in lost if not any(layer != other and layer in other for other in lost)]
    if len(lost) > touches:
        complaints.append(f"more layers changed than the {touches} edited: {lost}")
    silent = [note for note in broken.notes if note not in text]
    if len(silent) > gone:
        complaints.append(f"lost comments: {silent}")
    return complaints


def mutants(
    seed: int, broken: int, faults: int = 1, excluded: Counter[str] | None = None
) -> Iterator[Mutant]:
    """Mutants from this seed on until so many are really broken.

    Every fourth harmless one comes in between.
    """
    excluded = Counter() if excluded is None else excluded
    harmless = 0
    while broken > 0:
        subject = mutant(seed, faults, excluded)
        seed += 1
        if subject is None:
            continue
        if subject.before.shape == subject.target:
            harmless += 1
            if harmless % 4:
                excluded["the fault does not show in the output"] += 1
                continue
        else:
            broken -= 1
        yield subject


def report(subject: Mutant, verdict: Verdict) -> str:
    """Everything that is needed to look into a miss."""
    edits = (
        "\n".join(f"  {edit}" for edit in verdict.repair.edits)
        if verdict.repair is not None
        else "  none"
    )
    diff = "".join(
        difflib.unified_diff(
            subject.broken.text.splitlines(True),
            verdict.text.splitlines(True),
            "broken",
            "repaired",
        )
    )
    return (
        f"=== seed {subject.seed}: {subject.fault}; {subject.before} -> {subject.target}\n"
        + "\n".join(f"! {complaint}" for complaint in verdict.complaints)
        + f"\nedits:\n{edits}\n{diff or subject.broken.text}"
    )
