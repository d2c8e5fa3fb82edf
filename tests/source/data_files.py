"""The files that the programs of the tests of data read."""

from __future__ import annotations

from pathlib import Path


def make_files(folder: Path) -> None:
    """Tables `d.csv` (named columns) and `n.csv` (numbers alone), arrays, and folders of images and
    texts by class.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.random((50, 9)), columns=[*(f"c{i}" for i in range(8)), "y"])
    table["label"] = ["abc"[i % 3] for i in range(50)]
    table.to_csv(folder / "d.csv", index=False)
    pd.DataFrame(rng.random((50, 9))).to_csv(folder / "n.csv", index=False, header=False)
    names = [f"cat/{i}.png" for i in range(4)]
    pd.DataFrame({"filename": names, "class": list("abca"), "v": range(4)}).to_csv(
        folder / "files.csv", index=False
    )
    np.save(folder / "a.npy", np.zeros((4, 5)))
    np.savez(folder / "a.npz", x=np.zeros((4, 5)), y=np.zeros(4))
    for place, classes in (("img", ("cat", "dog", "fish")), ("img2", ("cat", "dog"))):
        for name in classes:
            _images(folder / place / name)
    for name in ("cat", "dog", "fish"):
        (folder / "txt" / name).mkdir(parents=True)
        for i in range(4):
            (folder / "txt" / name / f"{i}.txt").write_text("hello world")


def _images(folder: Path) -> None:
    import numpy as np
    from PIL import Image

    folder.mkdir(parents=True)
    for i in range(4):
        Image.fromarray(np.zeros((20, 30, 3), "uint8")).save(folder / f"{i}.png")
