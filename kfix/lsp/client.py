"""What the client can do."""

from __future__ import annotations

from lsprotocol import types as lsp


class Client:
    """The capabilities of the client that count here; what it does not name it lacks."""

    def __init__(self, capabilities: lsp.ClientCapabilities) -> None:
        self._capabilities = capabilities

    def _can(self, *names: str) -> object:
        """Return what stands at a path of names, `None` where one of them is not there."""
        found: object = self._capabilities
        for name in names:
            found = getattr(found, name, None)
        return found

    @property
    def versions_edits(self) -> bool:
        """Whether it takes edits with the versions of the documents that they are for."""
        return bool(self._can("workspace", "workspace_edit", "document_changes"))

    @property
    def resolves_edits(self) -> bool:
        """Whether it asks for the edit of an action when the action is chosen."""
        support = self._can("text_document", "code_action", "resolve_support", "properties")
        return isinstance(support, list | tuple) and "edit" in support

    @property
    def refreshes_hints(self) -> bool:
        """Whether the server may request it to refresh its hints."""
        return bool(self._can("workspace", "inlay_hint", "refresh_support"))

    @property
    def refreshes_lenses(self) -> bool:
        """Whether the server may request it to refresh its lenses."""
        return bool(self._can("workspace", "code_lens", "refresh_support"))

    @property
    def answers_settings(self) -> bool:
        """Whether it answers what its settings are."""
        return bool(self._can("workspace", "configuration"))

    def registers(self, name: str) -> bool:
        """Return whether a capability of the workspace may be registered later."""
        return bool(self._can("workspace", name, "dynamic_registration"))
