"""Where kfix may write: what the roots of projects are, and that no link leads out of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfix.project.boundary import Boundary


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a project with a package, beside a folder that is none of its own."""
    for name in (
        "project/pyproject.toml",
        "project/nets/deep/model.py",
        "elsewhere/settings.py",
        "bare/run.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path


def test_the_nearest_mark_makes_the_root(tree: Path) -> None:
    program = str(tree / "project/nets/deep/model.py")
    assert Boundary([program]).root(program) == str(tree / "project")
    (tree / "project/nets/.git").write_text("gitdir: elsewhere\n")
    assert Boundary([program]).root(program) == str(tree / "project/nets")


def test_without_a_mark_the_named_folder_is_the_root(tree: Path) -> None:
    program = str(tree / "bare/run.py")
    assert Boundary([program]).root(program) == str(tree / "bare")
    assert Boundary([str(tree)]).root(program) == str(tree)


def test_the_home_folder_is_no_project(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tree))
    monkeypatch.setenv("USERPROFILE", str(tree))
    (tree / ".git").mkdir()
    assert Boundary().root(str(tree / "bare/run.py")) == str(tree / "bare")


def test_what_lies_outside_is_not_allowed(tree: Path) -> None:
    program, other = str(tree / "project/nets/deep/model.py"), str(tree / "elsewhere/settings.py")
    boundary = Boundary([program])
    assert boundary.allows(program, program)
    assert boundary.allows(str(tree / "project/nets/../new.py"), program)
    assert not boundary.allows(other, program)
    assert not boundary.allows(str(tree / "project/nets/../../elsewhere/settings.py"), program)
    assert not boundary.allows(str(tree / "project-two/settings.py"), program)
    assert Boundary([program, other]).allows(other, program)


def test_links_are_followed_before_they_are_judged(tree: Path) -> None:
    program, other = tree / "project/nets/deep/model.py", tree / "elsewhere/settings.py"
    (tree / "project/link.py").symlink_to(other)
    (tree / "project/linked").symlink_to(other.parent)
    boundary = Boundary([str(tree / "project")])
    for path in ("link.py", "linked/settings.py"):
        assert not boundary.allows(str(tree / "project" / path), str(program))
    link = str(tree / "project/link.py")
    assert Boundary([link]).allows(link, link)


def test_what_is_checked_is_the_whole_tree(tree: Path) -> None:
    inside, outside = str(tree / "project/bin/python"), str(tree / "elsewhere/python")
    for named in ("project/nets/deep/model.py", "project", "project/nets"):
        boundary = Boundary([str(tree / named)])
        assert boundary.checks(inside)
        assert not boundary.checks(outside)
    (tree / "project/bin").mkdir()
    (tree / "project/bin/python").symlink_to(tree / "elsewhere/python")
    assert Boundary([str(tree / "project")]).checks(inside)
    (tree / "elsewhere/link").symlink_to(tree / "project/pyproject.toml")
    assert Boundary([str(tree / "project")]).checks(str(tree / "elsewhere/link"))
