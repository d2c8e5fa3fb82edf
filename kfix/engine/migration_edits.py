"""The edits that write the changes which `kfix.source.migration` asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.exchange_call import ExchangeCall
from kfix.edits.remove_statement import RemoveStatement
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.write_code import WriteCode
from kfix.model.code import Slot
from kfix.source.migration.changes import Change, Dropped, Recalled, Removed, Renamed, Written


def edit_of(change: Change) -> Edit:
    """Return the edit that writes a change."""
    return _EDITS[type(change)](change)


_EDITS: dict[type[Change], Callable[[Any], Edit]] = {
    Written: lambda one: WriteCode(one.site, one.text, one.brings),
    Renamed: lambda one: RenameArgument(Slot(one.call, one.argument), one.old, one.new),
    Dropped: lambda one: DropArgument((Slot(one.call, one.argument),), one.old),
    Recalled: lambda one: ExchangeCall(one.call, one.name, one.kept),
    Removed: lambda one: RemoveStatement(one.site, one.written),
}
