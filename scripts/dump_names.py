"""Writes kfix/source/migration/keras_names.json: the modules of Keras and the names that each has,
asked of Keras itself.

`keras` has those of `keras`; `tensorflow.keras` what `tensorflow.keras` has beyond them;
`tensorflow.python.keras` its modules alone. Modules for Keras's own use (`keras.src`) are left out.
Each name stands in a line of its own, so that a diff shows what another version has. Run it with
the reference version of Keras.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

OUT = Path(__file__).parent.parent / "kfix" / "source" / "migration" / "keras_names.json"
INSIDE = ("src", "_tf_keras", "protobuf")


def modules(root: str) -> dict[str, list[str]]:
    """By the dotted name behind the root: the public names of every module of a package."""
    package = importlib.import_module(root)
    found = {"": package}
    for info in pkgutil.walk_packages(package.__path__, root + ".", onerror=lambda name: None):
        rest = info.name[len(root) + 1 :]
        if rest.split(".")[0] not in INSIDE:
            found[rest] = importlib.import_module(info.name)
    return {
        name: sorted(n for n in dir(module) if not n.startswith("_"))
        for name, module in sorted(found.items())
    }


def paths(root: str) -> list[str]:
    """Return the modules below a package, without importing them."""
    package = importlib.import_module(root)
    base = Path(next(iter(package.__path__)))
    files = (path.relative_to(base) for path in base.rglob("*.py"))
    found = {
        ".".join(file.parent.parts if file.name == "__init__.py" else file.with_suffix("").parts)
        for file in files
    }
    return sorted(found)


def main() -> None:
    own, with_tf = modules("keras"), modules("keras._tf_keras.keras")
    more = {
        name: left
        for name, names in with_tf.items()
        if (left := sorted(set(names) - set(own.get(name, ())))) or name not in own
    }
    found = {
        "keras": own,
        "tensorflow.keras": more,
        "tensorflow.python.keras": paths("tensorflow.python.keras"),
    }
    OUT.write_text(json.dumps(found, indent=0) + "\n")
    print(OUT)


if __name__ == "__main__":
    main()
