"""Uses of what Keras 3 has not, in any function of a program: found by names and imports alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst

from kfix.source.migration import backend, keras_names
from kfix.source.migration.changes import (
    Change,
    Dropped,
    OldUse,
    Removed,
    Renamed,
    Written,
)
from kfix.source.migration.functions import (
    ARGUMENTS,
    AXIS_OF_MERGE,
    KEPT_OF_MERGE,
    NUMPY,
    OPTIMIZERS,
    TENSORFLOW,
    THEANO,
    TO_FUNCTIONS,
)
from kfix.source.migration.old_files import OLD_FILES, old_file, old_key
from kfix.source.migration.old_methods import OLD_METHODS, old_method
from kfix.source.migration.text import Text, code, given, is_plain, keyword, literal, operand, texts
from kfix.source.syntax.document import Document
from kfix.source.syntax.tree import children

Look = Callable[[Text, cst.CSTNode], OldUse | None]
"""Looks at one node: what is old in it."""


Looks = Mapping[type[cst.CSTNode], Sequence[Look]]
"""What looks at the nodes of a class, in their order."""


def old_uses(document: Document) -> list[OldUse]:
    """Return the old uses of a document.

    A use inside another is left out: it is found once the other is rewritten. What stands in a
    `try` is written for several versions. Only for names that the text has are its nodes visited.
    """
    looks = _looks(_words(document))
    if not looks:
        return []
    return [use for text in texts(document) for use in _in_unit(text, looks)]


def _words(document: Document) -> set[str]:
    """Return the words of a document; those behind a dot both with it and without."""
    found = {word for unit in document.units for word in _WORD.findall(unit.text)}
    return found | {word.removeprefix(".") for word in found}


_WORD = re.compile(r"\.?\w+")


def _looks(words: set[str]) -> Looks:
    """Return what there is to look for in a text of these words."""
    found: dict[type[cst.CSTNode], list[Look]] = {}
    for kind, look, names in _LOOKS:
        if any(words.issuperset(name.split()) for name in names):
            found.setdefault(kind, []).append(look)
    return found


def _in_unit(text: Text, looks: Looks) -> Iterator[OldUse]:
    pending: list[cst.CSTNode] = [text.unit.module]
    covered: set[int] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Import | cst.ImportFrom | cst.Try) or id(node) in covered:
            continue
        for use in _at(text, node, looks):
            yield use
            written = [one.site for one in use.changes if isinstance(one, Written)]
            covered.update(id(text.unit.node(site)) for site in written)
        if id(node) not in covered:
            pending.extend(reversed(children(node)))


def _at(text: Text, node: cst.CSTNode, looks: Looks) -> Iterator[OldUse]:
    """Yield what is old at a node; the first that writes over it is the last."""
    for look in looks.get(type(node), ()):
        use = look(text, node)
        if use is not None:
            yield use
            return


# --- keras.backend ------------------------------------------------------------------------


def _backend_name(text: Text, node: cst.CSTNode) -> str:
    """Return the name of a function of `keras.backend` that Keras 3 has not, "" for another."""
    path = text.keras(node)
    if path is None or not path.rest.startswith("backend."):
        return ""
    name = path.rest.removeprefix("backend.").removeprefix("tensorflow_backend.")
    module = keras_names.Path(path.now, "backend")
    if "." in name or keras_names.has(module, name):
        return ""
    return name


def _backend_call(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a call of a function of `keras.backend` that is gone."""
    assert isinstance(node, cst.Call)
    name = _backend_name(text, node.func)
    if not name or not is_plain(node):
        return None
    if name in _OWN:
        return _OWN[name](text, node, name)
    now = backend.FUNCTIONS.get(name)
    if now is None:
        return _backend_other(text, node, name)
    if len(node.args) > now.most:
        return None
    missing = [row for row in now.defaults if given(node, row[0], row[1]) is None]
    if missing:
        rows = [code(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for arg in node.args]
        rows += [f"{word}={value}" for _, word, value in missing]
        change: Change = Written(text.site(node), f"{{0}}({', '.join(rows)})", (now.path,))
        return OldUse(text.site(node), "keras.backend", name, now.path, (change,))
    names = dict(now.renames)
    renamed = [
        Renamed(text.site(node), text.site(arg), keyword(arg), names[keyword(arg)])
        for arg in node.args
        if keyword(arg) in names
    ]
    written = Written(text.site(node.func), "{0}", (now.path,))
    return OldUse(text.site(node.func), "keras.backend", name, now.path, (*renamed, written))


def _backend_other(text: Text, node: cst.Call, name: str) -> OldUse | None:
    """Return a call of a function that only TensorFlow's Keras still has, or nobody."""
    if name not in backend.WITH_TENSORFLOW:
        return None
    path = f"tensorflow.keras.backend.{name}"
    change = Written(text.site(node.func), "{0}", (path,))
    return OldUse(text.site(node.func), "keras.backend", name, path, (change,))


def _backend_value(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a function of `keras.backend` that is passed on, not called."""
    name = _backend_name(text, node)
    now = backend.FUNCTIONS.get(name)
    if now is None or now.defaults:
        return None
    change = Written(text.site(node), "{0}", (now.path,))
    return OldUse(text.site(node), "keras.backend", name, now.path, (change,))


def _shape(text: Text, call: cst.Call, name: str) -> OldUse:
    """Return that a shape is an attribute now."""
    change = Written(text.site(call), f"{operand(call.args[0].value)}.shape")
    return OldUse(text.site(call), "keras.backend", name, "the attribute shape", (change,))


def _set_value(text: Text, call: cst.Call, name: str) -> OldUse | None:
    if len(call.args) != 2:
        return None
    variable, value = (arg.value for arg in call.args)
    change = Written(text.site(call), f"{operand(variable)}.assign({code(value)})")
    return OldUse(text.site(call), "keras.backend", name, "assign of the variable", (change,))


def _ordering(text: Text, call: cst.Call, name: str) -> OldUse:
    """Return that the order of the axes has other values now."""
    values = '{{"channels_first": "th", "channels_last": "tf"}}'
    path = "keras.backend.image_data_format"
    change = Written(text.site(call), f"{values}[{{0}}()]", (path,))
    return OldUse(text.site(call), "keras.backend", name, path, (change,))


def _setting(text: Text, call: cst.Call, name: str) -> OldUse:
    change = Removed(text.site(call), name)
    return OldUse(text.site(call), "keras.backend", name, "nothing", (change,))


def _ordering_argument(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return `dim_ordering=K.image_dim_ordering()`: the argument takes the values of today."""
    assert isinstance(node, cst.Arg)
    call = node.value
    if keyword(node) not in ("dim_ordering", "data_format") or not isinstance(call, cst.Call):
        return None
    if _backend_name(text, call.func) != "image_dim_ordering":
        return None
    path = "keras.backend.image_data_format"
    change = Written(text.site(call), "{0}()", (path,))
    return OldUse(text.site(call), "keras.backend", "image_dim_ordering", path, (change,))


_OWN: dict[str, Callable[[Text, cst.Call, str], OldUse | None]] = {
    "int_shape": _shape,
    "set_value": _set_value,
    "image_dim_ordering": _ordering,
    **dict.fromkeys(backend.SETTINGS, _setting),
}


def _compared(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return `K.image_dim_ordering() == "th"`."""
    assert isinstance(node, cst.Comparison)
    left = node.left
    if not isinstance(left, cst.Call) or _backend_name(text, left.func) != "image_dim_ordering":
        return None
    value = literal(node.comparisons[0].comparator)
    if len(node.comparisons) != 1 or value not in backend.ORDERINGS:
        return None
    operator = code(node.comparisons[0].operator)
    path = "keras.backend.image_data_format"
    new = f'{{0}}(){operator}"{backend.ORDERINGS[str(value)]}"'
    change = Written(text.site(node), new, (path,))
    return OldUse(text.site(node), "keras.backend", "image_dim_ordering", path, (change,))


# --- functions, classes, other libraries ------------------------------------------------------


def _arguments(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a call with arguments by old names."""
    assert isinstance(node, cst.Call)
    path = text.keras(node.func)
    if path is None:
        return None
    names = ARGUMENTS.get(path.rest, {})
    if path.rest.startswith("optimizers.") and path.rest.rpartition(".")[2] in OPTIMIZERS:
        names = {"lr": "learning_rate"}
    old = [arg for arg in node.args if keyword(arg) in names]
    if not old:
        return None
    changes = [_other_keyword(text, node, arg, names[keyword(arg)]) for arg in old]
    said = ", ".join(names[keyword(arg)] for arg in old if names[keyword(arg)])
    words = ", ".join(keyword(arg) for arg in old)
    return OldUse(text.site(node), f"keras.{path.rest}", words, said, tuple(changes))


def _other_keyword(text: Text, call: cst.Call, arg: cst.Arg, new: str) -> Change:
    if new:
        return Renamed(text.site(call), text.site(arg), keyword(arg), new)
    return Dropped(text.site(call), text.site(arg), keyword(arg))


def _merge(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a call of the function `merge`."""
    assert isinstance(node, cst.Call)
    path = text.keras(node.func)
    if path is None or path.rest not in ("layers.merge", "layers.core.merge") or not node.args:
        return None
    written = given(node, 1, "mode")
    mode: object = "sum"
    if written is not None:
        mode = literal(written.value)
    name = TO_FUNCTIONS.get(str(mode))
    if name is None or keyword(node.args[0]):
        return None
    rows = [code(node.args[0].value)]
    for arg in node.args:
        word = KEPT_OF_MERGE.get(keyword(arg))
        if word == "name" or keyword(arg) == AXIS_OF_MERGE.get(str(mode)):
            rows.append(f"{word}={code(arg.value)}")
    function = f"keras.layers.{name}"
    change = Written(text.site(node), f"{{0}}({', '.join(rows)})", (function,))
    return OldUse(text.site(node), "keras.layers", "merge", function, (change,))


def _theano(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a call that changes weights of Theano."""
    assert isinstance(node, cst.Call)
    path = text.keras(node.func)
    name = path.rest.rpartition(".")[2] if path is not None else ""
    if name not in THEANO:
        return None
    change = Removed(text.site(node), name)
    return OldUse(text.site(node), "keras.utils.layer_utils", name, "nothing", (change,))


def _library(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a name of TensorFlow 1 or of an old NumPy."""
    library, _, name = text.path(node).partition(".")
    now = TENSORFLOW.get(name)
    if now is not None and library == "tensorflow":
        head = code(node).partition(".")[0]
        change = Written(text.site(node), f"{head}.{now}")
        return OldUse(text.site(node), "tensorflow", name, f"tf.{now}", (change,))
    return None


def _numpy(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return a name of NumPy that is one of Python."""
    assert isinstance(node, cst.Attribute)
    name = node.attr.value
    is_numpy = isinstance(node.value, cst.Name) and text.is_numpy(node.value.value)
    if not is_numpy or name not in NUMPY:
        return None
    change = Written(text.site(node), NUMPY[name])
    return OldUse(text.site(node), "numpy", name, NUMPY[name], (change,))


# --- definitions --------------------------------------------------------------------------


def _method(text: Text, node: cst.CSTNode) -> OldUse | None:
    """Return the method of a layer of Keras 1 that says its output shape."""
    assert isinstance(node, cst.FunctionDef)
    if node.name.value != "get_output_shape_for":
        return None
    new = "compute_output_shape"
    change = Written(text.site(node.name), new)
    return OldUse(text.site(node.name), "", "get_output_shape_for", new, (change,))


_OF_BACKEND = ("backend",)
_OF_KEYS = ("history", "hist", "history_dict", "monitor", "logs")
_OF_ARGUMENTS = tuple(
    f"{path.rpartition('.')[2]} {name}" for path, names in ARGUMENTS.items() for name in names
)
_OF_TENSORFLOW = tuple(f"tensorflow .{name.partition('.')[0]}" for name in TENSORFLOW)

_LOOKS: tuple[tuple[type[cst.CSTNode], Look, Sequence[str]], ...] = (
    (cst.Call, _backend_call, _OF_BACKEND),
    (cst.Call, _arguments, (*_OF_ARGUMENTS, "lr")),
    (cst.Call, _merge, ("merge",)),
    (cst.Call, _theano, THEANO),
    (cst.Call, old_method, OLD_METHODS),
    (cst.Call, old_file, OLD_FILES),
    (cst.Call, old_key, _OF_KEYS),
    (cst.Subscript, old_key, _OF_KEYS),
    (cst.Arg, _ordering_argument, _OF_BACKEND),
    (cst.Arg, old_key, _OF_KEYS),
    (cst.Comparison, _compared, _OF_BACKEND),
    (cst.Attribute, _backend_value, _OF_BACKEND),
    (cst.Attribute, _library, _OF_TENSORFLOW),
    (cst.Attribute, _numpy, tuple(f"numpy .{name}" for name in NUMPY)),
    (cst.Name, _backend_value, _OF_BACKEND),
    (cst.FunctionDef, _method, ("get_output_shape_for",)),
)
"""By class of node what looks at it, and the words without which it finds nothing: any of them."""
