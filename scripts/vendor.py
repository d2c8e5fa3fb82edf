"""Fetch the library that lays out the graphs of the HTML report: `python scripts/vendor.py`.

origin.json beside it says which package and file it is. `--version VERSION` takes another version,
and writes the hashes of what it fetched; without it, what npm sends must have the hashes written.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "kfix" / "report" / "formats" / "html" / "vendor"
ORIGIN = FOLDER / "origin.json"


def fetched(name: str, version: str) -> bytes:
    """Return the archive of a package as npm has it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{name}@{version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (path,) = Path(folder).iterdir()
        return path.read_bytes()


def member(archive: bytes, name: str) -> bytes:
    """Return one file of an archive."""
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            found = tar.extractfile(name)
            assert found is not None, f"the package has no {name}"
            return found.read()


def main() -> int:
    """Fetch the package, compare or write its hashes, and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version")
    version = parser.parse_args().version
    origin = json.loads(ORIGIN.read_text())
    archive = fetched(origin["package"], version or origin["version"])
    data = member(archive, origin["member"])
    hashes = {
        "integrity": "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    if version is not None:
        source = origin["source"].replace(origin["version"], version)
        origin |= {"version": version, "source": source, **hashes}
    elif any(origin[key] != value for key, value in hashes.items()):
        print(f"{origin['package']} {origin['version']} is not what origin.json says")
        return 1
    (FOLDER / origin["file"]).write_bytes(data)
    ORIGIN.write_text(json.dumps(origin, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
