"""Arguments as Keras 1 and 2 called them, and what became of each.

Kept by hand: Keras 3 no longer knows these names. From the release notes of
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
"""The new name: the first of these that the class has."""

VALUES: dict[str, dict[object, object]] = {
    "dim_ordering": {"tf": "channels_last", "th": "channels_first", "default": None},
    "forget_bias_init": {"one": True, "ones": True, "zero": False, "zeros": False},
}
"""Where the value has another spelling too."""

SIDES: dict[str, tuple[str, int]] = {
    "nb_row": ("kernel_size", 0),
    "nb_col": ("kernel_size", 1),
    "kernel_dim1": ("kernel_size", 0),
    "kernel_dim2": ("kernel_size", 1),
    "kernel_dim3": ("kernel_size", 2),
}
"""One argument a side became one tuple."""

BEHIND = ("strides", "padding")
"""What is now where Keras 1 had the second and third side of a kernel."""

AS_INPUT = ("batch_input_shape", "batch_shape")
"""What an `Input(batch_shape=…)` in front says now."""

GONE = (
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
"""Arguments that are simply left out."""


class Modern:
    """Collects the old names of one call and what they are now."""

    __slots__ = ("_names", "_renames", "_said", "_sides", "_signature")

    def __init__(self, signature: Signature) -> None:
        self._signature = signature
        self._renames: list[tuple[str, str, object]] = []
        self._names: list[str] = []
        self._said: list[str] = []
        self._sides: dict[str, dict[int, tuple[str, Argument]]] = {}

    def take(self, keyword: str, argument: Argument, given: dict[str, Argument]) -> bool:
        """Is `keyword` an old name? If so, its argument goes to `given` under the new one."""
        if keyword in SIDES and SIDES[keyword][0] in self._signature.names:
            name, side = SIDES[keyword]
            sides = self._sides.setdefault(name, {})
            sides[side] = (keyword, argument)
            self._names.append(keyword)
            given[name] = Argument(name, tuple(sides[at][1].value for at in sorted(sides)))
            return True
        new = next(
            (name for name in RENAMED.get(keyword, ()) if name in self._signature.names), None
        )
        if new is not None and (new not in given or (new in BEHIND and given[new].keyword is None)):
            # Beside an old name of them, the number in their place is a side of the kernel.
            value = argument.value
            if keyword in VALUES:
                values = VALUES[keyword]
                value = values[value] if isinstance(value, str) and value in values else value
            self._add(keyword, new, value if keyword in VALUES else ..., f"{keyword} is now {new}")
            given[new] = (
                argument
                if keyword not in VALUES
                else Argument(new, value, argument.origin, argument.site)
            )
            return True
        if keyword in AS_INPUT:
            self._add(keyword, "", ..., f"for {keyword} an Input(batch_shape=…) goes in front")
            return True
        if keyword in GONE:
            said = (
                "set_weights sets them once the layer is built"
                if keyword == "weights"
                else f"{keyword} is left out"
            )
            self._add(keyword, "", ..., said)
            return True
        return False

    def _add(self, old: str, new: str, value: object, said: str) -> None:
        self._names.append(old)
        self._renames.append((old, new, value))
        self._said.append(said)

    def finding(self) -> OldArgument | None:
        """The finding for all old names of the call, or `None`."""
        if not self._names:
            return None
        renames = list(self._renames)
        said = list(self._said)
        for name, sides in self._sides.items():
            order = [sides[at] for at in sorted(sides)]
            value = tuple(argument.value for _, argument in order)
            renames += [
                (old, name if at == 0 else "", value if at == 0 else ...)
                for at, (old, _) in enumerate(order)
            ]
            together = " and ".join(old for old, _ in order)
            said.append(f"{together} {'are' if len(order) > 1 else 'is'} now {name}")
        return OldArgument(
            self._signature.cls,
            actual=list(self._names),
            renames=tuple(renames),
            remarks=tuple(said),
        )
