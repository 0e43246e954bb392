"""What the chains, the supplier, consumers and the government expect at given investments."""

import numpy as np

from cakernel.coopetition.kernel.breaches import set_odds
from cakernel.coopetition.kernel.fixed_orders import expected_surplus, expected_unmet
from cakernel.coopetition.kernel.game import FLEXIBLE, NASH, PLANNER, ZERO
from cakernel.coopetition.kernel.payoffs import payoff
from cakernel.jit.compile import compiled

# of a whole market: what was found, its certificate, and expectations
OUTCOME = np.dtype(
    [
        *((f, "i8") for f in ("status", "equilibria_found", "selection")),
        *((f, "f8") for f in ("largest_gain", "total_profit", "consumer_surplus")),
        *((f, "f8") for f in ("supplier_profit", "subsidy_bill", "unmet_need", "unmet_harm")),
        *((f, "f8") for f in ("economic_welfare", "welfare_without_risk")),
    ]
)
# of a chain
CHAIN_OUTCOME = np.dtype(
    [(f, "f8") for f in ("investment", "breach_probability", "order", "delivery", "profit")]
)


@compiled(linked=True)
def write_outcome(game, outcome, chain_outcomes):
    """Write what is expected: ``outcome`` OUTCOME, ``chain_outcomes`` CHAIN_OUTCOME (n,).

    Economic welfare is consumer surplus and all profits less subsidies and the harm of unmet need.
    Leaves the game without investments and risk.
    """
    market = game.market
    n = market.chains
    market.goal = NASH
    profits = 0.0
    surplus = 0.0
    supplier = 0.0
    unmet = 0.0
    invested = 0.0
    for j in range(n):
        chain = game.chains[j]
        profit = payoff(game, j)
        quantity = game.orders[j].quantity
        delivered = game.orders[j].share * quantity
        produced = max(market.committed, quantity)
        if market.contract == FLEXIBLE:
            quantity = 0.0
            delivered = 0.0
            produced = 0.0
            set_odds(market, game.chains, game.odds, j)
            for r in range(n):
                for hit in range(2):
                    state = game.states[r, hit]
                    odds = game.odds[r].probability
                    odds *= chain.breach if hit == 1 else 1.0 - chain.breach
                    quantity += odds * state.order
                    delivered += odds * state.delivery
                    produced += odds * max(market.committed, state.order)
                    unmet += odds * max(0.0, chain.essential_need - state.delivery)
                    surplus += odds * state.surplus
        else:
            unmet += expected_unmet(market, chain, game.orders[j])
            surplus += expected_surplus(market, game.orders[j])
        profits += profit
        supplier += (market.price - market.supplier_cost) * produced
        invested += chain.investment
        chain_outcomes[j].investment = chain.investment
        chain_outcomes[j].breach_probability = chain.breach
        chain_outcomes[j].order = quantity
        chain_outcomes[j].delivery = delivered
        chain_outcomes[j].profit = profit
    subsidy = market.subsidy_rate * invested
    harm = market.harm_per_unit * unmet
    outcome.total_profit = profits
    outcome.consumer_surplus = surplus
    outcome.supplier_profit = supplier
    outcome.subsidy_bill = subsidy
    outcome.unmet_need = unmet
    outcome.unmet_harm = harm
    outcome.economic_welfare = surplus + profits + supplier - subsidy - harm
    # at tau = 0 none is breached, so none invests, and when orders are made does not matter
    market.goal = PLANNER
    for j in range(n):
        game.chains[j].exposure = 0.0
        game.chains[j].investment = 0.0
    outcome.welfare_without_risk = payoff(game, ZERO)
