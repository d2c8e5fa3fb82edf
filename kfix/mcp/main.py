"""`kfix mcp`: tools for coding agents on standard input and output."""

from __future__ import annotations

import sys

USAGE = """Usage: kfix mcp

A server of the Model Context Protocol, on standard input and output, with the tools check, fix,
summary and explain. docs/editors.md has its configuration. A file that is called mcp is checked as
kfix ./mcp.
"""


def serve(arguments: list[str]) -> int:
    """Run the server until the client ends it; return its exit status."""
    if arguments:
        wanted = arguments in (["-h"], ["--help"])
        print(USAGE, end="", file=(sys.stderr, sys.stdout)[wanted])
        return (2, 0)[wanted]
    try:
        from kfix.mcp.tools import server
    except ModuleNotFoundError as error:
        print(f"error: no module {error.name}: pip install 'kfix-keras[mcp]'", file=sys.stderr)
        return 2
    server.run()
    return 0
