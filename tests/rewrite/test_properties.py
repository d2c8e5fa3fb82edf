"""Random sequential programs in random layouts: the layers that come out are the intended ones,
other lines stay.
"""

from __future__ import annotations

import ast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfix.edits.base import Edit
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.model.site import Site
from tests.rewrite.helpers import arg, call, element, load, written

NEW = NewLayer("Flatten", (("name", "new"),))


COMMENTS = st.sampled_from(["", "", "  # beside"])
ABOVE = st.sampled_from(["", "", "# above", "|", "|# a|# b", "# Dense(3),"])


def _in_list(draw: st.DrawFn, count: int, indent: str) -> str:
    """Return a list or tuple of the layers, over one line or several."""
    opening, closing = draw(st.sampled_from([("[", "]"), ("(", ")")]))
    shape = draw(st.sampled_from(["one", "each", "mixed", "hanging"]))
    trailing = draw(st.booleans()) or (count == 1 and opening == "(")
    text = f"{indent}m = {opening}"
    if shape in {"each", "mixed"}:
        text += draw(COMMENTS) + "|"
    for index in range(count):
        last = index == count - 1
        breaks = (
            shape == "each"
            or (shape == "mixed" and draw(st.booleans()))
            or (shape == "hanging" and not last)
        )
        if text.endswith("|"):
            for line in _lines(draw(ABOVE)):
                text += (f"{indent}    {line}" if line else "") + "|"
            text += indent + "    "
        text += f"Dense({100 + index})" + ("," if not last or trailing else "")
        if breaks:
            text += draw(COMMENTS) + "|"
        elif not last:
            text += " "
    if text.endswith("|"):
        text += indent
    return text + closing + draw(COMMENTS)


def _in_statements(draw: st.DrawFn, count: int, indent: str) -> list[str]:
    """Return the lines that append the layers one by one."""
    lines = [indent + "m = []"]
    for index in range(count):
        statement = f"m.append(Dense({100 + index}))"
        if index and draw(st.integers(0, 4)) == 0 and "#" not in lines[-1]:
            lines[-1] += "; " + statement
            continue
        lines += [indent + line if line else "" for line in _lines(draw(ABOVE))]
        lines.append(indent + statement + draw(COMMENTS))
    return lines


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, int, str]:
    """Return a program with layers Dense(100), Dense(101), …; how many; "list" or "add"."""
    count = draw(st.integers(1, 6))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    head = draw(
        st.sampled_from(
            [
                "from keras.layers import Dense|",
                "from keras.layers import Dense, ReLU as R|",
                "from keras.layers import (|    Dense,  # d|    Softmax|)|",
                "try:|    from keras.layers import *|except ImportError:|    pass|",
            ]
        )
    )
    kind = draw(st.sampled_from(["list", "add"]))
    indent = draw(st.sampled_from(["", "    ", "\t"]))
    body = head + "# start|"
    if indent:
        body += "def build():|"
    if kind == "list":
        lines = [_in_list(draw, count, indent)]
    else:
        lines = _in_statements(draw, count, indent)
    end = draw(st.sampled_from(["|# end|", "|", "", "||x = 'y'|"]))
    if indent:
        end = "|" + indent + "return m" + end
    return (body + "|".join(lines) + end).replace("|", newline), count, kind


def _lines(text: str) -> list[str]:
    return text.split("|") if text else []


def _layers(text: str) -> list[str]:
    """Return the layers in their order, as Python reads them."""
    out: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            out += [ast.unparse(item) for item in node.value.elts]
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "append"
        ):
            out.append(ast.unparse(node.args[0]))
    return out


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(programs(), st.data())
def test_edits_of_random_programs(program: tuple[str, int, str], data: st.DataObject) -> None:
    text, count, kind = program
    document = load(text)
    names = [f"Dense({100 + index})" for index in range(count)]
    sites: list[Site] = [(element if kind == "list" else arg)(document, name) for name in names]
    wanted: list[tuple[str, str]] = [(name, name) for name in names]
    edits: list[Edit] = []
    removed: set[int] = set()
    touched: set[str] = set()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, count - 1))
        place = next((index for index, (key, _) in enumerate(wanted) if key == names[at]), None)
        what = data.draw(st.sampled_from(["before", "after", "remove", "set", "move"]))
        if place is None or any(isinstance(edit, MoveLayer) for edit in edits):
            continue
        if what == "before":
            edits.append(InsertLayer(sites[at], "before", NEW))
            wanted.insert(place, ("", "Flatten(name='new')"))
        elif what == "after":
            edits.append(InsertLayer(sites[at], "after", NEW))
            while place + 1 < len(wanted) and wanted[place + 1][0] == f">{at}":
                place += 1
            wanted.insert(place + 1, (f">{at}", "Flatten(name='new')"))
        elif what == "remove":
            edits.append(RemoveLayer(sites[at]))
            del wanted[place]
            removed.add(at)
            touched.add(names[at])
        elif what == "set":
            slot = Slot(call(document, names[at]), None)
            edits.append(SetArgument((slot,), "use_bias", False))
            wanted[place] = (names[at], f"Dense({100 + at}, use_bias=False)")
            touched.add(names[at])
        elif count > 1 and not edits and kind == "add":
            to = data.draw(st.sampled_from([number for number in range(count) if number != at]))
            if ";" in text:
                continue
            edits.append(MoveLayer(sites[at], sites[to], "after"))
            moved = wanted.pop(place)
            goal = next(index for index, (key, _) in enumerate(wanted) if key == names[to])
            wanted.insert(goal + 1, moved)
    result = written(document, *edits)
    assert _layers(result) == [name for _, name in wanted]
    assert ("\r\n" in text) == ("\r\n" in result)
    assert result.replace("\r\n", "").count("\r") == 0
    kept = [line for line in text.splitlines() if not any(name in line for name in names)]
    if not removed and not any(isinstance(edit, MoveLayer) for edit in edits):
        lines = iter(result.splitlines())
        same = [
            line for line in kept if not any(word in line for word in ("import", "Softmax", ")"))
        ]
        assert [line for line in same if not any(other == line for other in lines)] == []
    comments = [line for line in kept if line.strip().startswith(("# start", "# end", "# Dense"))]
    assert all(line in result.splitlines() for line in comments)
    if not edits:
        assert result == text
