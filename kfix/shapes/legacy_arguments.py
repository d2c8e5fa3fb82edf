"""The names that arguments had in Keras 1 and 2, and what became of each.

Kept by hand, as Keras 3 does not know these names any more. Sources: the release notes of
Keras 2, its `legacy/interfaces.py`, and the base arguments of `tf.keras`.
"""

from __future__ import annotations

from kfix.findings.old_argument import OldArgument
from kfix.model.graph import Argument
from kfix.shapes.signatures import Signature

RENAMED: dict[str, tuple[str, ...]] = {
    "nb_filter": ("filters",),
    "border_mode": ("padding",),
    "subsample": ("strides",),
    "subsample_length": ("strides",),
    "stride": ("strides",),
    "filter_length": ("kernel_size",),
    "filter_size": ("kernel_size",),
    "pool_length": ("pool_size",),
    "atrous_rate": ("dilation_rate",),
    "dim_ordering": ("data_format",),
    "output_dim": ("units",),
    "nb_units": ("units",),
    "p": ("rate",),
    "sigma": ("stddev",),
    "length": ("size",),
    "init": (
        "kernel_initializer",
        "embeddings_initializer",
        "depthwise_initializer",
        "alpha_initializer",
    ),
    "inner_init": ("recurrent_initializer",),
    "bias_init": ("bias_initializer",),
    "beta_init": ("beta_initializer",),
    "gamma_init": ("gamma_initializer",),
    "inner_activation": ("recurrent_activation",),
    "W_regularizer": ("kernel_regularizer", "embeddings_regularizer", "depthwise_regularizer"),
    "U_regularizer": ("recurrent_regularizer",),
    "b_regularizer": ("bias_regularizer",),
    "W_constraint": ("kernel_constraint", "embeddings_constraint", "depthwise_constraint"),
    "U_constraint": ("recurrent_constraint",),
    "b_constraint": ("bias_constraint",),
    "kernel_initializer": ("depthwise_initializer",),
    "kernel_regularizer": ("depthwise_regularizer",),
    "kernel_constraint": ("depthwise_constraint",),
    "bias": ("use_bias",),
    "dropout_W": ("dropout",),
    "dropout_U": ("recurrent_dropout",),
    "forget_bias_init": ("unit_forget_bias",),
    "concat_axis": ("axis",),
    "dot_axes": ("axes",),
    "alpha": ("negative_slope",),
}
"""Old names, each with its new names; the first that the class has is meant."""

VALUES: dict[str, dict[object, object]] = {
    "dim_ordering": {"tf": "channels_last", "th": "channels_first", "default": None},
    "forget_bias_init": {"one": True, "ones": True, "zero": False, "zeros": False},
}
"""Old names whose values have other names too."""

SIDES: dict[str, tuple[str, int]] = {
    "nb_row": ("kernel_size", 0),
    "nb_col": ("kernel_size", 1),
    "kernel_dim1": ("kernel_size", 0),
    "kernel_dim2": ("kernel_size", 1),
    "kernel_dim3": ("kernel_size", 2),
}
"""Old names of one side each; the sides became one tuple."""

BEHIND = ("strides", "padding")
"""The parameters that stand where Keras 1 had the second and third side of a kernel."""

AS_INPUT = ("batch_input_shape", "batch_shape")
"""Old names whose value an `Input(batch_shape=…)` in front takes now."""

REMOVED = (
    "input_length",
    "batch_size",
    "weights",
    "consume_less",
    "time_major",
    "mode",
    "implementation",
    "fused",
    "renorm",
    "renorm_clipping",
    "renorm_momentum",
    "virtual_batch_size",
    "adjustment",
    "dynamic",
)
"""Old names that have no meaning any more."""


class LegacyNames:
    """Collects the old names of one call, and what they are now."""

    __slots__ = ("_names", "_remarks", "_renames", "_sides", "_signature")

    def __init__(self, signature: Signature) -> None:
        self._signature = signature
        self._renames: list[tuple[str, str, object]] = []
        self._names: list[str] = []
        self._remarks: list[str] = []
        self._sides: dict[str, dict[int, tuple[str, Argument]]] = {}

    def take(self, keyword: str, argument: Argument, given: dict[str, Argument]) -> bool:
        """Put an argument into `given` under its new name; return whether it had an old one."""
        names = self._signature.names
        if keyword in SIDES and SIDES[keyword][0] in names:
            self._take_side(keyword, argument, given)
            return True
        new = next((name for name in RENAMED.get(keyword, ()) if name in names), None)
        if new is not None and self._is_free(new, given):
            given[new] = self._renamed(keyword, new, argument)
            return True
        if keyword in AS_INPUT:
            self._add(keyword, "", ..., f"for {keyword} an Input(batch_shape=…) goes in front")
        elif keyword == "weights":
            self._add(keyword, "", ..., "set_weights sets them once the layer is built")
        elif keyword in REMOVED:
            self._add(keyword, "", ..., f"{keyword} is left out")
        else:
            return False
        return True

    def _take_side(self, keyword: str, argument: Argument, given: dict[str, Argument]) -> None:
        name, side = SIDES[keyword]
        sides = self._sides.setdefault(name, {})
        sides[side] = (keyword, argument)
        self._names.append(keyword)
        given[name] = Argument(name, tuple(sides[side][1].value for side in sorted(sides)))

    def _is_free(self, new: str, given: dict[str, Argument]) -> bool:
        """Return whether the new name is not taken.

        A positional argument in its place is a side of the kernel, as other old names say.
        """
        return new not in given or (new in BEHIND and given[new].keyword is None)

    def _renamed(self, keyword: str, new: str, argument: Argument) -> Argument:
        """Return the argument under its new name, with its new value."""
        remark = f"{keyword} is now {new}"
        values = VALUES.get(keyword)
        if values is None:
            self._add(keyword, new, ..., remark)
            return argument
        value = argument.value
        if isinstance(value, str):
            value = values.get(value, value)
        self._add(keyword, new, value, remark)
        return Argument(new, value, argument.origin, argument.site)

    def _add(self, old: str, new: str, value: object, remark: str) -> None:
        self._names.append(old)
        self._renames.append((old, new, value))
        self._remarks.append(remark)

    def finding(self) -> OldArgument | None:
        """Return the finding for all old names of the call, `None` if there are none."""
        if not self._names:
            return None
        renames = list(self._renames)
        remarks = list(self._remarks)
        for name, sides in self._sides.items():
            in_order = [sides[side] for side in sorted(sides)]
            first, *others = (old for old, _ in in_order)
            value = tuple(argument.value for _, argument in in_order)
            renames += [(first, name, value), *((old, "", ...) for old in others)]
            verb = "is"
            if others:
                verb = "are"
            remarks.append(f"{' and '.join((first, *others))} {verb} now {name}")
        return OldArgument(
            self._signature.cls,
            actual=list(self._names),
            renames=tuple(renames),
            remarks=tuple(remarks),
        )
