"""`best`: which policy is best, by how much, and how sure that is."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
import polars as pl
from pydantic import Field

from cakernel.arguments import checked_arguments
from cakernel.checks import Allowed, Share, Whole
from cakernel.ranking.intervals import (
    most_that_differ,
    reach,
    replications_to_trust,
    spread_of,
    trusted,
)
from cakernel.ranking.multiple_comparisons import comparisons_with_best, edge_share, sure_sides
from cakernel.ranking.pairing import ROUNDING, Numbers, Paired, paired_groups
from cakernel.ranking.student import effect_size, replications_needed

Tolerance = Annotated[float, Field(ge=0, lt=1), Allowed("a number from 0 to below 1")]

# numbers in memory at once: 32 MB
NUMBERS_AT_ONCE = 4_000_000

INTERVAL_ENDS = (
    *("lower", "upper", "simultaneous_lower", "simultaneous_upper"),
    *("margin_lower", "margin_upper"),
)
SIDES = ("open", "inside", "outside")


@checked_arguments
def best(
    frame: pl.DataFrame,
    *,
    outcome: str,
    by: Sequence[str] = (),
    keys: Sequence[str] | None = None,
    confidence: Share = 0.95,
    tolerance: Tolerance = 0.05,
    power: Share = 0.9,
    bootstrap: Annotated[int, Whole(1, 10_000_000)] = 2000,
    seed: Annotated[int, Whole(0, 2**63)] = 1,
    maximise: bool = True,
) -> pl.DataFrame:
    """Rank policies by their mean outcome, and say how sure each place is.

    Parameters
    ----------
    frame : polars.DataFrame
        Paired results, one row a group, policy and replication, as of `cakernel.paired_outcomes`:
        columns ``by``, ``keys``, replication and ``outcome``. Replications must be independent;
        policies may be correlated in any way.
    outcome : str
        The column to compare, of finite numbers; or another measure of it than the mean, such as
        "quantile_5_profit", "shortfall_5_profit" (the mean of the worst 5% of replications) or
        "above_97_profit" (the probability to exceed 97), of the column profit or mean_profit. Then
        ``mean`` is that measure, and intervals are those of its influence values, of which many
        replications are needed (see `cakernel.ranking.influence`).
    by : sequence of str
        Columns that tell groups apart (regimes, points); each group is judged by itself.
    keys : sequence of str, optional
        Columns that name a policy; by default all columns of text that are not in ``by``.
    confidence : float, default 0.95
        Of every interval, above 0 and below 1.
    tolerance : float, default 0.05
        A policy is within the best set if it lies at most this share below the best mean (the
        5% rule of Chen and Chang 2021); 0 to below 1.
    power : float, default 0.9
        With which the replications to settle a comparison settle it, above 0 and below 1.
    bootstrap : int, default 2000
        Resamples of the replications, 1 or more.
    seed : int, default 1
        Of the resamples, 0 or more.
    maximise : bool, default True
        Whether the highest mean is the best, or the lowest.

    Returns
    -------
    polars.DataFrame
        One row a group and policy, best first: ``by``, ``keys``, replications, ``rank``, ``mean``
        and its ``standard_error``;
        ``compared_with`` (the best policy; for the best itself the second), ``difference`` (mean
        minus that policy's), its ``difference_error``, its own interval ``lower``, ``upper``
        (the union of Student's and Willink's on paired differences, made for skewed ones) and
        ``simultaneous_lower``, ``simultaneous_upper`` (mean minus the best of the others', all
        policies together), ``may_be_best`` (not ruled out by the latter); an end is null where it
        hangs on a difference that is the same in all replications, which tells nothing of others;
        ``trustworthy``: the replications suffice for intervals of differences as skewed as those
        of the group, and this one varies; ``replications_to_trust``: how many would suffice, null
        where no difference varies or there are two replications; ``differing``: the replications in
        which the outcome differs from that of ``compared_with``, and ``differing_upper``, the
        largest share of all replications in which it may (exact binomial limit);
        ``within`` (in the best set), ``margin`` (distance inside its edge), ``margin_lower``,
        ``margin_upper`` (likewise), ``side`` ("inside", "outside" or "open", for all together);
        ``replications_to_settle``, ``replications_to_settle_side``: the fewest with which the
        own interval of the difference, or of the margin, would exclude 0, taking difference and
        spread as measured; null where a million do not do, or there is no interval;
        ``probability_best``, ``probability_within``: the share of bootstrap resamples in which the
        policy has the highest mean (those equal share it), or is within the tolerance of it. Not
        the probability that it is truly the best: of equally good policies the leader may well
        have 0.4 with any number of replications; ``may_be_best`` says what is ruled out.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or the frame is not of paired results.

    References
    ----------
    Law, A. M. (2015). Simulation Modeling and Analysis, 5th edition, section 10.2.1 (paired t).
    Willink, R. (2005). A confidence interval and test for the mean of an asymmetric distribution.
    Communications in Statistics - Theory and Methods 34(4), 753-766, doi 10.1081/STA-200054419.
    Hsu, J. C. (1984). Constrained simultaneous confidence intervals for multiple comparisons
    with the best. Annals of Statistics 12(3), 1136-1144, doi 10.1214/aos/1176346732.
    Nelson, B. L. and Matejcik, F. J. (1995). Using common random numbers for indifference-zone
    selection and multiple comparisons in simulation. Management Science 41(12), 1935-1945,
    doi 10.1287/mnsc.41.12.1935.
    Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7(1),
    1-26, doi 10.1214/aos/1176344552.

    Examples
    --------
    Two policies in four replications, in which both met the same disruptions:

    >>> frame = pl.DataFrame(
    ...     {
    ...         "policy": ["fast"] * 4 + ["slow"] * 4,
    ...         "replication": [0, 1, 2, 3] * 2,
    ...         "profit": [4.0, 4.0, 6.0, 6.0, 1.0, 2.0, 3.0, 4.0],
    ...     }
    ... )
    >>> rows = best(frame, outcome="profit")
    >>> rows.select("policy", "mean", "compared_with", "difference").rows()
    [('fast', 5.0, 'slow', 2.5), ('slow', 2.5, 'fast', -2.5)]
    >>> [round(end, 3) for end in rows.select("lower", "upper").row(0)]
    [1.581, 3.419]
    >>> rows["side"].to_list()
    ['inside', 'outside']
    """
    sign = 1.0 if maximise else -1.0
    return pl.concat(
        _ranked(
            group,
            sign,
            confidence,
            tolerance,
            power,
            chances(sign * group.values, tolerance=tolerance, resamples=bootstrap, seed=seed),
        )
        for group in paired_groups(frame, outcome=outcome, by=by, keys=keys)
    )


def _ranked(
    group: Paired,
    sign: float,
    confidence: float,
    tolerance: float,
    power: float,
    probabilities: tuple[Numbers, Numbers],
) -> pl.DataFrame:
    """Return the rows of one group, best first."""
    values = sign * group.values
    count = values.shape[1]
    means = values.mean(axis=1)
    order = np.argsort(-means, kind="stable")
    rival = np.full(len(values), order[0])
    rival[order[0]] = order[1]
    difference = means - means[rival]
    spread = spread_of(values, values[rival])
    share = edge_share(means[order[0]], tolerance)
    margin = means - share * means[order[0]]
    margin_spread = spread_of(values, share * values[order[0]])
    level = 1 - confidence
    *together, may_be_best = comparisons_with_best(values, level=level)
    below, above = reach(spread, 1 - level / 2)
    ends = [(difference - below, difference + above), together]
    # a low end of the negated outcome is a high end of the outcome
    (lower, upper), (together_lower, together_upper) = (
        (a, b) if sign > 0 else (-b, -a) for a, b in ends
    )
    below, above = reach(margin_spread, 1 - level / 2)
    names = group.names
    columns: dict[str, Any] = {
        "replications": np.full(len(values), count),
        "rank": (means[:, None] < means - rounding_of(values)).sum(axis=1) + 1,
        "mean": sign * means,
        "standard_error": spread_of(values, np.zeros(count)).error,
        "compared_with": [names[policy] for policy in rival],
        "difference": sign * difference,
        "difference_error": spread.error,
        "lower": lower,
        "upper": upper,
        "simultaneous_lower": together_lower,
        "simultaneous_upper": together_upper,
        "may_be_best": may_be_best,
        "trustworthy": (spread.error > 0) & trusted(spread, fewest=group.fewest),
        "replications_to_trust": pl.repeat(
            replications_to_trust(spread, fewest=group.fewest),
            len(values),
            dtype=pl.Int64,
            eager=True,
        ),
        "differing": spread.differing,
        "differing_upper": most_that_differ(spread, confidence),
        "within": margin >= -rounding_of(values),
        "margin": margin,
        "margin_lower": margin - below,
        "margin_upper": margin + above,
        "side": [SIDES[sure] for sure in sure_sides(values, tolerance=tolerance, level=level)],
    }
    errors = np.stack([spread.error, margin_spread.error])
    needed = replications_needed(
        effect_size([difference, margin], np.sqrt(count) * errors), level=level, power_wanted=power
    )
    columns["replications_to_settle"], columns["replications_to_settle_side"] = (
        pl.Series([int(number) or None for number in numbers], dtype=pl.Int64)
        for numbers in np.where((errors > 0) & (needed > 0), np.maximum(needed, group.fewest), 0)
    )
    columns["probability_best"], columns["probability_within"] = probabilities
    rows = group.rows.hstack([pl.Series(name, column) for name, column in columns.items()])[order]
    # an end that is not known is infinite
    return rows.with_columns(
        pl.when(pl.col(end).is_finite()).then(end).alias(end) for end in INTERVAL_ENDS
    )


def resampled_means(values: Numbers, *, resamples: int, seed: int) -> Iterator[Numbers]:
    """Yield means (policies, some resamples) of replications drawn with replacement.

    How many come at once depends on the size of ``values``; the resamples do not.
    """
    policies, replications = values.shape
    generator = np.random.default_rng(seed)
    each = max(1, NUMBERS_AT_ONCE // (policies + 2 * replications))
    even = np.full(replications, 1 / replications)
    for first in range(0, resamples, each):
        count = min(each, resamples - first)
        drawn = generator.multinomial(replications, even, size=count).astype(np.float64)
        # einsum, unlike a matrix product, sums in one order on any number of threads
        yield np.einsum("pr,br->pb", values, drawn) / replications


def chances(
    values: Numbers, *, tolerance: float, resamples: int, seed: int
) -> tuple[Numbers, Numbers]:
    """Return each policy's probability to have the highest mean, and to be within tolerance of it.

    Policies that share the highest mean share the probability.
    """
    highest = np.zeros(len(values))
    within = np.zeros(len(values))
    slack = rounding_of(values)
    for means in resampled_means(values, resamples=resamples, seed=seed):
        top = means.max(axis=0)
        at_top = means >= top - slack
        highest += (at_top / at_top.sum(axis=0)).sum(axis=1)
        within += (means >= top - tolerance * np.abs(top) - slack).sum(axis=1)
    return highest / resamples, within / resamples


def rounding_of(values: Numbers) -> float:
    """Return by how much means of equal policies may differ, in rounding alone."""
    return ROUNDING * float(np.abs(values).max())
