"""What drawn programs do with the results of their calls."""

from __future__ import annotations

from tests.calls.drawing import Draw

RIGHT = {
    "fit": ("history = {}\nprint(history.history['loss'])", "{}.history['loss'][-1]"),
    "evaluate": ("result = {}\nprint(result)",),
    "predict": ("found = {}\nprint(found)", "found = {}\nlen(found)"),
}
WRONG = {
    "fit": (
        *("history = {}\nprint(history.history['val_loss'])", "{}.history['accuracy']"),
        *("history = {}\nhistory.history['acc']", "history = {}\nhistory['loss']"),
        *("history = {}\nhistory.history.keys()", "history = {}\nhistory.epochs"),
        *("history = {}\nlen(history.epoch)", "loss, accuracy = {}"),
        *("history = {}\nhistory.history['mae'][0]",),
    ),
    "evaluate": (
        *("loss, accuracy = {}", "loss, accuracy = {}"),
        *("result = {}\nresult[1]", "result = {}\nresult[0]", "result = {}\nresult['loss']"),
    ),
    "predict": (
        *("found = {}\nfound[0][0]", "found = {}\nlen(found[0])", "found = {}\nprint(found)"),
    ),
}


def used(draw: Draw, method: str, call: str) -> str:
    """Write what is done with the result of a call."""
    wrong = draw.has("results")
    if method not in RIGHT or not (wrong or draw.chance(5)):
        return call
    draw.kinds.append("with: results")
    return draw.choice((WRONG if wrong else RIGHT)[method]).format(call)
