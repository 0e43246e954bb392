"""Networks of firms that differ: the same model where a chain is no rectangle. A grid is one.

`network` is the description, checked when it is made, on `indexed_tables`; `columns` says what its
tables have, `tables` and `consistency` fill in and refuse, `folder`, `grid` and `graph` are where
they come from. `disruptions` are those that were recorded, `estimates` their probabilities.

`simulation` runs it: `quanta`, `shapes` and `lists` make numbers of it, `kernel_arrays` what its
kernel takes, `engine` calls the kernel, and `history` reads a whole history.
"""
