"""What `best` found, in one sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from cakernel.ranking.pairing import policy_name


def ranking_in_words(
    ranked: pl.DataFrame, *, keys: Sequence[str], outcome: str, confidence: float, tolerance: float
) -> str:
    """Sum up one group of the frame of `best`, best first; every number is one of its rows.

    ``keys`` name a policy, ``outcome`` is what is compared, in words, and ``confidence`` and
    ``tolerance`` are those that `best` was given.
    """
    first = ranked.row(0, named=True)
    others = ranked.filter("may_be_best").height - 1
    within = _names(ranked.filter("within"), keys)
    unsure = _names(ranked.filter(pl.col("side") == "open"), keys)
    policies = "policy" if others == 1 else "policies"
    ruled_out = f"{others} other {policies} cannot be ruled out as the best"
    if others <= 0:
        ruled_out = "every other policy is ruled out as the best"
    side = f"the side of {unsure} is open" if unsure else "no policy's side of that edge is open"
    level = f"{100 * confidence:.4g}%"
    return (
        f"{_names(ranked.head(1), keys)} has the best {outcome}, {first['mean']:.4g} (standard "
        f"error {first['standard_error']:.4g}): {abs(first['difference']):.4g} better than "
        f"{first['compared_with']} ({_lead(first, level)}), best in "
        f"{first['probability_best']:.1%} of resamples; {ruled_out} at {level} for all together. "
        f"Within {100 * tolerance:.4g}% of it: {within}; {side}. {trust_in_words(ranked)}"
    )


def trust_in_words(ranked: pl.DataFrame) -> str:
    """Say whether the intervals of one group can be trusted."""
    first = ranked.row(0, named=True)
    count, enough = first["replications"], first["replications_to_trust"]
    if enough is None:
        return f"{count} replications do not show how differences vary: trust no interval."
    if enough > count:
        return (
            "The intervals are not trustworthy: of differences as skewed as these, "
            f"{count:,} replications may lack what is rare; about {enough:,} would do."
        )
    unknown = ranked.filter(pl.col("lower").is_null()).height
    but = f", but for {unknown} that the replications do not tell" if unknown else ""
    return f"The intervals are trustworthy{but}: such differences need {enough:,} replications."


def _lead(first: Mapping[str, Any], level: str) -> str:
    """Say how sure the lead of the best over the second is."""
    count, differing = first["replications"], first["differing"]
    most = f"{100 * first['differing_upper']:.2g}% of all, at {level}"
    if first["lower"] is None:
        if differing:
            return f"in all {count:,} replications: no interval is known"
        return f"equal in all {count:,} replications: they differ in at most {most}"
    low, high = first["lower"], first["upper"]
    if first["difference"] < 0:  # where low is good
        low, high = -high, -low
    words = f"{level} interval {low:.4g} to {high:.4g}"
    if low <= 0:
        number = first["replications_to_settle"]
        needed = "more than a million" if number is None else f"{number:,}"
        words += f"; {needed} replications to settle it"
    if 2 * differing < count:
        words += f"; they differ in {differing:,} of {count:,} replications, in at most {most}"
    return words


def _names(rows: pl.DataFrame, keys: Sequence[str]) -> str:
    return ", ".join(map(policy_name, rows.select(keys).iter_rows()))
