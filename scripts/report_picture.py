"""Make docs/images/report.png: the page of `--output-format html` in Chromium."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "report.png"
PROGRAM = ROOT / "fixtures" / "pooled_shortcut.py"
WIDTH = 1160


def main() -> None:
    """Write the page of a fixture, open it, and take its picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "report.html"
        command = [sys.executable, "-P", "-m", "kfix", PROGRAM.name, "--dry-run"]
        command += ["--output-format", "html", "--output-file", str(path)]
        subprocess.run(command, cwd=PROGRAM.parent, check=False)
        chromium = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        page.goto(path.as_uri())
        page.wait_for_selector("svg")
        page.screenshot(path=PICTURE, full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
