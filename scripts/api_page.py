"""The page of the Python API, from its docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from kfix import api

EXAMPLES = """\
```python
>>> import kfix
>>> report = kfix.check("model.py", target=10)
>>> report.ok
False
>>> for found in report.findings:
...     if found.fails:
...         print(f"{found.place}: {found.code} {found.message}")
model.py:7:5: KFX101 `model` has output shape (None, 26, 26, 10), expected (None, 10)
>>> fixed = kfix.fix("model.py", target=10)
>>> [edit.kind for repair in fixed.repairs for edit in repair.edits]
['insert-layer']
>>> "layers.Flatten()" in fixed.text
True
>>> kfix.summary("model.py").models[0].output_shapes
((None, 26, 26, 10),)
>>> try:
...     kfix.check("no_such_file.py")
... except kfix.Error as error:
...     print(error.path, error.place)
no_such_file.py None

```
"""


def page() -> str:
    """Return the page: the module, examples, the functions with their arguments, the classes with
    their fields.
    """
    parts = ["# Python API", "", "Made from the code by `make docs`.", ""]
    parts += [inspect.cleandoc(api.__doc__ or ""), "", EXAMPLES]
    for function in (api.check, api.fix, api.summary, api.explain_error):
        parts += [
            f"## kfix.{function.__name__}",
            "",
            "```python",
            _signature(function, f"kfix.{function.__name__}"),
            "```",
            "",
        ]
        parts += [inspect.cleandoc(function.__doc__ or ""), ""]
    for name in api.__all__:
        cls = getattr(api, name)
        if not isinstance(cls, type) or not cls.__module__.startswith(f"{api.__name__}."):
            continue
        own = ("Error", "Explanation", "Fixed", "Report", "Summary", "Workspace")
        where = "kfix" if name in own else "kfix.api"
        parts += [f"## {where}.{name}", "", inspect.cleandoc(cls.__doc__ or ""), ""]
        rows = [f"| `{field}` | `{kind}` |" for field, kind in _fields(cls)]
        if rows:
            parts += ["| field | type |", "|---|---|", *rows, ""]
        for method, function in _methods(cls):
            signature = _signature(function, f"{where}.{name}.{method}")
            parts += [
                "```python",
                signature,
                "```",
                "",
                inspect.cleandoc(function.__doc__ or ""),
                "",
            ]
    return "\n".join(parts).rstrip() + "\n"


def _methods(cls: type) -> list[tuple[str, Callable[..., object]]]:
    """Return the public methods of a class."""
    return [
        (name, one) for name, one in vars(cls).items() if inspect.isfunction(one) and name[0] != "_"
    ]


def _signature(function: Callable[..., object], name: str) -> str:
    """Return the call with one argument on each line."""
    given = inspect.signature(function)
    lines = [f"{name}("]
    star = False
    for parameter in given.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            lines.append("    *,")
            star = True
        lines.append(f"    {parameter},".replace("'", ""))
    return "\n".join([*lines, f") -> {given.return_annotation}"])


def _fields(cls: type) -> list[tuple[str, str]]:
    """Return the public fields and properties of a class with their types."""
    found = [
        (name, str(kind))
        for base in reversed(cls.__mro__)
        for name, kind in vars(base).get("__annotations__", {}).items()
        if not name.startswith("_")
    ]
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, property) and value.fget is not None and name[0] != "_":
                found.append((name, str(value.fget.__annotations__.get("return", ""))))
    return [(name, kind.replace("|", "\\|")) for name, kind in found]
