/** node jupyter.mjs URL CHROMIUM PICTURES: `%%kfix` and `%kfix` in JupyterLab. */

import { check, driven } from "./browser.mjs";

const [url, executable, pictures] = process.argv.slice(2);
const idle = () => document.querySelector(".jp-Notebook-ExecutionIndicator")?.getAttribute("data-status") === "idle";

await driven(executable, pictures, async (page, step, picture) => {
  await page.goto(`${url}/lab/tree/net.ipynb?reset`);
  await page.waitForSelector(".jp-Notebook .jp-CodeCell");
  await page.waitForFunction(idle);
  step("the notebook is open");
  const cells = await page.locator(".jp-Notebook .jp-CodeCell").count();
  await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first().click();
  const running = page.locator(".jp-InputPrompt", { hasText: /\[(\*|1)\]/ }).first();
  // The kernel is idle before its session takes cells: what it does not take is lost.
  for (let attempt = 0; attempt < 5 && !(await running.isVisible()); attempt++) {
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByRole("menuitem", { name: /Run All Cells$/ }).click();
    await running.waitFor({ timeout: 6000 }).catch(() => {});
  }
  const report = page.locator(".kfix").first();
  await report.getByText("KFX101").waitFor();
  check((await report.innerText()).includes("(None, 13, 13, 10)"), "no shapes in the report");
  step("the report is HTML in the output");
  await page.waitForFunction((before) => document.querySelectorAll(".jp-Notebook .jp-CodeCell").length > before, cells);
  const texts = await page.locator(".jp-Notebook .jp-CodeCell .cm-content").allInnerTexts();
  check(texts.some((text) => text.includes("layers.Flatten()") && !text.includes("%%kfix")), "the fixed cell is not there");
  step("the fixed cell is the next one");
  await page.keyboard.press("Control+b");
  await page.locator(".jp-Notebook").evaluate((notebook) => { notebook.scrollTop = 0; });
  await page.waitForTimeout(1000);
  await picture("jupyter-report");
}, 900);
