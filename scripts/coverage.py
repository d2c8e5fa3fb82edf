"""Compares the table and the rules with the Keras that is installed; exits with 1 where something
of it is unknown.

Lists the classes that have neither a rule nor a reason, those that the table
does not have, and the arguments and defaults that differ from the table's.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)

from kfix.shapes import signatures  # noqa: E402 - from this checkout
from kfix.shapes.registry import rule_of  # noqa: E402
from scripts.dump_signatures import table  # noqa: E402


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Return what the other Keras has and the table has not, or has otherwise."""
    found = [
        f"{alias}: another name of {cls}"
        for alias, cls in theirs["aliases"].items()
        if alias not in ours["aliases"]
    ]
    for kind in ("layers", "functions", "applications"):
        for name, entry in theirs[kind].items():
            known = ours[kind].get(name)
            if known is None:
                found.append(f"{name}: new among {kind}")
                continue
            have, want = (
                {p[0]: p[1:] for p in (*each["parameters"], *each.get("keyword_only", ()))}
                for each in (known, entry)
            )
            found += [
                f"{name}: no argument {argument} any more"
                for argument in have
                if argument not in want
            ]
            found += [
                f"{name}: a new argument {argument}" for argument in want if argument not in have
            ]
            changed = [
                argument
                for argument in want
                if argument in have and have[argument] != want[argument]
            ]
            found += [f"{name}: {argument} has another default" for argument in changed]
        found += [
            f"{name}: no longer among {kind}" for name in ours[kind] if name not in theirs[kind]
        ]
    return found


def main() -> int:
    with open(
        os.path.join(ROOT, "kfix", "shapes", "data", "signatures.json"), encoding="utf-8"
    ) as file:
        ours = json.load(file)
    theirs = json.loads(json.dumps(table()))
    amiss = [f"{cls}: no rule, and no reason" for cls in theirs["layers"] if rule_of(cls) is None]
    unknown = [
        cls for cls in theirs["layers"] if (rule := rule_of(cls)) is not None and rule.why_unknown
    ]
    amiss += differences(ours, theirs)
    print(f"Keras {theirs['keras']}, the table is of {signatures.keras_version()}")
    print(
        f"{len(theirs['layers'])} classes, {len(unknown)} unknown for a reason: "
        f"{', '.join(unknown)}"
    )
    for text in amiss:
        print(text)
    return 1 if amiss else 0


if __name__ == "__main__":
    raise SystemExit(main())
