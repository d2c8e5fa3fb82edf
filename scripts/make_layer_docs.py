"""Writes docs/layers.md from the rules: `python scripts/make_layer_docs.py`."""

from __future__ import annotations

import inspect
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kfix.model.record import replace
from kfix.shapes import signatures
from kfix.shapes.registry import Rule, rule_of

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "docs", "layers.md")

HEAD = """\
# Layers

What kfix knows of each class of `keras.layers` (Keras {version}). Shapes are written with the
batch; `None` is Keras's dim of any size. What Keras refuses is refused, for the reasons named here
and for arguments that the constructor does not take. A *knob* is an argument that a repair may
turn.

This page is generated from the rules by `scripts/make_layer_docs.py`.
"""


def groups() -> dict[str, list[tuple[list[str], Rule]]]:
    """By family, the classes that share a rule, in the alphabetical order of the first of them."""
    found: dict[str, list[tuple[list[str], Rule]]] = {}
    for cls in signatures.layer_names():
        signature = signatures.signature(cls)
        rule = rule_of(cls)
        if signature is None or rule is None:
            continue
        family = found.setdefault(signature.family, [])
        for classes, other in family:
            if replace(other, rank=None) == replace(rule, rank=None):
                classes.append(cls)
                break
        else:
            family.append(([cls], rule))
    return dict(sorted(found.items()))


def entry(classes: list[str], rule: Rule) -> str:
    """One section."""
    second = [alias for alias, cls in signatures.aliases().items() if cls in classes]
    lines = [f"### {', '.join(classes)}", ""]
    if rule.why_unknown:
        return "\n".join([*lines, f"Unknown: {rule.why_unknown}.", ""])
    lines += [inspect.cleandoc(rule.output.__doc__ or ""), ""]
    facts = []
    ranks = sorted(
        {
            found.rank
            for cls in classes
            if (found := rule_of(cls)) is not None and found.rank is not None
        }
    )
    if ranks:
        facts.append(f"rank {', '.join(map(str, ranks))}")
    elif rule.min_rank is not None:
        facts.append(f"rank {rule.min_rank} or more")
    if rule.weights is not None:
        facts.append("has weights")
    if rule.knobs:
        facts.append("knobs " + ", ".join(f"`{knob.name}`" for knob in rule.knobs))
    if rule.extra:
        facts.append("takes also " + ", ".join(f"`{name}`" for name in rule.extra))
    if second:
        facts.append("also called " + ", ".join(f"`{name}`" for name in second))
    if facts:
        text = "; ".join(facts)
        lines += [text[0].upper() + text[1:] + ".", ""]
    return "\n".join(lines)


def render() -> str:
    """Return the page."""
    parts = [HEAD.format(version=signatures.keras_version())]
    for family, entries in groups().items():
        parts.append(f"## {family.capitalize()}\n")
        parts += [entry(classes, rule) for classes, rule in entries]
    return "\n".join(parts).rstrip() + "\n"


def main() -> None:
    text = render()  # before the page is opened: a rule that fails leaves it as it is
    with open(OUT, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    print(OUT)


if __name__ == "__main__":
    main()
