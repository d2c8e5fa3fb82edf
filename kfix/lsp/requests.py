"""What the client asks for: hints, hovers, lenses, actions, commands."""

from __future__ import annotations

from lsprotocol import types as lsp

from kfix import api
from kfix.lsp import actions, comments, shapes
from kfix.lsp.analysis import Answer
from kfix.lsp.documents import Spot
from kfix.lsp.server import Server, server
from kfix.lsp.texts import Text


@server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
async def inlay_hints(ls: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    """Return the shapes behind the layers."""
    asked = await ls.asked(params.text_document.uri)
    if asked is None or not ls.options.hints:
        return []
    spot, text, answer = asked
    lines = range(params.range.start.line, params.range.end.line + 1)
    first = ls.model_of_cursor(spot, answer)
    return shapes.hints(answer, spot.path, spot.cell, text, lines, first)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
async def hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """Return the row of the layer under the cursor."""
    asked = await ls.asked(params.text_document.uri)
    if asked is None:
        return None
    spot, text, answer = asked
    line, column = text.place(params.position)
    before = answer.line_before(spot.cell, line)
    if before is None:
        return None
    ls.cursor_at(spot, before, answer)
    return shapes.hover(answer, spot.path, spot.cell, text, (before, column))


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
async def code_lenses(ls: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """Return the facts of each model."""
    asked = await ls.asked(params.text_document.uri)
    if asked is None or not ls.options.lenses:
        return []
    spot, text, answer = asked
    return list(shapes.lenses(answer, spot.path, spot.cell, text))


# --- code actions -----------------------------------------------------------------------------


@server.feature(
    lsp.TEXT_DOCUMENT_CODE_ACTION,
    lsp.CodeActionOptions(code_action_kinds=actions.KINDS, resolve_provider=True),
)
async def code_actions(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Return the repairs of what is wrong in a range; of a text as it is, not of an earlier one."""
    asked = await ls.asked(params.text_document.uri)
    if asked is None or asked[2].report is None:
        return []
    spot, text, answer = asked
    if answer.stale:
        return []
    ls.cursor_at(spot, params.range.start.line + 1, answer)
    only = params.context.only
    found: list[lsp.CodeAction] = []
    if actions.wants(only, lsp.CodeActionKind.QuickFix):
        found += await _quick_fixes(ls, params, spot, text, answer)
    if actions.wants(only, actions.FIX_ALL):
        found += await _fix_all(ls, params, spot, answer)
    return found


async def _quick_fixes(
    ls: Server, params: lsp.CodeActionParams, spot: Spot, text: Text, answer: Answer
) -> list[lsp.CodeAction]:
    lines = range(params.range.start.line + 1, params.range.end.line + 2)
    findings = actions.in_lines(answer, spot, lines, ls.documents)
    reported = actions.of_kfix(params.context, lines)
    found: list[lsp.CodeAction] = []
    for model in actions.models_of(answer, findings):
        fixed = await ls.analysis.fix(spot.path, at=model.place)
        if fixed is not None:
            found += actions.repairs(fixed, model, reported, ls.edits)
    found += actions.ignores(findings, spot, text, reported, ls.edits)
    found += actions.targets(actions.models_in(answer, spot, lines), text, ls.edits)
    return found


async def _fix_all(
    ls: Server, params: lsp.CodeActionParams, spot: Spot, answer: Answer
) -> list[lsp.CodeAction]:
    """Return the action that makes all safe repairs; its edit is searched for when it is chosen."""
    if answer.report is None or answer.report.ok:
        return []
    action = lsp.CodeAction(
        title="kfix: fix all that is safe",
        kind=actions.FIX_ALL,
        data=params.text_document.uri,
    )
    if params.context.only or not ls.client.resolves_edits:
        action = await resolved(ls, action)
        if action.edit is None:
            return []
    return [action]


@server.feature(lsp.CODE_ACTION_RESOLVE)
async def resolved(ls: Server, action: lsp.CodeAction) -> lsp.CodeAction:
    """Fill in the edit of "fix all"."""
    spot = ls.documents.spot(str(action.data))
    if spot is not None and action.edit is None:
        fixed = await ls.analysis.fix(spot.path)
        if fixed is not None:
            action.edit = actions.fix_all(fixed, ls.edits)
    return action


# --- commands ---------------------------------------------------------------------------------


@server.command(shapes.FIX_TO_TARGET)
async def fix_to_target(ls: Server, uri: str, line: int, target: str) -> None:
    """Fix the model on a line to a target; without one ("") declare it in a comment."""
    asked = await ls.asked(uri)
    if asked is None:
        return
    spot, text, answer = asked
    model = shapes.model_at(answer, spot.path, spot.cell, line + 1)
    if model is None:
        ls.show("kfix: no model here")
        return
    if not target:
        edit = next((one.edit for one in actions.targets([model], text, ls.edits)), None)
        said = "kfix: its target is declared in a comment"
    else:
        edit, said = await _to_target(ls, spot, text, model, target)
    if edit is None:
        ls.show(said)
    else:
        ls.workspace_apply_edit(lsp.ApplyWorkspaceEditParams(edit, label="kfix"))


async def _to_target(
    ls: Server, spot: Spot, text: Text, model: api.Model, target: str
) -> tuple[lsp.WorkspaceEdit | None, str]:
    """Return the edit that gives a model its target, else what to say.

    A comment that declares another target is changed with it.
    """
    fixed = await ls.analysis.fix(spot.path, target=target, at=model.place)
    if fixed is None:
        return None, f"kfix: {target!r} is not a shape, or the program cannot be read"
    if fixed.changed:
        comment = comments.declared_again(text.text, model.place.line, target)
        more = [(text, [change]) for change in (comment,) if change is not None]
        return actions.fix_all(fixed, ls.edits, more), ""
    remarks = [remark for one in fixed.models for remark in one.remarks]
    if fixed.ok:
        return None, f"kfix: {model.name or 'the model'} has this output shape already"
    return None, f"kfix: {'; '.join(remarks) or 'cannot fix'}"
