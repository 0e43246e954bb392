"""The best policy of each family in one scenario, and what it earns on fresh draws."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, Literal

import polars as pl

from cakernel.recovery.optimal.candidates import candidates, never
from cakernel.recovery.optimal.neighbour_search import search
from cakernel.recovery.optimal.trial import Trial
from cakernel.recovery.outcomes import OUTCOMES
from cakernel.recovery.policy import POLICY, Policy
from cakernel.recovery.scenario import ResourceScenario

Family = Literal["own-state", "cutoffs", "neighbours", "paper"]
Deployment = Literal["cloud", "on-site"]

CUTOFFS, NEIGHBOURS, PAPER = "cutoffs", "neighbours", "paper"
FAMILIES: Final[dict[str, str]] = {
    "own-state": "rules of the own state alone",
    CUTOFFS: "rules of the own state, which stop some periods before the end",
    NEIGHBOURS: "supply rules of the own state and the chain neighbours, which stop as well",
    PAPER: "the paper's rules",
}
"""Families of policies, in words. In each the best is chosen scenario by scenario."""
DEPLOYMENTS: Final[tuple[Deployment, ...]] = ("cloud", "on-site")
CLOUD, ON_SITE = DEPLOYMENTS


def place_of(policy: Policy) -> Deployment:
    """Return where a policy has firms' data."""
    return ON_SITE if policy.cyber_rule.on_site else CLOUD


def winners(
    trial: Trial,
    scenario: ResourceScenario,
    number: int,
    scored: pl.DataFrame,
    families: Sequence[str],
    on_site: bool,
) -> dict[str, Policy]:
    """Return the best policy of each family, but the paper's, on the draws to choose by."""
    wanted = [family for family in FAMILIES if family in families and family != PAPER]
    # the search over neighbours begins at the best rule with cutoffs
    searched = list(dict.fromkeys(CUTOFFS if family == NEIGHBOURS else family for family in wanted))
    if not searched:
        return {}
    options = [
        (family, policy)
        for family in searched
        for policy in candidates(scored, cutoffs=family == CUTOFFS, on_site=on_site)
    ]
    rows = trial.rows([p for _, p in options], [scenario], first_scenario=number, fresh=False)
    ranked = sorted(
        zip(rows["objective"].to_list(), range(len(options)), strict=True),
        key=lambda pair: (-pair[0], pair[1]),
    )
    best: dict[str, Policy] = {}
    for _, n in ranked:
        best.setdefault(*options[n])
    if NEIGHBOURS in wanted:
        best[NEIGHBOURS] = search(trial, best[CUTOFFS], scenario, number)
    return {family: best[family] for family in wanted}


def highest(rows: pl.DataFrame, listed: Sequence[Policy], number: int, place: str) -> Policy:
    """Return the policy of one deployment with the highest objective in a scenario."""
    objectives = rows.filter(scenario=number)["objective"].to_list()
    here = [n for n, policy in enumerate(listed) if place_of(policy) == place]
    return listed[max(here, key=lambda n: objectives[n])]


def valued_rows(
    trial: Trial,
    scenario: ResourceScenario,
    number: int,
    scored: pl.DataFrame,
    place: str,
    best: dict[str, Policy],
    bound: dict[str, Any],
) -> pl.DataFrame:
    """Value the best policy of each family on fresh draws; return a row each."""
    chosen = list(best.values())
    simulate = partial(trial.rows, chosen, [scenario], first_scenario=number)
    leading = int(simulate(fresh=False)["objective"].arg_max() or 0)
    still = bound["initial_resources"] + never(scored, "operational")
    still += bound["intangibles"] if place == ON_SITE else never(scored, "intangibles")
    return simulate(fresh=True).select(
        pl.lit(number).alias("scenario"),
        pl.lit(place).alias("deployment"),
        pl.Series("family", list(best)),
        pl.col(POLICY),
        pl.col(OUTCOMES),
        pl.col("objective", "se_objective"),
        pl.lit(bound["upper_bound"]).alias("upper_bound"),
        pl.lit(" and ".join(_origins(bound))).alias("bound_origin"),
        pl.lit(still).alias("never"),
        pl.Series("best", [n == leading for n in range(len(chosen))]),
    )


def _origins(bound: dict[str, Any]) -> list[str]:
    """Return what the parts of a bound come from, each once."""
    return list(dict.fromkeys((bound["operational_origin"], bound["intangibles_origin"])))
