"""The fast kernel: hundreds of replications side by side, on bits.

`blocks` has the parallel loop, and runs every policy on a block of lanes; `period` takes the steps
of a period, with the rules of `targets` and the payment of `quanta` or `floats`; `sums` adds up.
`bit_rows` says where bits stand, `plan` how many there are, `shock_bits` draws disruptions.
"""
