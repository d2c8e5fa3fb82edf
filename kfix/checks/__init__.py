"""Checks of what a model is compiled with and given: faults of losses, labels, data and calls.

A check reads the program and the trace of a model and yields a `Fault`: the finding for a person,
and the facts that a repair of it needs. Nothing here chooses or makes an edit; `kfix.repair.data`
does.
"""
