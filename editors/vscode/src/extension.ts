/** kfix in VS Code: starts `kfix server`, and asks for what the protocol has no question for. */

import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";

import { type Command, findKfix, interpreter, pythonApi } from "./find";

const FIX_TO_TARGET = "kfix.fixToTarget";
const INSTALL = "Install kfix";
const OPTIONS = ["hints", "lenses", "select", "ignore", "delay"];
const SETTINGS = "Open the settings";

let client: LanguageClient | undefined;
let log: vscode.LogOutputChannel;

/** Starts the server, and again whenever the interpreter or the command is another. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("kfix", { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("kfix.restart", restart),
    vscode.commands.registerCommand("kfix.showLog", () => { log.show(); }),
    vscode.commands.registerCommand("kfix.fixAll", fixAll),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("kfix.path")) {
        await restart();
      }
    }),
  );
  const environments = (await pythonApi())?.environments;
  if (environments !== undefined) {
    context.subscriptions.push(environments.onDidChangeActiveEnvironmentPath(restart));
  }
  await start();
}

/** Ends the server. */
export async function deactivate(): Promise<void> {
  const ending = client;
  client = undefined;
  await ending?.dispose();
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const command = await findKfix(log);
  if (command === undefined) {
    await offerToInstall();
    return;
  }
  log.info(`starting ${command.join(" ")} server`);
  client = new LanguageClient("kfix", "kfix", serverOptions(command), clientOptions());
  await client.start();
}

function serverOptions([command, ...args]: Command): ServerOptions {
  return { command, args: [...args, "server"] };
}

function clientOptions(): LanguageClientOptions {
  const settings = vscode.workspace.getConfiguration("kfix");
  return {
    documentSelector: [{ language: "python" }],
    outputChannel: log,
    initializationOptions: Object.fromEntries(OPTIONS.map((name) => [name, settings.get(name)])),
    middleware: { executeCommand: asked },
  };
}

/** Asks for the target of "fix to target…" before the server is told. */
async function asked(
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => vscode.ProviderResult<unknown>,
): Promise<unknown> {
  const prompts = vscode.workspace.getConfiguration("kfix").get<boolean>("promptForTarget", true);
  if (command !== FIX_TO_TARGET || !prompts) {
    return next(command, args);
  }
  const target = await vscode.window.showInputBox({
    title: "Fix to target",
    prompt: "The expected output shape without the batch: 10, or 28,28,1, or input",
    placeHolder: "10",
  });
  return target ? next(command, [args[0], args[1], target]) : undefined;
}

async function fixAll(): Promise<void> {
  await vscode.commands.executeCommand("editor.action.sourceAction", {
    kind: "source.fixAll.kfix",
    apply: "ifSingle",
  });
}

/** Says that kfix is missing, and installs it where the person wants that. */
async function offerToInstall(): Promise<void> {
  const python = vscode.workspace.isTrusted ? await interpreter() : undefined;
  const message = "kfix is neither in the selected interpreter, nor in .venv, nor on the PATH.";
  log.warn(message);
  const choices = python === undefined ? [SETTINGS] : [INSTALL, SETTINGS];
  const chosen = await vscode.window.showWarningMessage(message, ...choices);
  if (chosen === SETTINGS) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "kfix.path");
  } else if (chosen === INSTALL && python !== undefined) {
    await install(python);
  }
}

/** Runs pip in a task that the person sees, and starts the server if it succeeds. */
async function install(python: string): Promise<void> {
  const pip = new vscode.ShellExecution(python, ["-m", "pip", "install", "kfix-keras[lsp]"]);
  const task = new vscode.Task({ type: "kfix" }, vscode.TaskScope.Workspace, INSTALL, "kfix", pip);
  const execution = await vscode.tasks.executeTask(task);
  const ended = vscode.tasks.onDidEndTaskProcess(async (event) => {
    if (event.execution === execution) {
      ended.dispose();
      if (event.exitCode === 0) {
        await start();
      }
    }
  });
}
