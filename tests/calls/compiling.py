"""How drawn programs compile a model: optimizer, losses, metrics, weights of losses."""

from __future__ import annotations

from collections.abc import Sequence

from tests.calls.drawing import Draw, Output
from tests.calls.models import Drawn
from tests.calls.own_losses import own_loss

LOSSES = {
    "sparse": ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
    "onehot": ("categorical_crossentropy", "CategoricalCrossentropy"),
    "binary": ("binary_crossentropy", "BinaryCrossentropy"),
}
"""The losses of labels of a form, by name and class."""

REGRESSION = (
    *(("mse", "MeanSquaredError"), ("mae", "MeanAbsoluteError")),
    *(("mean_squared_error", "MeanSquaredError"), ("mean_absolute_error", "MeanAbsoluteError")),
    *(("huber", "Huber"), ("log_cosh", "LogCosh"), ("poisson", "Poisson")),
    *(("cosine_similarity", "CosineSimilarity"), ("hinge", "Hinge"), ("kld", "KLDivergence")),
)

WRONG_LOSSES = (
    *("mean_square_error", "msee", "categorical_cross_entropy", "crossentropy", "rmse"),
    *("sparse_categorical_entropy", "binary_cross_entropy", "MSE", "Mse", "BinaryCrossEntropy"),
    *("logcosh", "mean_squared_logarithmic_error", "loss", "nll", "huber_loss", "Huber"),
)
METRICS = (
    *("accuracy", "acc", "mae", "mse", "keras.metrics.MeanSquaredError()", "AUC"),
    *("keras.metrics.MeanAbsoluteError(name='m')", "mean_absolute_error", "RootMeanSquaredError"),
)
WRONG_METRICS = (
    *("accurracy", "f1", "precision", "recall", "auc", "Accuracy", "rmse", "Precision"),
    *("keras.metrics.Precision()", "f1_score", "F1Score", "binary_accuracy", "r2", "loss"),
    *("categorical_accuracy", "sparse_categorical_accuracy", "keras.metrics.R2Score()"),
)
METRICS_OF_RANK = (
    *("keras.metrics.MeanIoU(num_classes={n})", "keras.metrics.OneHotMeanIoU(num_classes={n})"),
    *("keras.metrics.TopKCategoricalAccuracy(k=2)", "keras.metrics.CategoricalAccuracy()"),
    *("keras.metrics.SparseTopKCategoricalAccuracy(k=2)", "top_k_categorical_accuracy"),
    *("sparse_top_k_categorical_accuracy", "keras.metrics.AUC(multi_label=True, num_labels={n})"),
    *("keras.metrics.AUC(multi_label=True)", "keras.metrics.AUC(from_logits=True)"),
    *("keras.metrics.R2Score()", "keras.metrics.R2Score(class_aggregation='weighted_average')"),
    *("keras.metrics.F1Score(threshold=0.5)", "keras.metrics.F1Score(average='macro')"),
    *("keras.metrics.Precision(top_k=1)", "keras.metrics.Recall(class_id=0)", "r2_score"),
    *("keras.metrics.Precision(class_id={n})", "keras.metrics.PrecisionAtRecall(0.5)"),
    *("keras.metrics.BinaryIoU()", "keras.metrics.IoU(num_classes={n}, target_class_ids=[0])"),
    *("keras.metrics.CosineSimilarity(axis=-1)", "keras.metrics.CosineSimilarity(axis=1)"),
    *("keras.metrics.OneHotIoU(num_classes={n}, target_class_ids=[0])", "keras.metrics.Mean()"),
    *("keras.metrics.SensitivityAtSpecificity(0.5)", "keras.metrics.MatthewsCorrelation()"),
    *("keras.metrics.FalsePositives(thresholds=[0.2, 0.5])", "keras.metrics.TruePositives()"),
    *("keras.metrics.KLDivergence()", "keras.metrics.CategoricalCrossentropy()", "squared_hinge"),
    *("keras.metrics.SparseCategoricalCrossentropy()", "keras.metrics.BinaryCrossentropy()"),
    *("keras.metrics.ConcordanceCorrelation()", "keras.metrics.PearsonCorrelation()"),
    *("keras.metrics.MeanIoU()", "keras.metrics.PrecisionAtRecall()", "keras.metrics.IoU({n})"),
    *("keras.metrics.TopKCategoricalAccuracy(k=7)", "keras.metrics.AUC(num_thresholds=1)"),
    *("keras.metrics.Precision(thresholds=1.5)", "keras.metrics.F1Score(average='mean')"),
    *("keras.metrics.AUC(curve='roc')", "keras.metrics.AUC(curve='PR')", "keras.losses.mse"),
    *("keras.metrics.AUC", "keras.metrics.Accuracy", "keras.losses.MeanSquaredError()"),
)
"""Metrics that take labels and outputs of certain ranks; {n} is the size of the last axis."""
OPTIMIZERS = (
    *("'sgd'", "'adam'", "'SGD'", "'Adam'", "keras.optimizers.SGD()", "'rmsprop'", "'RMSprop'"),
    *("keras.optimizers.Adam(0.01)", "keras.optimizers.SGD(learning_rate=0.1)", "'adagrad'"),
)
WRONG_OPTIMIZERS = (
    *("'adm'", "'Adamm'", "'ADAM'", "'rms_prop'", "'momentum'", "keras.optimizers.Adam(lr=0.01)"),
    *("keras.optimizers.SGD(decay=1e-6)", "keras.optimizers.SGD(momentum=0.9, nesterov=True)"),
    *("keras.optimizers.Adam", "None", "'nadam'", "keras.optimizers.Adam(epsilon=1e-7)", "3"),
    *("keras.optimizers.RMSprop(learning_rate='auto')", "keras.optimizers.Adam(clipnorm=1.0)"),
    *("keras.optimizers.SGD(learning_rates=0.1)", "'adam '", "keras.optimizers.SGD(-0.1)"),
)

