"""The language server end to end: each capability, as a client sees it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcMethodNotFound
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from kfix.lsp.texts import Text
from tests.lsp.editor import Editor, uri

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVER = [sys.executable, "-m", "kfix", "server"]
NET = """from keras import Sequential, layers

# kfix: target=10
model = Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(32, 3),
    layers.Dense(10),
])
"""
REFUSED = """from keras import Sequential, layers

model = Sequential([
    layers.Input((8, 8)),
    layers.LSTM(4),
    layers.LSTM(4),
    layers.Dense(2),
])
"""
FUNCTIONAL = """from keras import Input, Model, layers


def block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same")(x)
    return layers.ReLU()(x)


inputs = Input((32, 32, 3))
x = block(inputs, 8)
x = block(x, 16)
model = Model(inputs, x)

other_inputs = Input((64, 64, 3))
other = Model(other_inputs, block(other_inputs, 4))
"""
LABELS = """import numpy as np
from nets import build

model = build()
model.compile(loss="categorical_crossentropy")
model.fit(np.zeros((9, 8, 8, 3)), np.zeros((9, 10)))
"""
NETS = """from keras import Sequential, layers


def build():
    return Sequential([layers.Input((8, 8, 3)), layers.Dense(10)])
"""


@pytest_lsp.fixture(scope="module", config=ClientServerConfig(server_command=SERVER))
async def client(
    lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    root = tmp_path_factory.mktemp("workspace")
    capabilities = client_capabilities("visual-studio-code")
    await lsp_client.initialize_session(
        lsp.InitializeParams(capabilities=capabilities, root_uri=root.as_uri())
    )

    @lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    @lsp_client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
    @lsp_client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
    def accepted(*_: object) -> None:
        return None

    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient) -> Editor:
    return Editor(client)


async def test_diagnostics_have_codes_links_and_related_places(
    editor: Editor, tmp_path: Path
) -> None:
    net = uri(tmp_path, "net.py")
    found = await editor.open(net, NET)
    error = next(one for one in found if one.code == "KFX101")
    assert error.severity == lsp.DiagnosticSeverity.Error
    assert error.source == "kfix"
    assert error.code_description is not None
    assert error.code_description.href.endswith("docs/findings.md#kfx101")
    assert error.range == lsp.Range(lsp.Position(6, 4), lsp.Position(6, 20))
    assert "(None, 26, 26, 10), expected (None, 10)" in error.message
    (related,) = error.related_information or ()
    assert (related.location.uri, related.location.range.start.line) == (net, 3)
    editor.type(net, "10),", "10), layers.Flatten(), layers.Dense(10),")
    found = await editor.diagnostics(net)
    assert not any(one.severity == lsp.DiagnosticSeverity.Error for one in found)
    editor.close(net)
    assert await editor.diagnostics(net) == []


async def test_typing_on_cancels_the_check_of_what_was_typed_before(
    editor: Editor, tmp_path: Path
) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET)
    for digit in "123456789":
        editor.type(net, "Dense(", f"Dense({digit}")
    await editor.quiet(1)
    assert [one.version for one in editor.published if one.uri == net] == [10]


async def test_every_repair_is_an_action_and_the_first_is_preferred(
    editor: Editor, tmp_path: Path
) -> None:
    net = uri(tmp_path, "net.py")
    outcome = await editor.open(net, NET)
    error = next(one for one in outcome if one.code == "KFX101")
    found = await editor.actions(net, "layers.Dense", ["quickfix"], (error,))
    repairs = [one for one in found if one.diagnostics == (error,) and "Ignore" not in one.title]
    assert [one.is_preferred for one in repairs] == [True, False, False]
    assert repairs[0].title == "Insert layers.Flatten() before layers.Dense(10)"
    assert repairs[1].title.endswith("(unsafe)")
    editor.apply(repairs[0].edit)
    assert "    layers.Flatten(),\n    layers.Dense(10),\n" in editor.texts[net].text
    assert not [one for one in await editor.diagnostics(net) if one.code == "KFX101"]


async def test_actions_are_found_without_what_the_client_leaves_out(
    editor: Editor, tmp_path: Path
) -> None:
    net = uri(tmp_path, "net.py")
    (error,) = await editor.open(net, REFUSED)
    bare = lsp.Diagnostic(error.range, error.message)
    found = await editor.actions(net, "layers.LSTM(4),\n    layers.D", None, (bare,))
    assert "return_sequences" in found[0].title
    assert found[0].diagnostics == (bare,)
    found = await editor.actions(net, "layers.LSTM(4),\n    layers.D")
    assert "return_sequences" in found[0].title


async def test_fix_all_makes_the_safe_repairs(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, REFUSED + REFUSED.replace("model", "second"))
    (action,) = await editor.actions(net, "from", ["source.fixAll.kfix"])
    assert action.kind == "source.fixAll.kfix"
    editor.apply(action.edit)
    assert editor.texts[net].text.count("return_sequences=True") == 2
    (lazy,) = [a for a in await editor.actions(net, "from") if a.kind == "source.fixAll.kfix"] or [
        None
    ]
    assert lazy is None


async def test_fix_all_is_resolved_when_it_is_chosen(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, REFUSED)
    (action,) = [a for a in await editor.actions(net, "from") if a.kind == "source.fixAll.kfix"]
    assert action.edit is None
    resolved = await editor.client.code_action_resolve_async(action)
    editor.apply(resolved.edit)
    assert "return_sequences=True" in editor.texts[net].text


async def test_a_code_is_ignored_in_a_comment(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, REFUSED)
    found = await editor.actions(net, "layers.LSTM(4),\n    layers.D")
    (ignore,) = [one for one in found if one.title.startswith("Ignore ")]
    editor.apply(ignore.edit)
    assert "layers.LSTM(4),  # kfix: ignore[KFX" in editor.texts[net].text
    assert await editor.diagnostics(net) == []


async def test_a_target_is_declared_above_the_model(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET.replace("# kfix: target=10\n", ""))
    found = await editor.actions(net, "model = Sequential")
    (declare,) = [one for one in found if one.title.startswith("Declare")]
    editor.apply(declare.edit)
    assert editor.texts[net].text == NET
    assert "KFX101" in [one.code for one in await editor.diagnostics(net)]
    found = await editor.actions(net, "model = Sequential")
    assert not [one for one in found if one.title.startswith("Declare")]


async def test_hints_stand_behind_layers_in_lists_and_calls(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET)
    assert await editor.hints(net) == {
        4: "→ (None, 28, 28, 1)",
        5: "→ (None, 26, 26, 32)",
        6: "→ (None, 26, 26, 10)",
    }
    some = lsp.Range(lsp.Position(5, 0), lsp.Position(5, 3))
    assert list(await editor.hints(net, some)) == [5]


async def test_hints_stand_behind_what_is_added(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    lines = [
        "from keras import Sequential, layers",
        "model = Sequential()",
        "model.add(layers.Input((28, 28, 1)))",
        "for filters in (8, 16):",
        "    model.add(layers.Conv2D(filters, 3))  # twice",
        "model.add(layers.Flatten())",
    ]
    await editor.open(net, "\n".join(lines))
    assert await editor.hints(net) == {
        2: "→ (None, 28, 28, 1)",
        4: "→ (None, 26, 26, 8)",
        5: "→ (None, 9216)",
    }
    assert "The first of 2 calls; the others: `(None, 24, 24, 16)`" in await editor.hover(
        net, "Conv"
    )


async def test_hints_of_a_helper_follow_the_cursor(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, FUNCTIONAL)
    hints = await editor.hints(net)
    assert hints[4] == hints[5] == "→ (None, 32, 32, 8)"
    assert hints[8] == "→ (None, 32, 32, 3)"
    assert "calls; the others: `(None, 32, 32, 16)`" in await editor.hover(net, "layers.ReLU")
    await editor.hover(net, "x = block(x, 16)")
    assert (await editor.hints(net))[5] == "→ (None, 32, 32, 8)"
    await editor.hover(net, "other_inputs = ")
    assert (await editor.hints(net))[5] == "→ (None, 64, 64, 4)"


async def test_a_hover_says_why(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET)
    text = await editor.hover(net, "layers.Conv2D")
    assert "**Conv2D** `(None, 28, 28, 1)` → `(None, 26, 26, 32)` · 320 parameters" in text
    assert "- axes 1 and 2: 26, from 28 by kernel_size=3" in text
    assert "- axis 3: 32, from filters=32" in text
    assert "2 layers · 650 parameters" in await editor.hover(net, "Sequential([")
    assert await editor.hover(net, "from") == ""
    editor.type(net, "Dense(10)", "Dense(units())")
    assert "`?` is unknown: " in await editor.hover(net, "layers.Dense")


async def test_lenses_tell_and_fix_to_a_target(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET.replace("# kfix: target=10\n", ""))
    facts, fix = await editor.lenses(net)
    assert facts.title == "2 layers · 650 parameters · output (None, 26, 26, 10)"
    assert fix.command == "kfix.fixToTarget"
    edits: list[lsp.WorkspaceEdit] = []

    @editor.client.feature(lsp.WORKSPACE_APPLY_EDIT)
    def apply(_: object, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        edits.append(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    arguments = [*(fix.arguments or ())[:2], "7"]
    command = lsp.ExecuteCommandParams(fix.command, arguments)
    await editor.client.workspace_execute_command_async(command)
    await editor.quiet()
    editor.apply(edits.pop())
    assert "layers.Dense(7)" in editor.texts[net].text
    assert await editor.diagnostics(net) is not None
    command = lsp.ExecuteCommandParams(fix.command, fix.arguments)
    await editor.client.workspace_execute_command_async(command)
    await editor.quiet()
    editor.apply(edits.pop())
    assert "# kfix: target=7\nmodel" in editor.texts[net].text
    command = lsp.ExecuteCommandParams(fix.command, [net, 3, "5"])
    await editor.client.workspace_execute_command_async(command)
    await editor.quiet()
    editor.apply(edits.pop())
    assert "# kfix: target=5\nmodel" in editor.texts[net].text
    assert "layers.Dense(5)" in editor.texts[net].text


async def test_half_typed_code_keeps_the_last_shapes(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET)
    editor.type(net, "model = Seq", "x = [1,\n\nmodel = Seq")
    found = await editor.diagnostics(net)
    broken = next(one for one in found if one.code == "KFX000")
    assert broken.severity == lsp.DiagnosticSeverity.Information
    assert broken.message.endswith("; kfix shows the shapes of the last text that it could read")
    assert [one.range.start.line for one in found if one.code == "KFX101"] == [8]
    assert list(await editor.hints(net)) == [6, 7, 8]
    assert "axis 3: 32, from filters=32" in await editor.hover(net, "layers.Conv2D")
    assert await editor.hover(net, "x = [1") == ""
    assert await editor.actions(net, "layers.Dense") == []
    editor.type(net, "x = [1,\n", "")
    assert "KFX000" not in [one.code for one in await editor.diagnostics(net)]


async def test_positions_count_in_utf_16(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    text = "from keras import Sequential, layers\n# 😀\x0c a line\n"
    text += (
        "m = Sequential([layers.Input((8, 8)), layers.LSTM(4, name='😀'), layers.LSTM(4)])  # 😀\n"
    )
    (error,) = await editor.open(net, text)
    line = text.split("\n")[2]
    start = len(line[: line.rindex("layers")].encode("utf-16-le")) // 2
    assert error.range.start == lsp.Position(2, start)
    found = await editor.actions(net, "layers.LSTM(4)]")
    editor.apply(found[0].edit)
    assert "layers.LSTM(4, name='😀', return_sequences=True)" in editor.texts[net].text
    assert await editor.diagnostics(net) == []


async def test_a_form_feed_ends_no_line(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, "# \x0c \u2028\n" * 9 + NET)
    editor.type(net, "Dense(10)", "Dense(11)")
    found = await editor.diagnostics(net)
    assert "(None, 26, 26, 11)" in next(one.message for one in found if one.code == "KFX101")


async def test_unsaved_modules_count_and_are_edited_with_their_user(
    editor: Editor, tmp_path: Path
) -> None:
    main, nets = uri(tmp_path, "main.py"), uri(tmp_path, "nets.py")
    await editor.open(main, LABELS)
    await editor.open(nets, NETS)
    found = await editor.diagnostics(main)
    (error,) = [one for one in found if one.code == "KFX101"]
    places = {one.location.uri for one in error.related_information or ()}
    assert places == {main, nets}
    (first, *_) = await editor.actions(main, "model.fit")
    assert first.edit is not None
    editor.apply(first.edit)
    assert "layers.Flatten(), layers.Dense(10)" in editor.texts[nets].text
    found = await editor.diagnostics(main)
    assert not [one for one in found if one.code == "KFX101"]
    assert not (tmp_path / "nets.py").exists()


async def test_files_outside_of_the_project_are_not_edited(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    (tmp_path / "elsewhere" / "nets.py").write_text(NETS)
    (tmp_path / "project" / "nets.py").symlink_to(tmp_path / "elsewhere" / "nets.py")
    main = uri(tmp_path / "project", "main.py")
    await editor.open(main, LABELS)
    found = await editor.actions(main, "build()")
    assert not [one for one in found if "Flatten" in one.title]


async def test_pyproject_and_settings_of_the_client_count(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.kfix]\nignore = ["KFX402"]\n')
    net = uri(tmp_path, "net.py")
    assert "KFX402" not in [one.code for one in await editor.open(net, NET)]
    settings = {"kfix": {"ignore": ["KFX101"], "hints": False}}
    change = lsp.DidChangeConfigurationParams(settings)
    editor.client.workspace_did_change_configuration(change)
    assert await editor.diagnostics(net) == []
    assert await editor.hints(net) == {}
    (tmp_path / "pyproject.toml").write_text("")
    change = lsp.DidChangeConfigurationParams({"kfix": {"hints": True}})
    editor.client.workspace_did_change_configuration(change)
    found = await editor.diagnostics(net)
    assert {one.code for one in found} == {"KFX101", "KFX402"}


async def test_a_file_that_pyproject_excludes_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.kfix]\nexclude = ["old/"]\n')
    (tmp_path / "old").mkdir()
    old, new = uri(tmp_path / "old", "net.py"), uri(tmp_path, "net.py")
    assert await editor.open(old, NET) == []
    assert await editor.hints(old) == {}
    assert await editor.actions(old, "layers.Dense") == []
    assert "KFX101" in [one.code for one in await editor.open(new, NET)]


async def test_what_clients_do_is_survived(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    editor.texts[net] = Text(net, NET, 1)
    assert await editor.actions(net, "layers") == []
    assert await editor.hints(net) == {}
    assert await editor.hover(net, "layers") == ""
    with pytest.raises(JsonRpcMethodNotFound):
        await editor.client.protocol.send_request_async("kfix/unknown", {})
    magics = 'get_ipython().run_cell_magic("kfix", " --target 10", """model = [\n""")\n'
    await editor.open(net, magics + NET)
    # A notebook as one text, as jupyterlab-lsp sends it, and a text that was never saved.
    for name in (uri(tmp_path, "net.ipynb"), "untitled:Untitled-1"):
        assert "KFX101" in [one.code for one in await editor.open(name, magics + NET)]
        assert len(await editor.hints(name)) == 3
        editor.close(name)
    huge = uri(tmp_path, "huge.py")
    (outcome,) = await editor.open(huge, "import keras\n" + "x = 1\n" * 200_000)
    assert outcome.code == "KFX000"
    editor.close(huge)
    assert (await editor.open(net, NET))[0].source == "kfix"


async def test_a_second_change_waits_for_no_search(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, NET)
    searches = [asyncio.ensure_future(editor.actions(net, "layers.Dense")) for _ in range(3)]
    await asyncio.sleep(0)
    editor.type(net, "Dense(10)", "Dense(11)")
    found = await editor.diagnostics(net)
    assert "(None, 26, 26, 11)" in next(one.message for one in found if one.code == "KFX101")
    await asyncio.gather(*searches)


LOADS = """\
import numpy as np
import keras
from keras import layers

x, y = np.load("x.npy"), np.load("y.npy")
model = keras.Sequential([layers.Input((12,)), layers.Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y)
"""
LOG = """\
Traceback (most recent call last):
  File "net.py", line 8, in <module>
    model.fit(x, y)
ValueError: Arguments `target` and `output` must have the same rank (ndim). Received: \
target.shape=(None,), output.shape=(None, 4)
"""


async def explained(editor: Editor, *arguments: object) -> str:
    command = lsp.ExecuteCommandParams("kfix.explainError", list(arguments))
    return str(await editor.client.workspace_execute_command_async(command))


async def test_the_error_in_a_text_is_explained(editor: Editor, tmp_path: Path) -> None:
    net = uri(tmp_path, "net.py")
    await editor.open(net, LOADS)
    text = await explained(editor, net, LOG)
    assert "have different ranks" in text
    assert "Line 7: KFX602" in text
    assert "have different ranks" in await explained(editor, "", LOG)
    assert await explained(editor, net, "Epoch 1/3") == "kfix: no error here"
