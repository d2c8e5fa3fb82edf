"""A client of the language server for scripts: it talks over pipes and waits for each answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-P", "-m", "kfix", "server"]
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class ServerClient:
    """Starts a server in a folder, and opens, changes and asks as an editor does."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.process = subprocess.Popen(
            COMMAND, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.number = 0
        self.versions: dict[str, int] = {}
        self.outcome: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        """The last diagnostics by URI, with their version."""
        self.log: list[str] = []
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "capabilities": {"workspace": {"workspaceEdit": {"documentChanges": True}}},
                "initializationOptions": options,
            },
        )
        self.notify("initialized", {})

    # --- messages ---------------------------------------------------------------------------

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: dict[str, Any] | None) -> Any:
        """Send a request and wait for its result; raise `RuntimeError` for an error."""
        self.number += 1
        sent = self.number
        self._send({"id": sent, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == sent and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"]["message"])
                return message["result"]

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        """Return the next message; what the server tells is noted, what it asks is answered."""
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise RuntimeError(f"the server has ended: {self.process.wait()}")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        method, params = message.get("method"), message.get("params")
        if method == "textDocument/publishDiagnostics":
            self.outcome[params["uri"]] = (params.get("version") or 0, params["diagnostics"])
        elif method in ("window/logMessage", "window/showMessage"):
            self.log.append(params["message"])
        elif method is not None and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    # --- documents --------------------------------------------------------------------------

    def open(self, uri: str, text: str) -> list[dict[str, Any]]:
        """Open a document and return its diagnostics."""
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return self.diagnostics(uri)

    def change(self, uri: str, *changes: dict[str, Any]) -> None:
        """Send changes: `{"text": …}`, or with a "range"."""
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [*changes]}
        )

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """Wait for the diagnostics of the text as it is."""
        while self.outcome.get(uri, (0, []))[0] != self.versions[uri]:
            self._receive()
        return self.outcome[uri][1]

    def hints(self, uri: str) -> list[dict[str, Any]]:
        """Return the inlay hints of a document."""
        everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
        asked = {"textDocument": {"uri": uri}, "range": everywhere}
        found: list[dict[str, Any]] = self.request("textDocument/inlayHint", asked)
        return found

    def end(self) -> int:
        """Shut the server down and return its exit status."""
        self.request("shutdown", None)
        self.notify("exit", {})
        return self.process.wait(30)

    # --- what it costs ----------------------------------------------------------------------

    def cpu(self) -> float:
        """Return the CPU seconds of the server so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Return the resident megabytes of the server."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
