"""Where kfix may write: inside the project that it was asked about, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterable

MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What the root folder of a project has in it."""


class Boundary:
    """The files and folders that the command line names, and the roots of the projects they lie in.

    A program may import from anywhere, by relative imports beyond its package
    or through symbolic links, and a repair may want to edit what it imports.
    All comparisons are of real paths, so that no link leads out.
    """

    def __init__(self, named: Iterable[str] = ()) -> None:
        real = [os.path.realpath(path) for path in named]
        self._folders = [path for path in real if os.path.isdir(path)]
        self._files = {path for path in real if not os.path.isdir(path)}
        self._roots: dict[str, str] = {}

    def allows(self, path: str, program: str) -> bool:
        """Return whether a repair of `program` may change the file `path`.

        It may change files that the command line names and those whose real
        path lies inside the root of the program's project.
        """
        real = os.path.realpath(path)
        return real in self._files or _inside(real, self.root(program))

    def root(self, program: str) -> str:
        """Return the real path of the root folder of a program's project.

        It is the nearest folder at or above the program that holds one of
        `MARKS`. Where there is none, it is the folder that the command line
        names, and for a program that is named itself, its own folder.
        """
        folder = os.path.realpath(os.path.dirname(program))
        if folder not in self._roots:
            self._roots[folder] = marked(folder) or self._named_above(folder) or folder
        return self._roots[folder]

    def project(self, program: str) -> str | None:
        """Return what `root` does where a mark or a named folder says so, else `None`."""
        root = self.root(program)
        marked = any(os.path.lexists(os.path.join(root, mark)) for mark in MARKS)
        return root if marked or root in self._folders else None

    def checks(self, path: str) -> bool:
        """Return whether a file, or the link that leads to it, lies in a tree that is checked."""
        places = {os.path.realpath(path), _without_last_link(path)}
        trees = {self.root(file) for file in self._files}
        for folder in self._folders:
            trees.add(folder)
            trees.add(self.root(os.path.join(folder, os.curdir)))
        return any(_inside(place, tree) for place in places for tree in trees)

    def _named_above(self, folder: str) -> str | None:
        return min(
            (named for named in self._folders if _inside(folder, named)), key=len, default=None
        )


def has_mark(folder: str) -> bool:
    """Return whether a folder holds one of `MARKS`."""
    return any(os.path.lexists(os.path.join(folder, mark)) for mark in MARKS)


def marked(folder: str) -> str | None:
    """Return the nearest folder at or above `folder` with a mark in it.

    The user's home and the root of the file system are not projects, whatever
    lies in them.
    """
    home = os.path.realpath(os.path.expanduser("~"))
    while folder != home and folder != os.path.dirname(folder):
        if has_mark(folder):
            return folder
        folder = os.path.dirname(folder)
    return None


def _without_last_link(path: str) -> str:
    """Return the real path of the folder, with the file's own name left as it is."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def _inside(path: str, folder: str) -> bool:
    """Return whether a real path is a folder's or lies below it."""
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
