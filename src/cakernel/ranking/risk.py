"""`risk_measures`: what an outcome may be besides its mean: quantiles, bad ends, targets met."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import polars as pl
from scipy import special

from cakernel.arguments import checked_arguments
from cakernel.checks import Share, Whole
from cakernel.errors import InvalidInput
from cakernel.ranking.influence import shortfall
from cakernel.ranking.pairing import TEXT, Numbers

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@checked_arguments
def risk_measures(
    frame: pl.DataFrame,
    *,
    outcome: str,
    by: Sequence[str] = (),
    keys: Sequence[str] | None = None,
    quantiles: Sequence[Share] = QUANTILES,
    tail: Share = 0.05,
    target: float | None = None,
    confidence: Share = 0.95,
    bootstrap: Annotated[int, Whole(1, 1_000_000)] = 500,
    seed: Annotated[int, Whole(0, 2**63)] = 1,
) -> pl.DataFrame:
    """Say how an outcome is distributed over replications, policy by policy.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a group, policy and replication, as of `cakernel.paired_outcomes`: columns ``by``,
        ``keys`` and ``outcome``. Replications must be independent.
    outcome : str
        A column of finite numbers; high is good.
    by, keys : sequence of str
        Columns that tell groups and policies apart; ``keys`` are by default all of text that are
        not in ``by``.
    quantiles : sequence of float, default (0.05, 0.25, 0.5, 0.75, 0.95)
        Each above 0 and below 1.
    tail : float, default 0.05
        The share of worst replications whose mean is the expected shortfall, above 0, below 1.
    target : float, optional
        A value of the outcome that is to be exceeded, in its unit.
    confidence : float, default 0.95
        Of the interval of the probability to stay above the target, above 0 and below 1.
    bootstrap : int, default 500
        Resamples of replications, for the standard error of the shortfall.
    seed : int, default 1
        Of the resamples, 0 or more.

    Returns
    -------
    polars.DataFrame
        One row a group and policy, in the order in which they come: ``by``, ``keys``, replications,
        ``mean``, a column ``quantile_5`` (of 5%; linear between order statistics) a quantile,
        ``shortfall`` (the mean of the worst share ``tail`` of replications: expected shortfall, or
        CVaR; the replication at its edge counts in part) and its bootstrap ``shortfall_error``;
        with a target also ``probability_above``, the share of replications above it, with its
        exact binomial interval ``above_lower`` to ``above_upper``.

    Raises
    ------
    InvalidInput
        If a column is missing or holds no finite numbers, or an argument is outside its range.

    References
    ----------
    Rockafellar, R. T. and Uryasev, S. (2002). Conditional value-at-risk for general loss
    distributions. Journal of Banking & Finance 26(7), 1443-1471,
    doi 10.1016/S0378-4266(02)00271-6.
    Acerbi, C. and Tasche, D. (2002). On the coherence of expected shortfall. Journal of Banking &
    Finance 26(7), 1487-1503, doi 10.1016/S0378-4266(02)00283-2.
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26(4), 404-413, doi 10.1093/biomet/26.4.404.

    Examples
    --------
    >>> profits = pl.DataFrame({"plan": ["slow"] * 4, "profit": [1.0, 2.0, 3.0, 6.0]})
    >>> rows = risk_measures(profits, outcome="profit", quantiles=[0.5], tail=0.5, target=2.5)
    >>> rows.select("mean", "quantile_50", "shortfall", "probability_above").row(0)
    (3.0, 2.5, 1.5, 0.5)
    """
    if keys is None:
        keys = [name for name, kind in frame.schema.items() if kind in TEXT and name not in by]
    columns = [*by, *keys, outcome]
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InvalidInput(
            f"frame: lacks {', '.join(missing)}; must have the columns {', '.join(columns)}"
        )
    if frame.is_empty():
        raise InvalidInput("frame: got no rows; must have one or more")
    if not frame.schema[outcome].is_numeric():
        raise InvalidInput(f"{outcome}: got {frame.schema[outcome]}; must be numbers")
    if not frame[outcome].cast(pl.Float64).is_finite().fill_null(False).all():
        raise InvalidInput(f"{outcome}: got a number that is not finite; must be finite numbers")
    names = [*by, *keys]
    groups = frame.partition_by(names, maintain_order=True) if names else [frame]
    rows = []
    for group in groups:
        values = np.sort(group[outcome].to_numpy().astype(np.float64))
        row: dict[str, Any] = group.select(names).row(0, named=True) if names else {}
        row |= {"replications": len(values), "mean": float(values.mean())}
        found = np.quantile(values, list(quantiles))
        row |= {column(at): float(q) for at, q in zip(quantiles, found, strict=True)}
        row["shortfall"] = float(shortfall(values, tail))
        row["shortfall_error"] = _error(values, tail, resamples=bootstrap, seed=seed)
        if target is not None:
            row |= _above(values, target, confidence)
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def column(quantile: float) -> str:
    """Return the column of a quantile, such as quantile_5 of 0.05."""
    return f"quantile_{100 * quantile:.6g}"


def _error(values: Numbers, tail: float, *, resamples: int, seed: int) -> float | None:
    """Return the bootstrap standard error of a shortfall; None of one replication."""
    if len(values) < 2:
        return None
    generator = np.random.default_rng(seed)
    found = np.array(
        [shortfall(np.sort(generator.choice(values, len(values))), tail) for _ in range(resamples)]
    )
    return float(found.std(ddof=1)) if resamples > 1 else None


def _above(values: Numbers, target: float, confidence: float) -> dict[str, float]:
    """Return how often the target is exceeded, with the exact binomial interval."""
    beta = special.betaincinv
    count, above = len(values), int((values > target).sum())
    level = (1 - confidence) / 2
    return {
        "probability_above": above / count,
        "above_lower": 0.0 if above == 0 else float(beta(above, count - above + 1, level)),
        "above_upper": 1.0 if above == count else float(beta(above + 1, count - above, 1 - level)),
    }
