/** Finds the command `kfix`: as set, of the selected interpreter, in `.venv`, on the PATH. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

const run = promisify(execFile);
const WINDOWS = process.platform === "win32";
const MILLISECONDS = 20_000;

/** A command line that starts kfix, without its arguments. */
export type Command = readonly [string, ...string[]];

/** What the Python extension says of the selected interpreter. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** Returns the interface of the Python extension, where that is installed. */
export async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  return extension?.activate();
}

/** Returns the interpreter that is selected for the first folder. */
export async function interpreter(): Promise<string | undefined> {
  const environments = (await pythonApi())?.environments;
  if (environments !== undefined) {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
    return resolved?.executable.uri?.fsPath;
  }
  return vscode.workspace.getConfiguration("python").get<string>("defaultInterpreterPath");
}

/** Returns the command that starts kfix with its language server, `undefined` where there is none. */
export async function findKfix(log: vscode.LogOutputChannel): Promise<Command | undefined> {
  for await (const command of candidates()) {
    const why = await objection(command);
    if (why === undefined) {
      return command;
    }
    log.info(`${command.join(" ")}: ${why}`);
  }
  return undefined;
}

/** Yields what may be the command. In an untrusted folder nothing of that folder is one. */
async function* candidates(): AsyncGenerator<Command> {
  const trusted = vscode.workspace.isTrusted;
  const set = vscode.workspace.getConfiguration("kfix").get<string>("path", "");
  if (trusted && set !== "") {
    yield [set];
    return;
  }
  if (trusted) {
    const python = await interpreter();
    if (python !== undefined) {
      yield [python, "-P", "-m", "kfix"];
    }
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const own = path.join(folder.uri.fsPath, ".venv", WINDOWS ? "Scripts\\python.exe" : "bin/python");
      if (existsSync(own)) {
        yield [own, "-P", "-m", "kfix"];
      }
    }
  }
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const command = path.join(folder, WINDOWS ? "kfix.exe" : "kfix");
    if (path.isAbsolute(folder) && existsSync(command)) {
      yield [command];
    }
  }
}

/** Returns why a command does not start the language server, `undefined` where it does. */
async function objection([command, ...args]: Command): Promise<string | undefined> {
  try {
    await run(command, [...args, "server", "--version"], { timeout: MILLISECONDS });
    return undefined;
  } catch (error) {
    return String(error).trim().split("\n").at(-1);
  }
}
