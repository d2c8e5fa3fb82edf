"""kfix fixes the shapes of Keras models in their source.

`check`, `fix`, `summary` and `explain_error` are the Python API; `docs/api.md` documents it.
`%load_ext kfix` loads the magics of notebooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfix.api import (
        Error,
        Explanation,
        Fixed,
        Report,
        Summary,
        Workspace,
        check,
        explain_error,
        fix,
        summary,
    )
    from kfix.notebook.magics import Shell
    from kfix.version import __version__

__all__ = [
    "Error",
    "Explanation",
    "Fixed",
    "Report",
    "Summary",
    "Workspace",
    "__version__",
    "check",
    "explain_error",
    "fix",
    "summary",
]


def __getattr__(name: str) -> object:
    """Import the API where it is first used: the command line starts without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from kfix import version

        return version.__version__
    from kfix import api

    return getattr(api, name)


def load_ipython_extension(shell: Shell) -> None:
    """Register `%kfix` and `%%kfix`; IPython calls it for `%load_ext kfix`."""
    from kfix.notebook.magics import load

    load(shell)