FLAGS = (
    *("run_eagerly=True", "run_eagerly=True", "run_eagerly=False", "jit_compile=False"),
    *("steps_per_execution=1", "auto_scale_loss=True", "jit_compile='auto'"),
)
WRONG_FLAGS = (
    *("run_eager=True", "eagerly=True", "steps_per_execution=0", "steps_per_execution='2'"),
    *("steps_per_execution=2", "sample_weight_mode='temporal'", "target_tensors=None"),
    *("loss_weight=[1.0]", "weighted_metric=['mae']", "metric='mae'", "run_eagerly='yes'"),
    *("run_eagerly=None", "experimental_run_tf_function=False", "distribute=None", "lr=0.1"),
    *("run_eagerly=1", "class_weight={0: 1.0}", "validation_data=None", "epochs=1"),
    *("steps_per_execution=-1", "jit_compile=None", "auto_scale_loss='yes'", "batch_size=2"),
)


def label_form(draw: Draw, output: Output) -> str:
    """Choose how an output's labels are written: "sparse", "onehot", "binary" or "values"."""
    if output.task == "classes":
        return draw.choice(("sparse", "sparse", "onehot"))
    return output.task


def _loss(draw: Draw, form: str) -> str:
    if draw.has("loss function") or draw.chance(4):
        return own_loss(draw)
    name, cls = LOSSES.get(form) or draw.choice(REGRESSION)
    if draw.has("loss name"):
        return f"'{draw.choice(WRONG_LOSSES)}'"
    if draw.has("loss kind"):
        rows = (*LOSSES.values(), *REGRESSION)
        name, cls = draw.choice(rows)
    how = draw.number(1, 10)
    if how <= 6:
        return f"'{name}'"
    if how <= 8:
        return f"keras.losses.{cls}()"
    if how == 9 and name not in ("kld", "mse", "mae"):
        return f"keras.losses.{name}"
    return f"'{name}'"


def compiled(draw: Draw, drawn: Drawn, forms: Sequence[str]) -> str:
    """Write a call of `compile`, or nothing."""
    if draw.has("not compiled"):
        return ""
    optimizer = draw.choice(OPTIMIZERS)
    if draw.has("optimizer"):
        optimizer = draw.choice(WRONG_OPTIMIZERS)
    arguments = [optimizer if draw.chance(60) else f"optimizer={optimizer}"]
    if not (draw.has("no loss") and draw.chance(50)):
        losses = _losses(draw, drawn, forms)
        plain = not arguments[0].startswith("optimizer") and draw.chance(50)
        arguments.append(losses if plain else f"loss={losses}")
    if draw.chance(50) or draw.fault.startswith("metric"):
        given = "metrics" if draw.chance(80) else "weighted_metrics"
        arguments.append(f"{given}={_metrics(draw, drawn)}")
    if draw.has("loss weights") or draw.chance(5):
        arguments.append(f"loss_weights={_loss_weights(draw, drawn)}")
    if draw.has("compile flags") or draw.chance(6):
        arguments.append(draw.choice(WRONG_FLAGS if draw.has("compile flags") else FLAGS))
        draw.kinds.append("with: flags of compile")
    if draw.has("argument") and draw.chance(30):
        arguments.append(draw.choice(("loses='mse'", "metric=['mae']", "learning_rate=0.1")))
    return "".join([*draw.definitions, f"model.compile({', '.join(arguments)})"])


