"""Networks of firms that differ: the same model where a chain is no rectangle. A grid is one.

`network` is the description, checked when it is made, on `indexed_tables`; `columns` says what its
tables have, `tables` and `consistency` fill in and refuse, `folder`, `grid` and `graph` are where
they come from. `disruptions` are those that were recorded, `estimates` their probabilities.
"""
