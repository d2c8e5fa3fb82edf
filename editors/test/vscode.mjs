/** node vscode.mjs URL FOLDER CHROMIUM PICTURES: the extension in VS Code, as a person uses it. */

import { readFileSync } from "node:fs";

import { check, driven } from "./browser.mjs";

const [url, folder, executable, pictures] = process.argv.slice(2);
const ERROR = ".squiggly-error";
const text = (page) => page.$$eval(".view-line", (lines) => lines.map((line) => line.textContent.replace(/\u00a0/g, " ")));
const line = (page, words) => page.locator(".view-line", { hasText: words }).first();

await driven(executable, pictures, async (page, step, picture) => {
  await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
  await page.waitForSelector(".explorer-folders-view .monaco-list-row");
  await page.getByRole("treeitem", { name: "net.py" }).dblclick();
  await page.waitForSelector(".monaco-editor .view-line");
  step("a file is open");

  await page.waitForSelector(ERROR);
  step("an error is marked");
  await line(page, "→ (None, 26, 26, 32)").waitFor();
  step("shapes stand behind the layers");
  await page.getByText("fix to target…").first().waitFor();
  step("facts stand above the model");
  await page.mouse.move(700, 480);
  await page.waitForTimeout(1500);
  await picture("vscode-hints");

  await line(page, "layers.Conv2D").getByText("Conv2D", { exact: false }).first().hover({ position: { x: 130, y: 9 } });
  await page.locator(".monaco-hover", { hasText: "from filters=32" }).waitFor();
  step("a hover says why");
  await page.waitForTimeout(500);
  await picture("vscode-hover");

  await page.mouse.move(700, 480);
  await line(page, "layers.Dense").click({ position: { x: 100, y: 9 } });
  await page.mouse.move(700, 480);
  await page.waitForFunction(() => !document.querySelector(".monaco-hover:not(.hidden) .hover-row"));
  await page.keyboard.press("Control+.");
  await page.getByText("Insert layers.Flatten()").first().waitFor();
  step("the repairs are offered");
  await page.waitForTimeout(500);
  await picture("vscode-quick-fix");
  await page.keyboard.press("Enter");
  await page.waitForFunction((selector) => !document.querySelector(selector), ERROR);
  check((await text(page)).some((one) => one.includes("layers.Flatten(),")), "the repair is not in the text");
  await page.keyboard.press("Control+s");
  await page.waitForFunction(() => !document.querySelector(".dirty"));
  await page.waitForTimeout(500);
  check(readFileSync(`${folder}/net.py`, "utf8").includes("    layers.Flatten(),\n"), "the file on disk is the old one");
  step("the first repair is applied, saved and on disk");

  await page.getByText("fix to target…").first().click();
  await page.getByPlaceholder("10").waitFor();
  await page.keyboard.type("7");
  await page.keyboard.press("Enter");
  await line(page, "layers.Dense(7,").waitFor();
  await page.waitForFunction((selector) => !document.querySelector(selector), ERROR);
  check((await text(page)).some((one) => one.includes("# kfix: target=7")), "the comment has the old target");
  step("the model is fixed to a target, and so is its comment");
});
