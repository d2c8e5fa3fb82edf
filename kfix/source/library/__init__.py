"""What the functions of libraries return: NumPy, pandas, scikit-learn, TensorFlow, Keras, Python.

Each module of this package declares functions by their dotted names, and methods by the kind of
object and the name ("scaler.fit"). A module is imported when a name with its head is first asked
for (`numpy` in `numpy.zeros`); what has no module of its own is in `stdlib`. `lookup` finds them.

What tensors have, too (`numpy.tile`, `keras.ops.tile`), is not declared here but once for all
libraries in `kfix.shapes.operations`; `lookup` does not know it. docs/development.md shows how to
ask whether a function is known.

How to add a function
---------------------
1. **A row of the table**, where the result follows from the arguments alone. In the module of the
   library: names, parameters as the library declares them, result::

       function_row(
           "sklearn.datasets.make_moons sklearn.datasets.make_circles",
           "n_samples=100, **_",
           "float64[n_samples, 2], classes(int64[n_samples], 2)",
       )

   and in tests/source/library/test_rows.py a line with random arguments::

       sklearn.datasets.make_moons({n})

   The tests compare the shapes and dtypes of the result with the real library, and the names and
   order of the parameters with the real signature. `method_row` declares methods. A row takes
   arguments as they are: it does not see that an axis is out of range.

2. **A rule**, where it needs code: a function that takes a `Bound` call and returns a value. It
   reads arguments by name; `call.dim`, `call.shape`, `call.integer` and their like (see
   `arguments`) validate them. An argument that may be an array or nested lists is
   `call.array("a")`, its shape `call.array_shape("a")`: `None` where it is neither, or of unknown
   rank. `known_shape(value)` is for arrays alone. `array_of(value, call)` always returns an array,
   as `np.array` does: of an unknown shape where nothing is known of it. Its test is a program in
   the test module of the library, which compares shapes alone, no dtypes::

       @function("numpy.diff", "a, n=1, axis=-1")
       def _diff(call: Bound) -> AbstractValue:

An argument that is not known, or that the real function would refuse, makes the result unknown,
with its reason (`call.unknown`); a rule never raises an exception. `scripts/fuzz_library.py`
calls every function with values of every kind.

3. **A new library** is a new module, named as the head of its names (`scipy`). Add the head to
   `LIBRARIES` in tests/source/library/test_rows.py and to `_MODULES` in evaluating.py there:
   without them the tests ask nothing about it, and still pass. If the library is not installed,
   the cases are skipped; requirements-dev.lock says what is.

Parameters
----------
A Python parameter list. A dtype as a default is its bare name (`dtype=float64`), and `**_` stands
for further parameters that make no difference. Where arguments are spread and not known
(`f(**config)`), a parameter that is not given by name is unknown, not its default.

Results
-------
A result is a Python expression; it is parsed, never executed. `x` stands for any parameter, `self`
for the object of a method.

==============================  =================================================================
`float64[n, 2]`                 an array of this dtype and shape; `any[…]` has no known dtype
`dtype[*shape]`                 `dtype` and `shape` are arguments; an integer is a shape of rank 1
`float64[*x.shape]`             of the shape of an array-like argument
`int64[len(x), self.count]`     dims: a length, what the object keeps
`uint8[None, "… not known"]`    dims: variable, unknown with a reason; `*"…"` for the whole shape
`float64[N, M or N]`            `or`: the first that is not `None`
`like(x)`, `like(x, dtype)`     the same values, in another dtype
`classes(int64[n], k)`          labels of k classes, from 0 on
`squeeze(float64[n, k])`        an array without its axes of size 1
`broadcast(x, y)`               what arrays among the arguments broadcast to:
                                `float64[*(size or broadcast(x))]`
`x`, `self`, `None`, `1e-07`    an argument, the object, a constant
`(a, b)`, `[a]`, `{}`           tuples, lists and dictionaries of results
`object("scaler", count=n)`     an object of a library; "scaler.…" are its methods
`unknown("…")`, `unknown()`     an unknown with a reason, or with the text of the call
`a if flag else b`              by the truth of an argument (`not flag`, `mode == "fine"`)
==============================  =================================================================
"""
