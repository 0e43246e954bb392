"""`coupled`: which recovery speeds are best under a platform, its subsidy and its contract."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Amount, Replications, Seed, check_value
from cakernel.coopetition.many_markets import equilibria
from cakernel.coopetition.market import Market
from cakernel.devices import Device
from cakernel.errors import Interrupted, InvalidInput
from cakernel.ranking import best
from cakernel.recovery.engine import Progress
from cakernel.recovery.model import Model
from cakernel.recovery.paired import paired_outcomes
from cakernel.recovery.policy import Policy
from cakernel.recovery.scenario import ResourceScenario

# chains whose investments and risk factors are this close are of one type
ALIKE = 1e-7
CYBER_RISKS = ("cyber_severe", "cyber_mild")


class ChainType(NamedTuple):
    """Chains that invest and are breached alike, and what that means for their firms."""

    chains: list[int]
    investment: float
    breach_probability: float
    risk_factor: float
    payment: float


@checked_arguments
def coupled(
    market: Market,
    *,
    contract: str,
    model: Model,
    scenarios: Sequence[ResourceScenario],
    policies: Sequence[Policy],
    resources_per_money: Amount,
    regime: str = "nash",
    outcome: str = "mean_resources",
    replications: Replications = 200,
    seed: Seed = 1,
    threads: Threads | None = None,
    device: Device | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Rank recovery policies of firms whose chains share intelligence on a platform.

    The market's equilibrium is found first; then, for each type of chain in it, the recovery model
    is run with cyber risks (f_y, g_y) * B / B_0, where B_0 = tau v (1 if that is 0), and with firms
    that pay (1 - sigma) z / T a period out of what they acquire, which does not fall below 0.

    A grid of the recovery model has one cyber risk and one resource scenario for all of its
    chains. Chains are therefore coupled type by type: there is one grid for each type of chain in
    the equilibrium, all of its chains alike, and chains of different types do not meet as
    neighbours. ``model.chains`` and ``market.chains`` need not be equal.

    Parameters
    ----------
    market : Market
        The chains and their platform.
    contract, regime : str
        As in `cakernel.coopetition.equilibria`.
    model : Model
        Grid, horizon T and risks without investments.
    scenarios : sequence of ResourceScenario
        Resources without payments.
    policies : sequence of Policy
        Two or more, to be ranked.
    resources_per_money : float
        Units of resources that one unit of the market's money is worth to a firm, 0 or more. There
        is no natural value; 0 leaves payments out.
    outcome : str, default "mean_resources"
        What the best policy has most of: mean_resources, mean_x or mean_y.
    replications, seed, threads, device, progress
        As in `cakernel.simulate`, of each grid; at least 2 replications. All grids meet the same
        random numbers.

    Returns
    -------
    polars.DataFrame
        One row a type of chain and policy, best first, as of `cakernel.best`, after
        ``chains`` (which have this type, from 1), ``types`` (how many there are), ``status`` (of
        the equilibrium), ``investment``, ``breach_probability``, ``risk_factor`` (B / B_0),
        ``payment`` (resources a period) and ``unpaid`` (the largest payment in a state and
        scenario that acquisitions do not cover, see `paying`; 0 unless payments are large).

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or the market has no certified equilibrium.
    Interrupted
        On Ctrl-C; holds the rows of the types of chains that were finished.

    Examples
    --------
    >>> from cakernel import Model, paper_scenarios, policies
    >>> model, choices = Model(chains=2, firms=2, periods=20), policies(cyber_rules=["CRD-5"])
    >>> given = {"model": model, "scenarios": paper_scenarios()[:1], "policies": choices[:8]}
    >>> ranked = coupled(
    ...     Market(), contract="fixed", **given, resources_per_money=100.0, replications=4
    ... )
    >>> ranked.select("chains", "types", "status").unique().row(0)
    ('1, 2', 1, 'converged')
    """
    if len(policies) < 2:
        raise InvalidInput(f"policies: got {len(policies)}; must be two or more, to be ranked")
    found = equilibria([market], contracts=[contract], regimes=[regime]).row(0, named=True)
    types = chain_types(market, found, periods=model.periods, unit=resources_per_money)
    ranked: list[pl.DataFrame] = []
    try:
        for one in types:
            paid = [paying(scenario, one.payment) for scenario in scenarios]
            safer = {name: getattr(model, name) * one.risk_factor for name in CYBER_RISKS}
            outcomes = paired_outcomes(
                model.replace(**safer),
                policies=policies,
                scenarios=[scenario for scenario, _ in paid],
                replications=replications,
                seed=seed,
                threads=threads,
                device=device,
                progress=progress,
            )
            told = {
                "chains": ", ".join(map(str, one.chains)),
                "types": len(types),
                "status": found["status"],
                **{name: value for name, value in one._asdict().items() if name != "chains"},
                "unpaid": max(unpaid for _, unpaid in paid),
            }
            before = (pl.lit(value).alias(name) for name, value in told.items())
            ranked.append(best(outcomes, outcome=outcome, seed=seed).select(*before, pl.all()))
    except KeyboardInterrupt:
        # chains are compared on equal replications: those of a type are kept whole or not at all
        raise Interrupted(pl.concat(ranked) if ranked else None, len(ranked)) from None
    return pl.concat(ranked)


def chain_types(
    market: Market, found: dict[str, Any], *, periods: int, unit: float
) -> list[ChainType]:
    """Return the types of chains in an equilibrium, a row of `cakernel.coopetition.equilibria`."""
    if found["total_profit"] is None:
        raise InvalidInput(
            f"market: got an equilibrium that is {found['status']}; must be converged or not unique"
        )
    types: list[ChainType] = []
    for chain in range(1, market.chains + 1):
        vulnerability = market.vulnerability
        own = vulnerability[chain - 1] if isinstance(vulnerability, tuple) else vulnerability
        invested, breached = found[f"investment_{chain}"], found[f"breach_probability_{chain}"]
        factor = breached / (market.threat_probability * own or 1.0)
        payment = unit * (1 - market.subsidy_rate) * invested / periods
        for known in types:
            apart = max(abs(known.investment - invested), abs(known.risk_factor - factor))
            if apart <= ALIKE:
                known.chains.append(chain)
                break
        else:
            types.append(ChainType([chain], invested, breached, min(factor, 1.0), payment))
    return types


def paying(scenario: ResourceScenario, payment: float) -> tuple[ResourceScenario, float]:
    """Take a payment of resources a period out of what firms acquire, not below 0.

    A firm acquires r_x + r_y, each by a state of its own, so a payment is exact as long as the
    lowest levels of both together cover it: it is taken from r_x down to that one's lowest level,
    and the rest from r_y. Beyond, r_y stops at 0 in its lower states, and a firm in them pays less
    than it could from a high r_x. Also returned is the most that a firm fails to pay in any pair of
    states though it acquires it, 0 where exact.
    """
    check_value("payment", payment, Amount)
    operational, intangibles = scenario.operational_acquisition, scenario.intangibles_acquisition
    first = min(payment, *operational)
    left = tuple(amount - first for amount in operational)
    also = tuple(max(0.0, amount - (payment - first)) for amount in intangibles)
    unpaid = max(
        (x_after + y_after) - max(0.0, x + y - payment)
        for x, x_after in zip(operational, left, strict=True)
        for y, y_after in zip(intangibles, also, strict=True)
    )
    paid = scenario.replace(operational_acquisition=left, intangibles_acquisition=also)
    # differences up to this size come from rounding
    return paid, unpaid if unpaid > 1e-12 else 0.0
