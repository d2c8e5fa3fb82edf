"""`kfix server`: the language server on standard input and output."""

from __future__ import annotations

import gc
import io
import sys

USAGE = """Usage: kfix server [--version]

The language server, on standard input and output: diagnostics, quick fixes, inlay hints, hovers
and code lenses. Editors start it; docs/editors.md has their configuration. A file that is called
server is checked as kfix ./server.
"""


def serve(arguments: list[str]) -> int:
    """Run the server until the client ends it; return its exit status."""
    if arguments not in ([], ["--stdio"], ["--version"]):
        wanted = arguments in (["-h"], ["--help"])
        print(USAGE, end="", file=(sys.stderr, sys.stdout)[wanted])
        return (2, 0)[wanted]
    gc.disable()  # what is imported stays: looking through it costs a tenth of the start
    try:
        import kfix.lsp.errors
        import kfix.lsp.requests  # noqa: F401  (register what the client may ask)
        from kfix.lsp.server import server
    except ModuleNotFoundError as error:
        print(f"error: no module {error.name}: pip install 'kfix-keras[lsp]'", file=sys.stderr)
        return 2
    if arguments == ["--version"]:  # so that an editor can see whether the server would start
        print(f"kfix server {server.version}")
        return 0
    gc.freeze()
    gc.enable()
    server.start_io()
    if sys.stdout.closed:  # by pygls, at the end
        sys.stdout = io.StringIO()
    return 0
