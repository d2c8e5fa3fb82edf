"""How each kind of edit is written into the source.

This package and `kfix.source` are the only ones that import libcst. A kind of edit (`kfix.edits`)
enters what it writes in a `Plan`; all edits of a repair are written in one pass. Its tools, by what
an edit writes:

=======================  =========================================================================
an expression            `Plan.put_code`; a function around what a call is given: `wrapping`
a layer                  `kind_of_spot.spot`: put one in, take it out, carry it off (`spots`);
                         `Plan.replace_layer`
an argument              `arguments`: set, renamed, taken out; `listed_arguments`, `helper_calls`
a literal, an element    `literals`, `elements`; `Plan.spell` writes a value as the user would
what is called           `callees`; `successor` for a name that Keras has no more
a tensor's variable      `tensor_names`, `outputs`
an import                `imports` for layers, `functions` for functions, `moved_imports`
a loop, a statement      `loops`; `UnitPlan.insert_statement` and `remove_statement` in `tree`
a sentence               `Plan.text`, `Plan.where`, `arguments.on_calls`
=======================  =========================================================================

A tool takes the plan and Sites, raises `CannotWrite` where the source leaves no way, and has its
test in `tests/rewrite`. Nothing here writes a comment of its own.
"""
