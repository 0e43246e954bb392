"""Compiled code of the recovery model: takes arrays and numbers, validates nothing.

`states` defines states and neighbours, `arguments` what kernels take and return. `scalar` is the
model as it is read, one replication at a time; `lanes` is the fast kernel, which gives the same
sums to the bit. `shocks` draws disruptions for both, `sums` adds their outcomes up and
`folding` makes means of them.
"""