def names(draw: Draw, drawn: Drawn) -> list[str]:
    """Return the names that dictionaries for outputs have."""
    found = [output.name or "out" for output in drawn.outputs]
    if drawn.keys and draw.chance(70):
        found = list(drawn.keys)
    return found


def dictionary(draw: Draw, keys: Sequence[str], values: Sequence[str], wrong: bool) -> str:
    """Write a dictionary in any order; a wrong one lacks a key or has one too many."""
    pairs = list(zip(keys, values, strict=True))
    if wrong:
        how = draw.choice(("missing", "other", "more"))
        if how == "missing" and len(pairs) > 1:
            pairs.pop(draw.number(0, len(pairs) - 1))
        elif how == "more":
            pairs.append(("more", values[0]))
        else:
            number = draw.number(0, len(pairs) - 1)
            pairs[number] = (f"{pairs[number][0]}_", pairs[number][1])
    elif draw.chance(30):
        pairs = draw.shuffled(pairs)
    return "{" + ", ".join(f"'{key}': {value}" for key, value in pairs) + "}"


def _losses(draw: Draw, drawn: Drawn, forms: Sequence[str]) -> str:
    losses = [_loss(draw, form) for form in forms]
    if draw.has("no loss"):
        losses[draw.number(0, len(losses) - 1)] = "None"
        if draw.chance(30):
            return "None"
    if draw.has("loss count"):
        return _listed_losses(draw, losses)
    as_dict = draw.has("loss keys") or draw.chance(20)
    if as_dict and (drawn.named or drawn.keys):
        return dictionary(draw, names(draw, drawn), losses, draw.has("loss keys"))
    if len(losses) == 1 and draw.chance(85):
        return losses[0]
    same = len(losses) > 1 and len({*forms}) == 1 and draw.chance(60)
    if same:
        return losses[0]
    ends = "({},)" if draw.chance(10) else "[{}]"
    return ends.format(", ".join(losses))


def _listed_losses(draw: Draw, losses: list[str]) -> str:
    """Write a loss too many or too few."""
    if draw.chance(50) or len(losses) == 1:
        losses.append(losses[0])
    else:
        losses.pop()
    return f"[{', '.join(losses)}]"


def _metrics(draw: Draw, drawn: Drawn) -> str:
    count = len(drawn.outputs)
    rows = [_metric(draw, output.shape[-1]) for output in drawn.outputs]
    if draw.has("metric form"):
        return draw.choice(
            (
                rows[0],
                f"[{', '.join([*rows, rows[0]])}]",
                f"({rows[0]},)",
                f"[[{rows[0]}]]",
                f"[{rows[0]}]",
                f"[[{rows[0]}], []]",
                "None",
                f"[[{'], ['.join(rows)}]]",
                f"[None, [{rows[0]}]]",
            )
        )
    if draw.has("metric keys") or (drawn.named and draw.chance(20)):
        values = [row if draw.chance(50) else f"[{row}]" for row in rows]
        return dictionary(draw, names(draw, drawn), values, draw.has("metric keys"))
    if count == 1:
        return f"[{', '.join([*rows, *([_metric(draw, 3)] if draw.chance(20) else [])])}]"
    return f"[{', '.join(rows if draw.chance(50) else [f'[{row}]' for row in rows])}]"


def _metric(draw: Draw, size: int) -> str:
    if draw.has("metric of rank") or draw.chance(8):
        name = draw.choice(METRICS_OF_RANK).format(n=size)
        return name if name.startswith("keras") else f"'{name}'"
    wrong = draw.has("metric name") or draw.chance(4)
    name = draw.choice(WRONG_METRICS if wrong else METRICS)
    return name if name.startswith("keras") else f"'{name}'"


def _loss_weights(draw: Draw, drawn: Drawn) -> str:
    count = len(drawn.outputs)
    rows = [draw.choice(("1.0", "0.5", "1", "2")) for _ in range(count)]
    wrong = draw.has("loss weights") and draw.chance(60)
    how = draw.choice(("list", "list", "dict", "one", "tuple"))
    if how == "dict":
        return dictionary(draw, names(draw, drawn), rows, wrong)
    if how == "one":
        return rows[0]
    if wrong:
        rows = [*rows, "1.0"] if draw.chance(50) or count == 1 else rows[:-1]
    if how == "tuple":
        return f"({', '.join(rows)},)"
    return f"[{', '.join(rows)}]"
