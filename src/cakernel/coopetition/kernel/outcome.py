"""What the chains, the supplier, consumers and the government expect at given investments."""

from cakernel.coopetition.kernel.breaches import set_odds
from cakernel.coopetition.kernel.fixed_orders import surplus_before, unmet_before
from cakernel.coopetition.kernel.layout import (
    BREACH,
    COMMITTED,
    CONTRACT,
    DELIVERY_WHOLE,
    FLEXIBLE,
    GOAL,
    HARM,
    INVESTMENT,
    MEAN,
    NASH,
    NEED,
    ODDS,
    ORDER,
    ORDER_WHOLE,
    PLANNER,
    PRICE,
    SUBSIDY,
    SUPPLIER_COST,
    SURPLUS_WHOLE,
    VULNERABILITY,
    ZERO,
)
from cakernel.coopetition.kernel.payoff import payoff
from cakernel.jit.compile import compiled

# columns of numbers of a point, then of numbers of a chain
(
    TOTAL_PROFIT, CONSUMER_SURPLUS, SUPPLIER_PROFIT, SUBSIDY_BILL, UNMET, UNMET_HARM, WELFARE,
    WELFARE_WITHOUT_RISK, LARGEST_GAIN,
) = range(9)  # fmt: skip
NUMBERS = 9
(
    CHAIN_INVESTMENT, CHAIN_BREACH, CHAIN_ORDER, CHAIN_DELIVERY, CHAIN_PROFIT,
) = range(5)  # fmt: skip
CHAIN_NUMBERS = 5


@compiled
def write_outcome(common, chain, numbers, each, row):
    """Fill column ``row`` of ``numbers`` (NUMBERS, rows) and ``each`` (CHAIN_NUMBERS, n, rows).

    Leaves ``chain`` without investments and risk.
    """
    n = chain.shape[0]
    flexible = common[CONTRACT] == FLEXIBLE
    common[GOAL] = NASH
    profits = 0.0
    surplus = 0.0
    supplier = 0.0
    unmet = 0.0
    invested = 0.0
    for j in range(n):
        profit = payoff(common, chain, j)
        order = chain[j, ORDER]
        delivered = chain[j, MEAN] * order
        produced = max(common[COMMITTED], order)
        if flexible:
            order = 0.0
            delivered = 0.0
            produced = 0.0
            set_odds(chain, j)
            for r in range(n):
                for hit in range(2):
                    odds = chain[r, ODDS]
                    odds *= chain[j, BREACH] if hit == 1 else 1.0 - chain[j, BREACH]
                    placed = chain[r, ORDER_WHOLE + hit]
                    got = chain[r, DELIVERY_WHOLE + hit]
                    order += odds * placed
                    delivered += odds * got
                    produced += odds * max(common[COMMITTED], placed)
                    unmet += odds * max(0.0, chain[j, NEED] - got)
                    surplus += odds * chain[r, SURPLUS_WHOLE + hit]
        else:
            unmet += unmet_before(common, chain, j)
            surplus += surplus_before(common, chain, j)
        profits += profit
        supplier += (common[PRICE] - common[SUPPLIER_COST]) * produced
        invested += chain[j, INVESTMENT]
        each[CHAIN_INVESTMENT, j, row] = chain[j, INVESTMENT]
        each[CHAIN_BREACH, j, row] = chain[j, BREACH]
        each[CHAIN_ORDER, j, row] = order
        each[CHAIN_DELIVERY, j, row] = delivered
        each[CHAIN_PROFIT, j, row] = profit
    subsidy = common[SUBSIDY] * invested
    harm = common[HARM] * unmet
    numbers[TOTAL_PROFIT, row] = profits
    numbers[CONSUMER_SURPLUS, row] = surplus
    numbers[SUPPLIER_PROFIT, row] = supplier
    numbers[SUBSIDY_BILL, row] = subsidy
    numbers[UNMET, row] = unmet
    numbers[UNMET_HARM, row] = harm
    numbers[WELFARE, row] = surplus + profits + supplier - subsidy - harm
    # at tau = 0 none is breached, so none invests, and when orders are made does not matter
    common[GOAL] = PLANNER
    for j in range(n):
        chain[j, VULNERABILITY] = 0.0
        chain[j, INVESTMENT] = 0.0
    numbers[WELFARE_WITHOUT_RISK, row] = payoff(common, chain, ZERO)
