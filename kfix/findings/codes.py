"""The codes that `--select`, `--ignore` and pyproject.toml take: whole ones, their beginnings, or
names.
"""

from __future__ import annotations

from collections.abc import Iterable


def codes(given: Iterable[str]) -> tuple[str, ...]:
    """Return codes and beginnings of codes from lists divided by commas, names of findings made
    codes.

    Raises `ValueError` for one that no finding has.
    """
    from kfix.findings import all_findings

    words = [word.strip() for item in given for word in item.split(",") if word.strip()]
    if not words:
        return ()
    known = all_findings()
    names = {cls.name(): code for code, cls in known.items()}
    found = [names.get(word.lower(), word.upper()) for word in words]
    for word, code in zip(words, found, strict=True):
        if not any(one.startswith(code) for one in known):
            raise ValueError(unknown_code(word))
    return tuple(found)


def unknown_code(code: str) -> str:
    """Return the message for a code or name that no finding has, with the nearest one."""
    from kfix.findings import all_findings
    from kfix.model.near import did_you_mean

    known = all_findings()
    names = [cls.name() for cls in known.values()]
    near = did_you_mean(code.upper(), [*known]) or did_you_mean(code.lower(), names)
    return f"unknown code {code!r}: {near or 'kfix --explain codes lists all'}"
