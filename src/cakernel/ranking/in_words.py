"""What `best` found, in one sentence."""

from collections.abc import Sequence

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
    lead = [first["difference"], first["lower"], first["upper"]]
    if first["difference"] < 0:  # where low is good
        lead = [-lead[0], -lead[2], -lead[1]]
    number = first["replications_to_settle"]
    needed = "more than a million replications" if number is None else f"{number:,}"
    settled = "" if lead[1] > 0 else f"; {needed} to settle it"
    policies = "policy" if others == 1 else "policies"
    ruled_out = f"{others} other {policies} cannot be ruled out as the best"
    if others <= 0:
        ruled_out = "every other policy is ruled out as the best"
    side = f"the side of {unsure} is open" if unsure else "no policy's side of that edge is open"
    return (
        f"{_names(ranked.head(1), keys)} has the best {outcome}, {first['mean']:.4g} (standard "
        f"error {first['standard_error']:.4g}): {lead[0]:.4g} better than {first['compared_with']} "
        f"({100 * confidence:.4g}% interval {lead[1]:.4g} to {lead[2]:.4g}{settled}), best in "
        f"{first['probability_best']:.1%} of resamples; {ruled_out} at {100 * confidence:.4g}% for "
        f"all together. Within {100 * tolerance:.4g}% of it: {within}; {side}."
    )


def _names(rows: pl.DataFrame, keys: Sequence[str]) -> str:
    return ", ".join(map(policy_name, rows.select(keys).iter_rows()))
