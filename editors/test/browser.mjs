/** A headless Chromium, and how long each step took. */

import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Runs a test on a page; on a failure it leaves a picture in the current folder. */
export async function driven(executable, pictures, test, height = 540) {
  const browser = await chromium.launch({ executablePath: executable, headless: true, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1120, height }, deviceScaleFactor: 2 });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const start = Date.now();
  const step = (what) => { console.log(`ok: ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`); };
  try {
    await test(page, step, (name, options) => page.screenshot({ path: `${pictures}/${name}.png`, ...options }));
  } catch (error) {
    console.error(`FAIL: ${error.message}`);
    await page.screenshot({ path: "failure.png" });
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** Fails where a condition does not hold. */
export function check(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}
