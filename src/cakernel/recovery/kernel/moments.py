"""Sums of outcomes and of their squares, as differences from the first replication.

Replications are added in their order, one by one, so the sums do not depend on how the work was
cut. Taking differences keeps the variance free of cancellation; those of whole numbers are exact.
"""

from cakernel.jit.compile import compiled


@compiled(entry=True)
def add_items(pivot, total, squares, values, scale, first_item, replications, position, fresh):
    """Add ``values`` (policies, items) to ``total`` and ``squares``, float64 (policies, scenarios).

    Item n, counted from ``first_item``, is replication n % ``replications`` of the scenario at
    ``position[n // replications]``; its values are multiplied by ``scale`` (scenarios of the
    batch,). Where ``fresh``, replication 0 is the first and sets ``pivot``.
    """
    for p in range(values.shape[0]):
        for n in range(values.shape[1]):
            batch_scenario = (first_item + n) // replications
            s = position[batch_scenario]
            value = values[p, n] * scale[batch_scenario]
            if fresh and (first_item + n) % replications == 0:
                pivot[p, s] = value
            difference = value - pivot[p, s]
            total[p, s] += difference
            squares[p, s] += difference * difference
