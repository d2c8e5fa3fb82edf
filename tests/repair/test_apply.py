from __future__ import annotations

import pytest

from kfix.edits.drop_argument import DropArgument
from kfix.edits.graph import CannotApply
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.replace_layer import ReplaceLayer
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import Existing, NewLayer, Slot
from kfix.model.graph import Layer, Library, Model, ModelKind, Node, TensorRef
from kfix.model.origin import Literal
from kfix.repair.apply import Applier, apply
from kfix.shapes import Tracer
from kfix.shapes.arguments import value
from tests.repair.building import Builder


def classes(model: Model) -> list[str]:
    return [node.layer.cls for node in model.nodes]


def linked(model: Model) -> bool:
    """Is every node of a chain called on the one before?"""
    before = -1
    for node in model.nodes:
        if node.args != ((None, TensorRef(before)),):
            return False
        before = node.id
    return model.outputs == (TensorRef(before),)


@pytest.fixture
def builder() -> Builder:
    return Builder(S=7, N=5)


@pytest.fixture
def model(builder: Builder) -> Model:
    return builder.chain("Input((8, 8, 3))", "Conv2D(4, 3)", "Dropout(0.2)", "Dense(10)")


def test_no_edit_is_the_same_model(model: Model) -> None:
    assert apply(model, ()) is model


def test_insert_remove_and_untouched_layers(model: Model) -> None:
    conv, dropout, dense = model.nodes[1:]
    after = apply(
        model, (InsertLayer(dense.site, "before", NewLayer("Flatten")), RemoveLayer(dropout.site))
    )
    assert classes(after) == ["Input", "Conv2D", "Flatten", "Dense"]
    assert linked(after)
    assert after.nodes[1] is conv
    assert after.nodes[-1].layer is dense.layer
    assert after.nodes[2].id < Model.ENTRY
    assert after.nodes[2].layer.uid < Model.ENTRY
    assert Tracer().trace(after).outputs == [(None, 10)]


def test_inserts_at_one_place_keep_their_order(model: Model) -> None:
    last = model.nodes[-1].site
    after = apply(
        model,
        (
            InsertLayer(last, "after", NewLayer("Flatten")),
            InsertLayer(last, "after", NewLayer("Dense", ((None, 3),))),
            InsertLayer(last, "before", NewLayer("ReLU")),
            InsertLayer(last, "before", NewLayer("Softmax")),
        ),
    )
    assert classes(after) == [
        "Input",
        "Conv2D",
        "Dropout",
        "ReLU",
        "Softmax",
        "Dense",
        "Flatten",
        "Dense",
    ]
    assert linked(after)
    assert len({node.id for node in after.nodes}) == len(after.nodes)


def test_move_down_and_up(builder: Builder) -> None:
    model = builder.chain("Input((8, 8, 3))", "Flatten()", "Conv2D(4, 3)", "Dense(10)")
    flat, conv, dense = model.nodes[1:]
    down = apply(model, (MoveLayer(flat.site, dense.site, "before"),))
    assert classes(down) == ["Input", "Conv2D", "Flatten", "Dense"]
    assert linked(down)
    up = apply(down, (MoveLayer(flat.site, conv.site, "before"),))
    assert classes(up) == classes(model)
    assert linked(up)
    end = apply(model, (MoveLayer(flat.site, dense.site, "after"),))
    assert classes(end) == ["Input", "Conv2D", "Dense", "Flatten"]
    assert linked(end)


def test_arguments_by_place_and_by_name(model: Model) -> None:
    conv = model.nodes[1].layer
    place = conv.arguments[0].site
    assert place is not None
    after = apply(
        model,
        (
            SetArgument((Slot(conv.site, place),), "filters", 16),
            SetArgument((Slot(conv.site),), "padding", "same"),
        ),
    )
    new = after.nodes[1].layer
    assert [argument.keyword for argument in new.arguments] == [None, None, "padding"]
    assert (value(new, "filters"), value(new, "padding"), value(new, "kernel_size")) == (
        16,
        "same",
        3,
    )
    assert new.uid == conv.uid
    dropped = apply(after, (DropArgument((Slot(conv.site),), "padding"),))
    assert value(dropped.nodes[1].layer, "padding") == "valid"


def test_one_call_that_made_several_layers(builder: Builder) -> None:
    block = builder.layer("Conv2D(4, 3)")
    again = Layer(block.cls, block.arguments, block.site, 99)
    model = builder.chain("Input((8, 8, 3))", block, again)
    after = apply(model, (SetArgument((Slot(block.site),), "padding", "same"),))
    assert Tracer().trace(after).outputs == [(None, 8, 8, 4)]
    site = builder.site()
    nodes = tuple(
        Node(node.id, node.layer, node.args, site) if node.id else node for node in model.nodes
    )
    helper = Model("m", ModelKind.SEQUENTIAL, model.site, nodes, model.inputs, model.outputs, 7)
    grown = apply(helper, (InsertLayer(site, "after", NewLayer("ReLU")),))
    assert classes(grown) == ["Input", "Conv2D", "ReLU", "Conv2D", "ReLU"]
    assert linked(grown)
    assert grown.nodes[2].layer is not grown.nodes[4].layer


