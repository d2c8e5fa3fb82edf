"""Errors about something else than shapes: kfix says so, and edits nothing because of them."""

from __future__ import annotations

from kfix.evidence.row import Row


def _row(name: str, other: str, texts: tuple[str, ...], types: tuple[str, ...], look: str) -> Row:
    """Return a row of an error about something else."""
    return Row(
        name, texts, f"The error is about {other}.", look, "", era="", other=other, types=types
    )


ROWS = (
    _row(
        "out-of-memory",
        "memory: that of the graphics card or of the machine is used up",
        (
            "OOM when allocating tensor",
            "RESOURCE_EXHAUSTED",
            "CUDA out of memory",
            "out of memory",
            "Unable to allocate {*} for an array with shape",
            "std::bad_alloc",
            "Failed to allocate memory",
        ),
        ("MemoryError", "ResourceExhaustedError", "OutOfMemoryError"),
        "A smaller batch_size, smaller images, or a generator in place of one large array.",
    ),
    _row(
        "graphics-card",
        "the graphics card or its libraries (CUDA, cuDNN)",
        (
            "CUDA_ERROR_",
            "CUDA error",
            "Failed to call ThenRnnForward",
            "Could not load dynamic library 'lib",
            "Failed to get convolution algorithm. This is probably because cuDNN failed to "
            "initialize",
            "DNN library is not found",
            "DNN library initialization failed",
            "CUDNN_STATUS_",
            "Blas GEMM launch failed",
            "failed call to cuInit",
            "No CUDA GPUs are available",
            "JIT compilation failed",
            "libdevice not found",
            "Cannot assign a device for operation",
            "Loaded runtime CuDNN library",
            "only supports NHWC tensor format",
            "op currently only supports the NHWC tensor format on the CPU",
        ),
        (),
        "The versions of the driver, CUDA, cuDNN and TensorFlow go together; the program runs "
        "without a graphics card with CUDA_VISIBLE_DEVICES=-1.",
    ),
    _row(
        "missing-module",
        "a module that is not installed, or a name that a module does not have",
        ("No module named", "cannot import name", "DLL load failed while importing"),
        ("ModuleNotFoundError", "ImportError"),
        "Install the package in the environment that runs the program, or see kfix --explain "
        "KFX306 for imports of an older Keras.",
    ),
    _row(
        "missing-file",
        "a file or folder that is not there or cannot be read",
        (
            "No such file or directory",
            "Unable to synchronously open file",
            "Unable to open file",
            "File not found",
        ),
        (
            "FileNotFoundError",
            "NotADirectoryError",
            "IsADirectoryError",
            "PermissionError",
            "NotFoundError",
            "FileExistsError",
            "UnidentifiedImageError",
            "EmptyDataError",
            "BadZipFile",
            "UnpicklingError",
            "EOFError",
        ),
        "The path is read from the folder in which the program is started.",
    ),
    _row(
        "syntax",
        "the syntax of the program: Python cannot read it",
        ("invalid syntax",),
        ("SyntaxError", "IndentationError", "TabError"),
        "The line that Python names, or the one above it.",
    ),
    _row(
        "name",
        "a name that is not defined where it is used",
        (),
        ("NameError", "UnboundLocalError"),
        "A typing error, a missing import, or a notebook's cell that was not run.",
    ),
    _row(
        "dtype",
        "the types of values, not their shapes",
        (
            "Cast string to float is not supported",
            "could not convert string to float",
            "cannot be converted to",
            "Invalid dtype: object",
            "Object arrays cannot be loaded when allow_pickle=False",
            "Invalid dtype: {attribute}",
            "Failed to convert a NumPy array to a Tensor (Unsupported object type {attribute})",
            "Value passed to parameter '{*}' has DataType {attribute} not in list of allowed "
            "values",
            "Tensor conversion requested dtype",
            "can't convert np.ndarray of type numpy.object_",
            "cannot compute {*} as input #{*} was expected to be a {*} tensor but is a {*} tensor",
        ),
        ("UFuncTypeError", "UFuncNoLoopError"),
        'Columns of text, objects or mixed types in the data: astype("float32") after they were '
        "made numbers.",
    ),
    _row(
        "key",
        "a key, column or name that is not there",
        (),
        ("KeyError",),
        "The columns of the table (df.columns) or the keys of the dictionary.",
    ),
    _row(
        "network",
        "a download or a connection",
        (
            "URL fetch failure",
            "Connection refused",
            "Name or service not known",
            "Max retries exceeded",
        ),
        (
            "URLError",
            "HTTPError",
            "ConnectionError",
            "ConnectionResetError",
            "TimeoutError",
            "SSLError",
            "gaierror",
        ),
        "The network, a proxy, or a file that is to be downloaded by hand.",
    ),
    _row(
        "interrupted",
        "a run that was stopped",
        ("Segmentation fault", "Killed", "core dumped"),
        ("KeyboardInterrupt", "SystemExit", "BrokenPipeError", "ChildProcessError"),
        "Nothing, if you stopped it; a run that is killed by the system usually had too little "
        "memory.",
    ),
    _row(
        "saved-model",
        "a saved model or weights that do not go with this program or this Keras",
        (
            "Unable to load weights",
            "Unknown layer:",
            "Could not locate class",
            "Could not deserialize class",
            "Cannot deserialize",
            "File format not supported",
            "The filename must end in",
            "The filepath provided must end in",
            "bad marshal data",
            "Layer count mismatch when loading weights",
            "You are trying to load a weight file containing",
            "Exception encountered: Unrecognized keyword arguments passed to InputLayer",
        ),
        (),
        "The model must be made as it was saved, with custom_objects for classes of the program.",
    ),
    _row(
        "compile",
        "a loss, metric, optimizer or activation that Keras does not know, or a model that was "
        "not compiled",
        (
            "Could not interpret loss identifier",
            "Could not interpret metric identifier",
            "Could not interpret optimizer identifier",
            "Could not interpret activation function identifier",
            "Could not interpret initializer identifier",
            "Unknown loss function",
            "Unknown activation function",
            "Unknown optimizer",
            "Unknown metric function",
            "You must call `compile()` before",
            "You must compile your model before training/testing",
            "No loss to compute. Provide a `loss` argument",
            "No gradients provided for any variable",
            "Argument(s) not recognized: {*}",
        ),
        (),
        "The spelling of the name; an optimizer of another library or version.",
    ),
    _row(
        "division-or-index",
        "the program's own computing: an index, a division, an empty list or a wrong call",
        (),
        (
            "IndexError",
            "ZeroDivisionError",
            "TypeError",
            "AttributeError",
            "StopIteration",
            "AssertionError",
            "OverflowError",
            "FloatingPointError",
            "RecursionError",
            "LinAlgError",
            "UnicodeDecodeError",
            "UnicodeEncodeError",
            "NotImplementedError",
            "JSONDecodeError",
            "ParserError",
            "DatabaseError",
            "OperationalError",
        ),
        "The line of the program that the traceback names.",
    ),
)
