"""Running mean and sum of squared deviations (Welford 1962, doi 10.1080/00401706.1962.10490022).

Replications are added in their order, one by one, so the result does not depend on how they were
cut into blocks or on the number of threads.
"""

from cakernel.kernel.jit import compiled


@compiled
def add_replications(mean, squares, values, scale, first_replication):
    """Add ``values`` (policies, scenarios, replications) to ``mean``, ``squares``.

    ``mean`` and ``squares`` are float64 (policies, scenarios); values are multiplied by ``scale``
    (scenarios,); ``first_replication`` is how many are in already.
    """
    for p in range(values.shape[0]):
        for s in range(values.shape[1]):
            center = mean[p, s]
            spread = squares[p, s]
            for r in range(values.shape[2]):
                value = values[p, s, r] * scale[s]
                change = value - center
                center += change / (first_replication + r + 1)
                spread += change * (value - center)
            mean[p, s] = center
            squares[p, s] = spread