def test_a_literal_changes_everything_made_of_it(builder: Builder) -> None:
    model = builder.chain("Input((10,))", "Dense(S * S * 4)", "Reshape((S, S, 4))", "Conv2D(4, 3)")
    (site,) = {literal.site for literal in builder.constants.values() if literal.value == 7}
    after = apply(model, (SetLiteral((site,), 8, "size"),))
    assert Tracer().trace(after).outputs == [(None, 6, 6, 4)]
    assert after.nodes[3].layer is model.nodes[3].layer
    both = apply(
        model,
        (
            SetLiteral((site,), 8, "size"),
            SetArgument((Slot(model.nodes[1].layer.site),), "units", 3),
        ),
    )
    assert value(both.nodes[1].layer, "units") == 3


def test_a_literal_that_does_not_fit_raises(builder: Builder) -> None:
    model = builder.chain("Dense(10 // 5)")
    origin = model.nodes[0].layer.arguments[0].origin
    assert origin is not None
    five = origin.parts[1]  # type: ignore[union-attr]
    assert isinstance(five, Literal)
    with pytest.raises(CannotApply):
        apply(model, (SetLiteral((five.site,), 0, "units"),))


def test_wrappers(builder: Builder) -> None:
    model = builder.chain("Input((5, 4))", "Bidirectional(LSTM(8))", "TimeDistributed(Dense(3))")
    cell = model.nodes[1].layer.arguments[0].value
    assert isinstance(cell, Layer)
    after = apply(model, (SetArgument((Slot(cell.site),), "return_sequences", True),))
    assert Tracer().trace(after).outputs == [(None, 5, 3)]
    outer = model.nodes[2].layer
    inner = outer.arguments[0].value
    assert isinstance(inner, Layer)
    unwrapped = apply(model, (ReplaceLayer(outer.site, Existing(inner.site)),))
    assert unwrapped.nodes[2].layer is inner
    replaced = apply(model, (ReplaceLayer(outer.site, NewLayer("Dense", ((None, 2),))),))
    assert Tracer().trace(replaced).outputs == [(None, 2)]
    wrapped = NewLayer("TimeDistributed", ((None, NewLayer("Dense", ((None, 2),))),))
    both = apply(after, (ReplaceLayer(outer.site, wrapped),))
    assert Tracer().trace(both).outputs == [(None, 5, 2)]


def test_input_shapes(builder: Builder) -> None:
    model = builder.chain("Conv2D(4, 3, input_shape=(8, 8))", "Flatten()")
    first = model.nodes[0].layer
    slot = Slot(first.site, first.arguments[-1].site)
    after = apply(model, (SetInputShape(slot, "input_shape", (8, 8, 1)),))
    assert Tracer().trace(after).inputs == [(None, 8, 8, 1)]
    old = builder.chain("Dense(4, input_dim=3)")
    slot = Slot(old.nodes[0].layer.site, old.nodes[0].layer.arguments[-1].site)
    after = apply(old, (SetInputShape(slot, "input_shape", (5, 3)),))
    assert Tracer().trace(after).outputs == [(None, 5, 4)]
    assert after.nodes[0].layer.argument("input_dim") is None


def test_rename(builder: Builder) -> None:
    model = builder.chain("Input((3,))", "Dense(output_dim=4)")
    layer = model.nodes[1].layer
    edit = RenameArgument(Slot(layer.site, layer.arguments[0].site), "output_dim", "units")
    assert Tracer().trace(apply(model, (edit,))).outputs == [(None, 4)]


def test_nested_models(builder: Builder) -> None:
    inner = builder.chain("Conv2D(4, 3)", "Dense(10)")
    layer = Layer("Sequential", (), builder.site(), 50, Library.MODEL, inner)
    model = builder.chain("Input((8, 8, 3))", layer)
    after = apply(model, (InsertLayer(inner.nodes[1].site, "before", NewLayer("Flatten")),))
    assert after.nodes[0] is model.nodes[0]
    assert Tracer().trace(after).outputs == [(None, 10)]


def test_graphs(builder: Builder) -> None:
    model = builder.graph(
        "out",
        a=("Input((8, 8, 3))", ""),
        b=("Conv2D(3, 3, padding='same')", "a"),
        sum=("Add()", ["b", "a"]),
        out=("Dense(10)", "sum"),
    )
    add, dense = model.nodes[2:]
    on_one = apply(model, (InsertLayer(add.site, "before", NewLayer("ReLU"), 1),))
    assert classes(on_one) == ["Input", "Conv2D", "ReLU", "Add", "Dense"]
    relu = on_one.nodes[2]
    assert relu.args == ((None, TensorRef(0)),)
    assert on_one.nodes[3].args == ((None, [TensorRef(1), TensorRef(relu.id)]),)
    behind = apply(model, (InsertLayer(dense.site, "after", NewLayer("Flatten")),))
    assert behind.outputs == (TensorRef(behind.nodes[-1].id),)
    gone = apply(model, (RemoveLayer(model.nodes[1].site),))
    assert gone.nodes[1].args == ((None, [TensorRef(0), TensorRef(0)]),)


def test_an_applier_makes_a_layer_once(model: Model) -> None:
    applier = Applier()
    edit = InsertLayer(model.nodes[-1].site, "before", NewLayer("Flatten"))
    other = SetArgument((Slot(model.nodes[1].layer.site),), "padding", "same")
    one, two = applier.apply(model, (edit, other)), applier.apply(model, (other, edit))
    assert [node.layer for node in one.nodes] == [node.layer for node in two.nodes]
    assert one.nodes[3].id in applier.anchors
