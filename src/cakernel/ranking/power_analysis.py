"""The sample size of one comparison: how many replications would settle it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Share, Whole
from cakernel.errors import InvalidInput
from cakernel.ranking.intervals import reach, spread_of, trusted
from cakernel.ranking.multiple_comparisons import edge_share
from cakernel.ranking.pairing import paired_groups
from cakernel.ranking.ranks import Tolerance
from cakernel.ranking.student import MOST_REPLICATIONS, effect_size, replications_needed
from cakernel.wording import brief, counted, shown


@dataclass(frozen=True)
class SampleSize:
    """What it takes to settle a comparison, judged by the replications at hand.

    Attributes
    ----------
    replications : int or None
        The fewest that settle it with the power asked for, if difference and spread are as
        measured; None where ``most`` do not.
    at_best, at_worst : int or None
        The same with the difference at the far and at the near end of its interval; ``at_worst``
        is None where that interval holds 0, so that no number can be promised.
    difference : float
        The mean paired difference, or margin inside the edge.
    lower, upper : float or None
        Its interval, made for skewed differences (see `best`); None where differences are the
        same in all replications, so that no number can be promised.
    trustworthy : bool
        Whether the replications at hand suffice for that interval, judged by the skewness.
    deviation : float
        Standard deviation of the difference in a single replication.
    at_hand, settled : int, bool
        Replications measured, and whether these settle it: the interval excludes 0.
    most : int
        The number above which a comparison is called not settled.
    """

    replications: int | None
    at_best: int | None
    at_worst: int | None
    difference: float
    lower: float | None
    upper: float | None
    trustworthy: bool
    deviation: float
    at_hand: int
    settled: bool
    most: int

    def __str__(self) -> str:
        found = (
            f"not settled by {counted(self.most, 'replication')}"
            if self.replications is None
            else f"settled by {counted(self.replications, 'replication')}"
        )
        if self.lower is None:
            return f"{found} (difference {brief(self.difference)} in all {self.at_hand:,})"
        worst = "any number" if self.at_worst is None else f"{self.at_worst:,}"
        best = f"more than {self.most:,}" if self.at_best is None else f"{self.at_best:,}"
        return (
            f"{found} (difference {brief(self.difference)}, interval {brief(self.lower)} to "
            f"{brief(self.upper)} at {self.at_hand:,}"
            f"{'' if self.trustworthy else ', too few for differences this skewed'}; {best} to "
            f"{worst} over that interval)"
        )


@checked_arguments
def sample_size(
    frame: pl.DataFrame,
    *,
    first: object,
    second: object,
    outcome: str,
    keys: Sequence[str] | None = None,
    tolerance: Tolerance | None = None,
    confidence: Share = 0.95,
    power: Share = 0.9,
    maximise: bool = True,
    most: Annotated[int, Whole(2, 10**12)] = MOST_REPLICATIONS,
) -> SampleSize:
    """Estimate how many replications would settle which of two policies is better.

    That is when the paired t interval of their difference would exclude 0 with probability
    ``power``: the power of the t-test (noncentral t), solved for the number of replications.

    Parameters
    ----------
    frame : polars.DataFrame
        Paired results of one group, as for `best`; two replications or more.
    first, second : str or object
        The policies to compare, by name: their keys joined by spaces, such as "SRD-5 CRD-5 P"; or
        objects that print so (`cakernel.Policy`).
    outcome : str
        The column to compare, of finite numbers; or a measure of it, as for `best`.
    keys : sequence of str, optional
        Columns that name a policy; by default all columns of text.
    tolerance : float, optional
        Settle instead on which side ``first`` lies of the edge that lies this share below
        ``second``, the best policy (the paper's rule: 0.05).
    confidence, power : float, default 0.95, 0.9
        Of the interval, and the probability that it excludes 0; above 0 and below 1.
    maximise : bool, default True
        Whether high outcomes are good: on which side of the best the edge lies.
    most : int, default 1,000,000
        The number above which the comparison is called not settled, 2 or more.

    Returns
    -------
    SampleSize
        ``replications`` and what they depend on.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, the frame is not of paired results, or a policy is not
        in it.

    References
    ----------
    Kupper, L. L. and Hafner, K. B. (1989). How appropriate are popular sample size formulas?
    American Statistician 43(2), 101-105.

    Examples
    --------
    >>> frame = pl.DataFrame(
    ...     {
    ...         "policy": ["fast"] * 10 + ["slow"] * 10,
    ...         "replication": [*range(10)] * 2,
    ...         "profit": [4.0, 5.0, 6.0, 7.0, 8.0] * 2 + [1.0, 3.0, 3.0, 5.0, 4.0] * 2,
    ...     }
    ... )
    >>> found = sample_size(frame, first="fast", second="slow", outcome="profit")
    >>> found.replications, found.settled, found.trustworthy
    (4, True, True)
    >>> str(found).partition(";")[0]
    'settled by 4 replications (difference 2.8, interval 2.236 to 3.437 at 10'
    """
    [paired] = paired_groups(frame, outcome=outcome, keys=keys)
    sign = 1.0 if maximise else -1.0
    policies = {"first": str(first), "second": str(second)}
    for name, policy in policies.items():
        if policy not in paired.names:
            raise InvalidInput(
                f"{name}: got {shown(policy)}; must be one of the frame's policies, such as "
                f"{paired.names[0]!r}"
            )
    own, other = (sign * paired.values[paired.names.index(name)] for name in policies.values())
    share = 1.0 if tolerance is None else edge_share(float(other.mean()), tolerance)
    # a plain difference keeps its sign; a margin is positive inside the edge
    sign = sign if tolerance is None else 1.0
    own, other = sign * own, sign * share * other
    difference = float((own - other).mean())
    spread = spread_of(own[None], other)
    below, above = (float(distance[0]) for distance in reach(spread, (1 + confidence) / 2))
    lower, upper = difference - below, difference + above
    known = bool(spread.error[0] > 0)
    settled = lower > 0 or upper < 0
    near = min(abs(lower), abs(upper)) if settled else 0.0
    deviation = float(spread.error[0] * np.sqrt(spread.replications))
    effects = effect_size([difference, max(abs(lower), abs(upper)), near], deviation)
    counts = replications_needed(
        effects if known else np.zeros(3), level=1 - confidence, power_wanted=power, most=most
    )
    needed, best, worst = (max(int(count), paired.fewest) if count else None for count in counts)
    return SampleSize(
        replications=needed,
        at_best=best,
        at_worst=worst,
        difference=difference,
        lower=lower if known else None,
        upper=upper if known else None,
        trustworthy=trusted(spread, fewest=paired.fewest),
        deviation=deviation,
        at_hand=len(own),
        settled=settled,
        most=most,
    )
