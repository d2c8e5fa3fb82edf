"""Reads every program under a folder and counts: `python scripts/corpus.py FOLDER [--truth
truth.jsonl]`.

The truth, where there is one, is what Keras built of the same programs; its
format is in docs/corpus.md. Exit 1 if kfix crashed on a file, or (with a truth)
inferred a wrong shape or raised a false alarm.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import libcst

from kfix.engine.pipeline import CRASH, Settings, run_file
from kfix.engine.reading import read
from kfix.engine.results import FileResult, ModelResult
from kfix.project.files import FileTrouble
from kfix.project.project import Project
from kfix.project.walk import walk
from kfix.report.formats.json import definition
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import mentions_keras

NEAR = 3
"""Lines by which the place of a model may differ between kfix and the truth."""

Json = dict[str, Any]


class Seen(NamedTuple):
    """What became of one file.

    `ratio` is its CPU time over that of parsing it, `None` for a notebook.
    """

    path: str
    error: str | None
    models: list[Json]
    reasons: list[str]
    seconds: float
    ratio: float | None


# --- reading ------------------------------------------------------------------------------


def survey(folder: str) -> Iterator[Seen]:
    """Read every file under a folder that mentions Keras, as `kfix --check` does."""
    project = Project()
    settings = Settings(search=False)
    for path in walk(folder):
        try:
            data = project.data(path)
        except FileTrouble as trouble:
            yield Seen(os.path.relpath(path, folder), str(trouble), [], [], 0.0, None)
            continue
        if not mentions_keras(data):
            continue
        started = time.process_time()
        result = run_file(project, path, settings)
        seconds = time.process_time() - started
        parse = None if path.endswith(".ipynb") else _parse_seconds(data)
        yield _seen(result, os.path.relpath(path, folder), seconds, parse)


def _parse_seconds(data: bytes) -> float | None:
    started = time.process_time()
    try:
        libcst.parse_module(data)
    except (libcst.ParserSyntaxError, RecursionError, ValueError, SyntaxError):
        return None
    return time.process_time() - started


def _seen(result: FileResult, path: str, seconds: float, parse: float | None) -> Seen:
    models = [definition(model, result.path) for model in result.models]
    reasons = [reason for model in result.models if (reason := _reason(model)) is not None]
    return Seen(path, result.error, models, reasons, seconds, seconds / parse if parse else None)


def _reason(model: ModelResult) -> str | None:
    """Return the root of the first unknown of a model, its names left out, so that the same reasons
    can be counted.
    """
    from kfix.report.rows import why

    for traced in model.trace.nodes.values():
        unknown = why(traced)
        if unknown is not None:
            return re.sub(r"`[^`]*`|\d+|'[^']*'", "…", unknown.chain()[-1].why)
    return None


def crashes_without_passing_by(folder: str) -> tuple[int, list[str]]:
    """Read the files that do not mention Keras all the same: how many there are, and those that
    kfix crashed on.
    """
    project = Project()
    settings = Settings(search=False)
    count, crashed = 0, []
    for path in walk(folder):
        try:
            if mentions_keras(project.data(path)):
                continue
            count += 1
            read(project, path, settings)
        except (FileTrouble, SourceError, RecursionError):
            pass  # reported in one line by every mode; a RecursionError is "too deeply nested"
        except Exception as bug:
            crashed.append(f"{path}: {type(bug).__name__}: {bug}")
        finally:
            project.release()
    return count, crashed


# --- the truth ----------------------------------------------------------------------------


def full(shapes: Any) -> bool:
    """Return whether every dim of these shapes is known."""
    if isinstance(shapes, list):
        return all(
            dim is None or isinstance(dim, int) or (isinstance(dim, list) and full(dim))
            for dim in shapes
        )
    return False


def traced_fully(model: Json) -> bool:
    """Return whether the shapes of the model and of all its layers are known."""
    shapes = [
        *model["output_shapes"],
        *(one for layer in model["layers"] for one in layer["output_shapes"]),
    ]
    return bool(model["layers"]) and all(full(shape) for shape in shapes)


def one_or_many(shapes: list[Any]) -> Any:
    """As the truth has it: the shape itself where there is one."""
    return shapes[0] if len(shapes) == 1 else shapes


def contradicts(inferred: Any, true: Any) -> bool:
    """Return whether a shape differs from the truth in a dim that is known."""
    if inferred is None or true is None:
        return False
    if any(isinstance(dim, list) for dim in (*inferred, *true)):
        return full(inferred) and inferred != true
    return len(inferred) != len(true) or any(
        a not in ("?", b) for a, b in zip(inferred, true, strict=True)
    )


def wrong(model: Json, true: Json) -> str | None:
    """Return what kfix inferred otherwise than Keras, or `None`."""
    inferred = one_or_many(model["output_shapes"])
    if contradicts(inferred, true["output_shape"]):
        return f"output {inferred} but Keras {true['output_shape']}"
    truths = [layer for layer in true["layers"] if layer["class"] != "InputLayer"]
    if len(truths) == len(model["layers"]):
        for mine, layer in zip(model["layers"], truths, strict=True):
            if contradicts(one_or_many(mine["output_shapes"]), layer["output_shape"]):
                return (
                    f"{layer['class']}: {one_or_many(mine['output_shapes'])} but Keras "
                    f"{layer['output_shape']}"
                )
    elif traced_fully(model):
        return f"{len(model['layers'])} layers but Keras {len(truths)}"
    return None


def load_truth(path: str) -> list[Json]:
    """Return the models of the truth that the programs themselves make."""
    with open(path, encoding="utf-8") as lines:
        return [true for line in lines if (true := json.loads(line)).get("via", "user") == "user"]


def compare(files: list[Seen], truth: list[Json]) -> tuple[dict[str, Counter[str]], list[str]]:
    """Count by kind of model, and a line for each wrong shape and each false alarm."""
    sites: dict[tuple[str, str, int], list[Json]] = defaultdict(list)
    for true in truth:
        sites[true["kind"], true["path"], true["line"]].append(true)
    free = {seen.path: list(seen.models) for seen in files}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lines_out: list[str] = []
    for (kind, path, line), truths in sorted(sites.items()):
        known = [t for t in truths if t["known"] and t.get("from_definition", True)]
        n = counts[kind]
        n["sites"] += 1
        n["known"] += bool(known)
        found = _nearest(free.get(path, []), truths[0])
        if found is None:
            continue
        free[path].remove(found)
        n["found"] += 1
        if not known:
            continue
        n["known found"] += 1
        n["fully traced"] += traced_fully(found)
        trouble = [wrong(found, true) for true in known]
        if all(trouble):
            n["wrong"] += 1
            lines_out.append(f"wrong: {path}:{line} {trouble[0]}")
        n["right"] += traced_fully(found) and not all(trouble)
        alarms = [f for f in found["findings"] if f["severity"] == "error"]
        if alarms and not any(t.get("refusal") for t in truths):
            n["false alarms"] += 1
            lines_out.append(f"false alarm: {path}:{line} {alarms[0]['message']}")
    return counts, lines_out


def _nearest(models: list[Json], true: Json) -> Json | None:
    best: tuple[int, Json] | None = None
    for model in models:
        if model.get("path") is not None:
            continue
        cell = model.get("cell")
        if cell is not None and true.get("cell") is not None:
            away = abs(model["line"] - true["cell_line"]) if cell == true["cell"] else NEAR + 1
        else:
            away = abs(model["line"] - true["line"])
        if away <= NEAR and (best is None or away < best[0]):
            best = (away, model)
    return None if best is None else best[1]


# --- the report ---------------------------------------------------------------------------


def share(part: int, whole: int) -> str:
    """`3 of 4 (75.0 %)`."""
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "none"


def report(folder: str, files: list[Seen], most: int, details: bool = True) -> int:
    """Print what needs no truth; gives the number of crashes.

    Without `details` no program is named.
    """
    models = [model for seen in files for model in seen.models]
    crashed = [seen.error for seen in files if seen.error is not None and CRASH in seen.error]
    ratios = [seen.ratio for seen in files if seen.ratio is not None]
    print(
        f"files that mention Keras   {len(files)}, "
        f"{sum(s.error is not None for s in files)} not read"
    )
    print(f"crashes                    {len(crashed)}")
    for line in crashed if details else ():
        print(f"  {line}")
    count, others = crashes_without_passing_by(folder)
    print(f"crashes on the others      {len(others)} of {count}, read all the same")
    for line in others if details else ():
        print(f"  {line}")
    print(f"models found               {len(models)}")
    for kind, number in sorted(Counter(model["kind"] for model in models).items()):
        traced = sum(traced_fully(model) for model in models if model["kind"] == kind)
        print(f"  {kind:<24} {number}, fully traced {share(traced, number)}")
    reasons = Counter(reason for seen in files for reason in seen.reasons)
    print(
        f"unknown                    {sum(reasons.values())} models, by the root of the "
        "first unknown"
    )
    for reason, number in reasons.most_common(most):
        print(f"  {number:5} {reason}")
    if ratios:
        slowest = max(files, key=lambda seen: seen.seconds)
        print(
            f"CPU over libcst's parse    {statistics.median(ratios):.2f} (median of "
            f"{len(ratios)} files)"
        )
        print(
            f"slowest file               {slowest.seconds:.2f} s "
            f"{slowest.path if details else ''}".rstrip()
        )
    return len(crashed) + len(others)


def report_truth(counts: dict[str, Counter[str]], lines: list[str]) -> None:
    """Print what the truth says."""
    for kind, n in sorted(counts.items()):
        print(f"{kind}, {n['sites']} in the truth, {n['known']} of known shapes")
        print(
            f"  found           {share(n['found'], n['sites'])}; of the known "
            f"{share(n['known found'], n['known'])}"
        )
        print(f"  fully traced    {share(n['fully traced'], n['known'])}")
        print(f"  right           {share(n['right'], n['known'])}")
        print(f"  wrong           {n['wrong']}")
        print(f"  false alarms    {n['false alarms']}")
    for line in lines:
        print(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where the programs are")
    parser.add_argument("--truth", help="what Keras built of them, see docs/corpus.md")
    parser.add_argument("--reasons", type=int, default=15, metavar="N", help="reasons to list")
    parser.add_argument(
        "--by-folder", action="store_true", help="the truth by the first folder of the path, too"
    )
    parser.add_argument(
        "--figures-only", action="store_true", help="name no program and quote nothing of one"
    )
    options = parser.parse_args()
    gc.disable()
    gc.freeze()
    files = list(survey(options.folder))
    failed = report(
        options.folder,
        files,
        0 if options.figures_only else options.reasons,
        not options.figures_only,
    )
    if options.truth:
        truth = load_truth(options.truth)
        counts, lines = compare(files, truth)
        report_truth(counts, [] if options.figures_only else lines)
        failed += len(lines)
        if options.by_folder:
            for name in sorted({seen.path.split(os.sep)[0] for seen in files}):
                print(f"\n== {name}")
                report_truth(
                    compare(files, [t for t in truth if t["path"].split("/")[0] == name])[0], []
                )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
