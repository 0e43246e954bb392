"""In what share of random markets each claim of the abstract on coopetition holds.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from cakernel.checks import Share, check_value
from cakernel.coopetition.claims.by_risk import by_risk
from cakernel.coopetition.claims.markets import claim_markets, claim_rows
from cakernel.coopetition.claims.regimes import AGAINST, CHOOSERS, beside, regime_claims
from cakernel.coopetition.claims.shares import EQUAL, shares
from cakernel.coopetition.claims.shortfall import shortfall
from cakernel.coopetition.claims.statements import Claim, claims
from cakernel.coopetition.claims.where import features, where_it_fails
from cakernel.coopetition.claims.wide import wide
from cakernel.coopetition.equilibria import codes
from cakernel.coopetition.table import REGIMES


class _Asked(NamedTuple):
    regime: str
    claim: Claim
    outcomes: pl.DataFrame
    all_outcomes: pl.DataFrame


@dataclass(frozen=True)
class CtipClaims:
    """What random markets say of the abstract's claims, as tables.

    Attributes
    ----------
    claims : polars.DataFrame
        One row a claim and regime: ``id``, ``regime`` (of investment; of a claim that compares it
        with nash, the other one), ``statement``, ``tested``, ``by_construction`` (what of the
        answer is certain before any market is solved, else null), ``markets``, ``counted``,
        ``no_equilibrium`` and ``not_unique`` (left out for the certificate of an equilibrium that
        the claim needs), ``holds``, ``equal``, ``opposite`` (of those counted), ``share`` that
        holds with its interval ``lower``, ``upper``, ``verdict`` (the shares in words),
        ``share_not_unique_too`` (with what is not unique counted), ``mean_difference``,
        ``median_difference``, ``where`` (it fails most), ``where_first``, ``where_second`` (the
        parameters that tell it best, null where none does).
    by_risk : polars.DataFrame
        One row a regime, part of the advantage and level of tau: ``regime``, ``part``,
        ``threat_probability``, ``counted``, ``share_positive``, ``share_above_no_risk`` (null at
        tau = 0), each with ``..._lower``, ``..._upper``; ``mean``, ``mean_change`` (from tau =
        0), ``low``, ``median``, ``high`` (quartiles).
    shortfall : polars.DataFrame
        One row a contract and ``choice`` (nash; the same with a higher subsidy; joint), no rows
        without nash and planner: ``counted``, ``short`` (of the planner's welfare) and its share
        ``share_short``, ``lower``, ``upper``; ``mean_shortfall``, ``median_shortfall`` in money
        and, over the ``counted_positive`` markets where the planner's welfare is above 0,
        ``mean_share``, ``median_share`` of it; over the ``counted_gap`` markets where nash is
        short, the part of the gap that the choice closes, ``median_closed``, and the part of the
        sum of all gaps, ``total_closed`` (below 0: it widens), null for nash itself.
    differences : polars.DataFrame
        One row a claim, regime and market: ``id``, ``regime``, ``market``, ``difference`` (the
        smallest of the claim's), null where left out.
    markets, rows : polars.DataFrame
        The markets, and their equilibria as of `claim_rows`.
    """

    claims: pl.DataFrame
    by_risk: pl.DataFrame
    shortfall: pl.DataFrame
    differences: pl.DataFrame
    markets: pl.DataFrame
    rows: pl.DataFrame


def ctip_claims(
    *,
    points: int = 2000,
    seed: int = 1,
    regimes: Sequence[str] = REGIMES,
    confidence: float = 0.95,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CtipClaims:
    """Check the abstract's claims in random markets.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. Markets are drawn
    independently, so a share has a binomial interval; it is a share of the ranges drawn from, not
    of markets in the world. Each comparison is paired: the same market under two contracts, or
    with one thing changed, or under two regimes of investment.

    Parameters
    ----------
    points : int, default 2000
        Markets, 1 to 1,000,000; each is solved 36 times under each regime.
    seed : int, default 1
        Of the markets, 0 to 2^64 - 1.
    regimes : sequence of {"nash", "joint", "planner"}, default all
        Who chooses investments, as in `cakernel.coopetition.equilibria`; claims that compare
        regimes need nash and another.
    confidence : float, default 0.95
        Of each interval by itself, above 0 and below 1.
    threads, progress
        As in `cakernel.coopetition.equilibria`.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.
    """
    check_value("confidence", confidence, Share)
    codes("regimes", regimes, REGIMES)
    markets = claim_markets(points, seed=seed)
    rows = claim_rows(markets, regimes=regimes, threads=threads, progress=progress)
    return judged(markets, rows, confidence=confidence)


def judged(markets: pl.DataFrame, rows: pl.DataFrame, *, confidence: float = 0.95) -> CtipClaims:
    """Judge the claims on solved markets, as of `claim_rows`."""
    regimes = rows["regime"].cast(pl.String).unique(maintain_order=True).to_list()
    certified = ["converged"]
    strict = {name: wide(rows, regime=name, statuses=certified) for name in regimes}
    loose = {name: wide(rows, regime=name, statuses=[*certified, "not unique"]) for name in regimes}
    asked = features(markets)
    verdicts, differences = [], []
    for regime, claim, outcomes, all_outcomes in _asked(strict, loose):
        smallest = _smallest(claim)
        values = outcomes.select(smallest)["difference"]
        all_values = all_outcomes.select(smallest)["difference"]
        counted = values.is_not_null()
        where = where_it_fails(asked.filter(counted), values.drop_nulls() > EQUAL)
        first, second = (*where.parameters, None, None)[:2]
        row: dict[str, Any] = {
            "id": claim.id,
            "regime": regime,
            "statement": claim.statement,
            "tested": claim.tested,
            "by_construction": claim.by_construction,
            "markets": markets.height,
            "counted": int(counted.sum()),
            "no_equilibrium": all_values.null_count(),
            "not_unique": values.null_count() - all_values.null_count(),
        }
        verdicts.append(
            row
            | shares(values, all_values, confidence)
            | {"where": where.words, "where_first": first, "where_second": second}
        )
        differences.append(
            pl.DataFrame({"market": outcomes["market"], "difference": values}).select(
                pl.lit(claim.id).alias("id"), pl.lit(regime).alias("regime"), pl.all()
            )
        )
    compared = strict if {AGAINST, "planner"} <= set(strict) else {}
    return CtipClaims(
        pl.DataFrame(verdicts, infer_schema_length=None),
        pl.concat(by_risk(strict[name], regime=name, confidence=confidence) for name in regimes),
        shortfall(compared, confidence=confidence),
        pl.concat(differences),
        markets,
        rows,
    )


Wides = dict[str, pl.DataFrame]


def _asked(strict: Wides, loose: Wides) -> Iterator[_Asked]:
    """Yield every claim with what it is asked of: certified outcomes, and those not unique, too."""
    for regime in strict:
        for claim in claims(regime):
            yield _Asked(regime, claim, strict[regime], loose[regime])
    for regime in CHOOSERS:
        if AGAINST in strict and regime in strict:
            both = [beside(kind[AGAINST], kind[regime], regime) for kind in (strict, loose)]
            for claim in regime_claims(regime):
                yield _Asked(regime, claim, *both)


def _smallest(claim: Claim) -> pl.Expr:
    """Return the smallest difference of a claim, null where any of them is."""
    whole = pl.any_horizontal(each.is_null() for each in claim.differences)
    return pl.when(~whole).then(pl.min_horizontal(claim.differences)).alias("difference")
