"""The man page says what --help says."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import pytest

from kfix.cli.help import EPILOG
from kfix.cli.main import command
from scripts import man_page

PAGE = man_page.page()


def test_every_option_and_example_is_in_it() -> None:
    plain = PAGE.replace(r"\-", "-")
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert all(name in plain for option in options for name in option.opts)
    assert all(name in plain for _, rows in EPILOG for name, _ in rows)


def test_lines_that_begin_with_a_point_are_requests() -> None:
    requests = set(re.findall(r"^\.(\w*)", PAGE, re.MULTILINE))
    assert requests == {"TH", "SH", "SS", "TP", "B"}


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_takes_it_without_a_warning() -> None:
    given = ["groff", "-man", "-Tutf8", "-ww"]
    done = subprocess.run(given, input=PAGE, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "OPTIONS" in re.sub(r".\x08", "", done.stdout)  # without what prints bold
