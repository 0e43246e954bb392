"""Means and standard errors of outcomes that are averaged over scenarios first."""

from cakernel.jit.compile import compiled


@compiled(entry=True)
def mean_and_error(totals, mean, error):
    """Set the mean over the last axis of ``totals`` and, for two or more, its standard error.

    ``mean`` and ``error`` are float64 (policies, points). Welford's recurrence.
    """
    replications = totals.shape[2]
    for p in range(totals.shape[0]):
        for point in range(totals.shape[1]):
            average, squares = 0.0, 0.0
            for n in range(replications):
                difference = totals[p, point, n] - average
                average += difference / (n + 1)
                squares += difference * (totals[p, point, n] - average)
            mean[p, point] = average
            if replications > 1:
                error[p, point] = (squares / (replications - 1) / replications) ** 0.5
