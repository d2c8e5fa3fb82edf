"""The names that Keras makes up: `conv2d`, `conv2d_1`, …, `sequential`, `functional`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kfix.model.graph import Layer, Model
from kfix.model.naming import given_name, snake_case
from kfix.model.unknown import Unknown
from kfix.report.rows import shown_class
from kfix.shapes import Tracer


class Names:
    """The names of all layers and models of a program, by their uids.

    Keras counts the layers of each class in the order of their construction, as uids do.
    """

    def __init__(self, models: Iterable[Model]) -> None:
        self._given: dict[int, str] = {}
        self._classes: dict[int, str] = {}
        self._inside: set[int] = set()
        for model in models:
            self._collect(model)
        counts: Counter[str] = Counter()
        for uid in sorted(self._classes.keys() - self._given.keys()):
            base = snake_case(self._classes[uid])
            self._given[uid] = f"{base}_{counts[base]}".removesuffix("_0")
            counts[base] += 1

    def _collect(self, model: Model) -> None:
        """Add a model and all that is nested in it, each layer once."""
        waiting = [model]
        while waiting:
            model = waiting.pop()
            self._add(model.uid, class_of_model(model), given_name(model.arguments))
            for node in model.nodes:
                layer = node.layer
                if layer.uid in self._classes:
                    continue
                if layer.model is not None:
                    waiting.append(layer.model)
                else:
                    self._collect_layer(layer)

    def _collect_layer(self, layer: Layer) -> None:
        """Add a layer; of a model of `keras.applications` all that is in it."""
        name = layer.name or Tracer().application_name(layer)
        self._add(layer.uid, shown_class(layer), name)
        base: object = layer
        if not layer.is_application:
            base = layer.attribute("within")
        if isinstance(base, Layer) and base.uid not in self._inside:
            self._inside.add(base.uid)
            self._collect_inside(base)

    def _collect_inside(self, base: Layer) -> None:
        """Add the layers inside a model of `keras.applications`."""
        rows = Tracer().application_layers(base)
        if isinstance(rows, Unknown):
            return
        for row in rows[1:]:
            if not row.operation:
                self._add(base.uid + 1 + row.place, row.shown, row.name)

    def _add(self, uid: int, cls: str, name: str | None) -> None:
        self._classes.setdefault(uid, cls)
        if name is not None:
            self._given.setdefault(uid, name)

    def of(self, layer: Layer | Model) -> str:
        """Return the name of a layer or a model."""
        name = layer.name or ""
        if isinstance(layer, Layer):
            name = shown_class(layer)
        return self._given.get(layer.uid) or snake_case(name)


def class_of_model(model: Model) -> str:
    """Return `Sequential`, `Functional`, or the class of the program."""
    if model.keras_class:
        return model.keras_class
    if model.nodes:
        return model.nodes[0].layer.cls
    return model.kind.value
