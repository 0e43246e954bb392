"""Sums of outcomes over items, replications and scenarios.

Item n of a call is replication n % replications of scenario n // replications, counted from
``first_item``. Items are added in their order, one by one, so that sums do not depend on how the
work was cut into calls.
"""

from cakernel.jit.compile import compiled


@compiled(entry=True)
def add_items(pivot, total, squares, values, scale, first_item, replications, position, fresh):
    """Add ``values`` (policies, items) to ``total`` and ``squares``, float64 (policies, scenarios).

    Values are multiplied by ``scale`` (scenarios of the batch,), and scenario s of the batch is
    scenario ``position[s]`` of the sums. They are added as differences from the first replication,
    ``pivot``, which is set where ``fresh``: this keeps the variance free of cancellation, and
    differences of whole numbers are exact.
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


@compiled(entry=True)
def add_over_scenarios(totals, values, denominator, point, first_item, replications):
    """Add ``values`` (policies, items) to ``totals`` float64 (policies, points, replications).

    Scenario s of the batch belongs to ``point[s]``. Dividing a whole number by ``denominator[s]``
    is correctly rounded, so the same amount in another quantum gives the same float64.
    """
    for p in range(values.shape[0]):
        for n in range(values.shape[1]):
            s = (first_item + n) // replications
            replication = (first_item + n) % replications
            totals[p, point[s], replication] += values[p, n] / denominator[s]


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
