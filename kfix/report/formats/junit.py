"""JUnit XML: a suite for each file, a failed case for each finding."""

from __future__ import annotations

import re
from xml.etree import ElementTree as xml

from kfix.report.diagnostics import Diagnostic, diagnostics
from kfix.report.formats import Run


def render(run: Run) -> str:
    """Return the XML document; a file without errors or warnings is one case that passed."""
    by_path: dict[str, list[Diagnostic]] = {result.path: [] for result in run.results}
    for found in diagnostics(run.results, run.writes):
        if found.severity != "note":
            by_path.setdefault(found.path, []).append(found)
    suites = xml.Element("testsuites", name="kfix")
    for path, several in by_path.items():
        suites.append(_suite(path, several))
    suites.set("tests", str(sum(max(1, len(several)) for several in by_path.values())))
    suites.set("failures", str(sum(map(len, by_path.values()))))
    xml.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(suites, encoding="unicode")


def _suite(path: str, several: list[Diagnostic]) -> xml.Element:
    name = _printable(path)
    suite = xml.Element(
        "testsuite", name=name, tests=str(max(1, len(several))), failures=str(len(several))
    )
    if not several:
        xml.SubElement(suite, "testcase", name="shapes", classname=name, file=name)
    for found in several:
        case = xml.SubElement(suite, "testcase", name=found.code, classname=name, file=name)
        where = path
        if found.place is not None:
            case.set("line", str(found.place.line))
            where = str(found.place)
        text = _printable(found.message)
        failure = xml.SubElement(case, "failure", message=text, type=found.severity)
        failure.text = _printable(f"{where}: {found.severity} {found.code}: {found.message}")
    return suite


def _printable(text: str) -> str:
    """Return the text without the characters that XML does not allow."""
    return _NOT_ALLOWED.sub("?", text)


_NOT_ALLOWED = re.compile("[^\t\n -\ud7ff\ue000-\U0010ffff]")
