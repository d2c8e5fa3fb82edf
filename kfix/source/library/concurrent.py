"""concurrent.futures: what is submitted is called, and its future holds the result."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.source.interpreter.calls import invoke
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound
from kfix.source.library.signatures import function_row, method, method_row, within

function_row(
    within("concurrent.futures", "ThreadPoolExecutor ProcessPoolExecutor"),
    "*_, **_",
    'object("executor")',
)
function_row("concurrent.futures.as_completed", "fs, timeout=None", "fs")
method_row("executor.shutdown", "**_", "None")


@method("executor.submit")
def _submit(call: Bound) -> AbstractValue:
    if not call.given:
        return call.unknown()
    what, *given = call.given
    return ObjectV("future", value=invoke(call.context, what.value, given))


@method("future.result")
def _result(call: Bound) -> AbstractValue:
    held: AbstractValue = call.receiver.data["value"]
    return held


@method("executor.map")
def _map(call: Bound) -> AbstractValue:
    return invoke(call.context, Symbol("builtins.map"), call.given)
