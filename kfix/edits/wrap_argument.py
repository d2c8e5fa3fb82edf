"""A function around what is given to a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Edit
from kfix.model.code import plain
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class WrapArgument(Edit):
    """What is given at `sites` goes through a function first: `np.expand_dims(x, -1)` in the place
    of `x`.

    `function` is its dotted name in full (`numpy.expand_dims`), or a method of
    the data behind a dot (`.batch`); `arguments` are those behind the data, each
    with its keyword or `None`.
    """

    kind: ClassVar[str] = "wrap-argument"
    price_key: ClassVar[str] = "data"
    reach: ClassVar[Literal["data"]] = "data"
    sites: tuple[Site, ...]
    function: str
    arguments: tuple[tuple[str | None, object], ...] = ()

    @property
    def place(self) -> Site:
        """The first of the sites."""
        return self.sites[0]

    def write(self, plan: Plan) -> str:
        """Write the function around the value at every site, by the name that the file has."""
        from kfix.rewrite.wrapping import wrap

        texts = [wrap(plan, site, self.function, self.arguments) for site in self.sites]
        return f"write {', '.join(dict.fromkeys(texts))} {plan.where(self.sites)}"

    def meaning(self) -> object:
        """Return the function and its arguments."""
        return "wrap", self.function, tuple((name, plain(value)) for name, value in self.arguments)
