"""In what share of random markets each claim of the abstract on coopetition holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Seed, Share, Whole, check_process
from cakernel.coopetition.claims.markets import MOST_POINTS, claim_markets, claim_rows
from cakernel.coopetition.claims.shares import EQUAL, by_risk, shortfall, tally
from cakernel.coopetition.claims.statements import (
    AGAINST,
    CHOOSERS,
    Claim,
    abstract_claims,
    regime_claims,
)
from cakernel.coopetition.claims.where import features, where_it_fails
from cakernel.coopetition.columns import codes
from cakernel.coopetition.kernel_calls import Progress
from cakernel.coopetition.words import REGIMES
from cakernel.errors import Interrupted

# outcomes that claims are about; with those of chains that a market may lack
OF_CHAINS: Final = tuple(f"{name}_{n}" for name in ("profit", "investment") for n in (1, 2, 3))
COMPARED: Final = (
    *("economic_welfare", "total_profit", "total_investment", "mean_breach_probability"),
    *OF_CHAINS,
)
OF_CLAIMS: Final = ("statement", "tested", "by_construction")


@dataclass(frozen=True)
class ClaimVerdicts:
    """What random markets say of the abstract's claims, as tables.

    Attributes
    ----------
    claims : polars.DataFrame
        One row a claim and regime: ``id``, ``regime`` (of a claim that compares it with nash, the
        other one), ``statement``, ``tested``, ``by_construction`` (what of the answer is certain
        before any market is solved, else null), ``markets``, ``counted``, ``no_equilibrium`` and
        ``not_unique`` (left out for an equilibrium that the claim needs), ``holds``, ``equal``,
        ``opposite`` (of those counted), ``share`` that holds with its interval ``lower``,
        ``upper``, ``verdict`` (the shares in words), ``share_not_unique_too`` (with what is not
        unique counted), ``mean_difference``, ``median_difference``, ``where`` (it fails most),
        ``where_first``, ``where_second`` (the parameters that tell it best, or null).
    by_risk : polars.DataFrame
        One row a ``regime``, ``part`` of the advantage and ``threat_probability``: ``counted``,
        ``share_positive``, ``share_above_no_risk`` (null at tau = 0), each with ``..._lower``,
        ``..._upper``; ``mean``, ``mean_change`` (from tau = 0) and the quartiles ``low``,
        ``median``, ``high``.
    shortfall : polars.DataFrame
        One row a contract and ``choice`` (nash; the same with a higher subsidy; joint), no rows
        without nash and planner: ``counted``, ``short`` (of the planner's welfare) and its share
        ``share_short``, ``lower``, ``upper``; ``mean_shortfall``, ``median_shortfall`` in money
        and, over the ``counted_positive`` markets where the planner's welfare is above 0,
        ``mean_share``, ``median_share`` of it; over the ``counted_gap`` markets where nash is
        short, the part of the gap that the choice closes, ``median_closed``, and the part of the
        sum of all gaps, ``total_closed`` (below 0: it widens), null for nash itself.
    differences : polars.DataFrame
        One row a claim (``id``), ``regime`` and ``market``: ``difference`` (the smallest of the
        claim's), null where left out.
    markets, rows : polars.DataFrame
        The markets, and their equilibria as of `claim_rows`.
    """

    claims: pl.DataFrame
    by_risk: pl.DataFrame
    shortfall: pl.DataFrame
    differences: pl.DataFrame
    markets: pl.DataFrame
    rows: pl.DataFrame


@checked_arguments
def claim_verdicts(
    *,
    points: Annotated[int, Whole(1, MOST_POINTS)] = 2000,
    seed: Seed = 1,
    regimes: Sequence[str] = REGIMES,
    confidence: Share = 0.95,
    threads: Threads | None = None,
    progress: Progress | None = None,
) -> ClaimVerdicts:
    """Check the abstract's claims in random markets.

    Markets are drawn independently, so a share has a binomial interval; it is a share of the ranges
    drawn from, not of markets in the world. Each comparison is paired: the same market under two
    contracts, or with one thing changed, or under two regimes of investment.

    Parameters
    ----------
    points : int, default 2000
        Markets, 1 to 1,000,000; each is solved 36 times under each regime.
    seed : int, default 1
        Of the markets, 0 to 2^64 - 1.
    regimes : sequence of {"nash", "joint", "planner"}, default all
        Who chooses investments, as in `equilibria`; claims that compare regimes need nash and
        another.
    confidence : float, default 0.95
        Of each interval by itself, above 0 and below 1.
    threads, progress
        As in `equilibria`.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    Interrupted
        On Ctrl-C; holds the verdicts of the first markets, those that were solved.

    References
    ----------
    Wilson (1927), doi 10.1080/01621459.1927.10502953, for the intervals.

    Examples
    --------
    >>> found = claim_verdicts(points=2, regimes=["nash"])
    >>> found.claims.filter(id="a-advantage")["statement"].item()
    'flexible-moq gives more economic welfare than fixed'
    >>> found.rows.height  # 2 markets solved 12 times under 3 contracts
    72
    """
    check_process()
    codes("regimes", regimes, REGIMES)
    markets = claim_markets(points, seed=seed)
    try:
        rows = claim_rows(markets, regimes=regimes, threads=threads, progress=progress)
    except Interrupted as stopped:
        solved, partial = stopped.replications, None
        if solved:
            partial = judge(markets[:solved], stopped.partial, confidence=confidence)
        raise Interrupted(partial, solved) from None
    return judge(markets, rows, confidence=confidence)


def judge(markets: pl.DataFrame, rows: pl.DataFrame, *, confidence: float = 0.95) -> ClaimVerdicts:
    """Judge the claims on solved markets, as of `claim_rows`."""
    regimes = rows["regime"].cast(pl.String).unique(maintain_order=True).to_list()
    unique, any_found = (
        {regime: wide(rows, regime=regime, statuses=statuses) for regime in regimes}
        for statuses in (["converged"], ["converged", "not unique"])
    )
    asked = features(markets)
    verdicts, differences = [], []
    for regime, claim, outcomes, all_outcomes in _asked(unique, any_found):
        # null where any of the claim's differences is
        whole = pl.any_horizontal(each.is_null() for each in claim.differences)
        least = pl.when(~whole).then(pl.min_horizontal(claim.differences))
        smallest = least.alias("difference")
        values = outcomes.select(smallest)["difference"]
        all_values = all_outcomes.select(smallest)["difference"]
        counted = values.is_not_null()
        where = where_it_fails(asked.filter(counted), values.drop_nulls() > EQUAL)
        first, second = (*where.parameters, None, None)[:2]
        verdicts.append(
            {
                "id": claim.id,
                "regime": regime,
                **{name: getattr(claim, name) for name in OF_CLAIMS},
                "markets": markets.height,
                "counted": int(counted.sum()),
                "no_equilibrium": all_values.null_count(),
                "not_unique": values.null_count() - all_values.null_count(),
                **tally(values, all_values, confidence),
                "where": where.words,
                "where_first": first,
                "where_second": second,
            }
        )
        of = (pl.lit(claim.id).alias("id"), pl.lit(regime).alias("regime"))
        differences.append(outcomes.select(*of, "market", difference=values))
    compared = unique if {AGAINST, "planner"} <= set(unique) else {}
    return ClaimVerdicts(
        pl.DataFrame(verdicts, infer_schema_length=None),
        pl.concat(by_risk(unique[name], regime=name, confidence=confidence) for name in regimes),
        shortfall(compared, confidence=confidence),
        pl.concat(differences),
        markets,
        rows,
    )


def wide(rows: pl.DataFrame, *, regime: str, statuses: Sequence[str]) -> pl.DataFrame:
    """Return a row a market, columns named as by `cakernel.coopetition.claims.statements.column`.

    Null where the status is another one, so that no such outcome is counted.
    """
    mine = rows.filter(pl.col("regime").cast(pl.String) == regime)
    missing = [name for name in OF_CHAINS if name not in rows.columns]
    told = mine.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing).with_columns(
        total_investment=pl.sum_horizontal("^investment_.*$"),
        mean_breach_probability=pl.mean_horizontal("^breach_probability_.*$"),
    )
    right = pl.col("status").cast(pl.String).is_in(list(statuses))
    key = pl.format("{}|{}|{}", pl.col("contract").cast(pl.String), "change", "level")
    long = told.select("market", pl.when(right).then(pl.col(COMPARED)), key=key)
    return long.pivot("key", index="market", values=COMPARED, separator="|").sort("market")


Wides = dict[str, pl.DataFrame]


def _asked(
    unique: Wides, any_found: Wides
) -> Iterator[tuple[str, Claim, pl.DataFrame, pl.DataFrame]]:
    """Yield every claim with its regime and the outcomes that it is asked of.

    First those of equilibria that are the only ones found, then those of any.
    """
    for regime in unique:
        for claim in abstract_claims(regime):
            yield regime, claim, unique[regime], any_found[regime]
    for regime in CHOOSERS:
        if AGAINST in unique and regime in unique:
            both = []
            for kind in (unique, any_found):
                other = kind[regime].select(
                    "market", pl.exclude("market").name.prefix(f"{regime} ")
                )
                both.append(kind[AGAINST].join(other, on="market", maintain_order="left"))
            for claim in regime_claims(regime):
                yield regime, claim, both[0], both[1]
