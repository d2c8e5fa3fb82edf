"""The tools: what the command line does, with answers of bounded length."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mcp.server.mcpserver import MCPServer

from kfix import api
from kfix.project.boundary import Boundary
from kfix.project.files import FileTrouble
from kfix.project.writing import write_all
from kfix.report.explain import explain as documentation
from kfix.version import __version__

MOST = 12_000
"""Characters of one answer."""

server = MCPServer(
    "kfix",
    version=__version__,
    instructions="kfix infers the output shapes of Keras models from their source, finds the "
    "layers that Keras refuses and outputs of another shape than expected, and proves repairs. It "
    "never runs the program. Nothing is written unless fix is called with write=true.",
    log_level="WARNING",
)


@server.tool(structured_output=False)
def check(path: str, target: str = "", model: str = "") -> str:
    """Return what is wrong with the shapes of the Keras models in a Python file or notebook.

    target is the expected output shape, such as 10 or 28,28,1; model the name of one of several
    models.
    """
    return _answered(lambda: _findings(api.check(path, target=target or None, model=model or None)))


@server.tool(structured_output=False)
def fix(  # noqa: PLR0913 - the parameters of the tool
    path: str,
    target: str = "",
    model: str = "",
    pick: int = 0,
    unsafe: bool = False,
    write: bool = False,
) -> str:
    """Return the repairs of the Keras models in a file, and the diff that makes the first choice.

    Only with write the diff is made. pick makes the repair of that number, unsafe the first one
    even where another is equally good.
    """

    def answer() -> str:
        fixed = api.fix(
            path, target=target or None, model=model or None, pick=pick or None, unsafe=unsafe
        )
        if write:
            _write(path, fixed.files, fixed.originals)
        parts = [fixed.as_text(100, writes=write) or "No finding.\n", fixed.diff]
        if fixed.changed:
            parts.append("written\n" if write else "not written: call fix with write=true\n")
        return "\n".join(part for part in parts if part)

    return _answered(answer)


@server.tool(structured_output=False)
def summary(path: str, model: str = "") -> str:
    """Return the table of layers and parameters that Keras's summary() would print."""
    return _answered(
        lambda: api.summary(path, model=model or None).text or "No Keras model here.\n"
    )


@server.tool(structured_output=False)
def explain(code: str) -> str:
    """Return the documentation of a code such as KFX101; of codes, the list of all of them."""
    return _answered(lambda: documentation(code, 100))


def _findings(report: api.Report) -> str:
    shapes = list(map(_headline, report.models))
    said = report.as_text(100)
    if not shapes:
        return said or "No Keras model here.\n"
    return "".join(shapes) + (said or "No finding.\n")


def _headline(model: api.Model) -> str:
    name, shape = model.name or "model", api.shape_text(model.output_shapes or (None,))
    return f"{model.place}: {name} has output shape {shape}\n"


def _write(path: str, files: Mapping[str, bytes], originals: Mapping[str, bytes]) -> None:
    """Write what a repair changes, inside the project of the file only; raise `FileTrouble`."""
    boundary = Boundary([path])
    changes = [(name, data, originals[name]) for name, data in files.items()]
    write_all(changes, lambda real: boundary.allows(real, path))


def _answered(answer: Callable[[], str]) -> str:
    """Return an answer of at most `MOST` characters, or in one line why there is none."""
    try:
        text = answer()
    except (api.Error, FileTrouble, ValueError) as error:
        return f"error: {error}"
    if len(text) > MOST:
        text = f"{text[:MOST]}\n… {len(text) - MOST:,} more characters; name one model to see them"
    return text
