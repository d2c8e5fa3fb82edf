-- nvim --headless -u INIT -i NONE -n -l nvim.lua FILE: exits with 1 where a capability fails.
-- INIT has the lines of docs/editors.md.
local file = _G.arg[1]
local function check(ok, what)
  if not ok then
    io.stderr:write("FAIL: " .. what .. "\n")
    vim.cmd("cquit 1")
  end
  print("ok: " .. what)
end
local function wait(condition, what)
  check(vim.wait(30000, condition, 20), what)
end

vim.cmd.edit(vim.fn.fnameescape(file))
vim.bo.filetype = "python"
local buffer = vim.api.nvim_get_current_buf()
wait(function() return #vim.lsp.get_clients({ bufnr = buffer }) == 1 end, "the client starts")
local client = vim.lsp.get_clients({ bufnr = buffer })[1]

local function errors()
  return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
end
wait(function() return #errors() == 1 end, "an error")
local error = errors()[1]
check(error.code == "KFX101" and error.source == "kfix", "its code")
check(error.message:find("expected (None, 10)", 1, true), "its message")

local function hints()
  return vim.iter(vim.lsp.inlay_hint.get({ bufnr = buffer }))
    :map(function(hint) return hint.inlay_hint.label end):totable()
end
wait(function() return #hints() == 3 end, "inlay hints")
check(vim.tbl_contains(hints(), "→ (None, 26, 26, 32)"), "the shape of the convolution")

vim.api.nvim_win_set_cursor(0, { error.lnum + 1, error.col })
local params = vim.lsp.util.make_position_params(0, "utf-16")
local hover = vim.lsp.buf_request_sync(buffer, "textDocument/hover", params, 30000)
check(vim.inspect(hover):find("axis 3: 10, from units=10", 1, true), "a hover")

vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.isPreferred end })
wait(function()
  return vim.iter(vim.api.nvim_buf_get_lines(buffer, 0, -1, true))
    :any(function(line) return line == "    layers.Flatten()," end)
end, "the preferred repair")
wait(function() return #errors() == 0 end, "no error after it")
check(vim.bo.modified, "the file on disk is as it was")
client:stop()
wait(function() return client:is_stopped() end, "the server ends")
vim.cmd("qall!")
