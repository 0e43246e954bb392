"""Outcomes of sweep points: averaged over a point's scenarios, then summed up over replications.

Both go through their items in order, so that nothing depends on how the work was cut.
"""

from cakernel.jit.compile import compiled


@compiled(entry=True)
def add_cases(sums, values, denominator, point, first_item, replications):
    """Add ``values`` (policies, items) to ``sums`` float64 (policies, points, replications).

    Item n, counted from ``first_item``, is replication n % ``replications`` of case
    n // ``replications``, which belongs to ``point[case]``. Dividing a whole number by
    ``denominator[case]`` is correctly rounded, so the same amount in another quantum gives the
    same float64.
    """
    for p in range(values.shape[0]):
        for n in range(values.shape[1]):
            case = (first_item + n) // replications
            replication = (first_item + n) % replications
            sums[p, point[case], replication] += values[p, n] / denominator[case]


@compiled(entry=True)
def fold_replications(sums, mean, error):
    """Set the mean over the last axis of ``sums`` and, for two or more, its standard error.

    ``mean`` and ``error`` are float64 (policies, points); Welford's recurrence.
    """
    replications = sums.shape[2]
    for p in range(sums.shape[0]):
        for point in range(sums.shape[1]):
            average, squares = 0.0, 0.0
            for n in range(replications):
                difference = sums[p, point, n] - average
                average += difference / (n + 1)
                squares += difference * (sums[p, point, n] - average)
            mean[p, point] = average
            if replications > 1:
                error[p, point] = (squares / (replications - 1) / replications) ** 0.5
