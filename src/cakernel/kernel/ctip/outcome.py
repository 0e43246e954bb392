"""What the chains, the supplier, consumers and the government expect at given investments."""

from cakernel.kernel.ctip.after import entry
from cakernel.kernel.ctip.before import profit_before, surplus_before, unmet_before, welfare_before
from cakernel.kernel.ctip.breaches import set_odds
from cakernel.kernel.ctip.layout import (
    BREACH,
    COMMITTED,
    CONTRACT,
    DELIVERY_WHOLE,
    DISCLOSURE,
    FLEXIBLE,
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
    PROFIT_WHOLE,
    SHARING,
    SUBSIDY,
    SUPPLIER_COST,
    WELFARE_WHOLE,
)
from cakernel.kernel.ctip.orders import set_moments, solve_orders
from cakernel.kernel.ctip.payoff import security_cost, set_state
from cakernel.kernel.jit import compiled

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
    """Fill column ``row`` of ``numbers`` (NUMBERS, rows) and ``each`` (CHAIN_NUMBERS, n, rows)."""
    n = chain.shape[1]
    set_state(common, chain)
    flexible = common[CONTRACT] == FLEXIBLE
    surplus = 0.0 if flexible else surplus_before(common, chain)
    profits = 0.0
    supplier = 0.0
    unmet = 0.0
    invested = 0.0
    for j in range(n):
        if flexible:
            order, delivered, profit, produced, short, share = _of_chain_after(common, chain, j)
            surplus += share
        else:
            order = chain[ORDER, j]
            delivered = chain[MEAN, j] * order
            profit = profit_before(common, chain, j)
            produced = max(common[COMMITTED], order)
            short = unmet_before(common, chain, j)
        profit -= security_cost(common, chain, NASH, j)
        profits += profit
        supplier += (common[PRICE] - common[SUPPLIER_COST]) * produced
        unmet += short
        invested += chain[INVESTMENT, j]
        each[CHAIN_INVESTMENT, j, row] = chain[INVESTMENT, j]
        each[CHAIN_BREACH, j, row] = chain[BREACH, j]
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


@compiled
def _of_chain_after(common, chain, j):
    """Return a chain's expected order, delivery, profit, production, unmet need, share of surplus."""
    set_odds(chain, j)
    order = 0.0
    delivered = 0.0
    profit = 0.0
    produced = 0.0
    short = 0.0
    share = 0.0
    for r in range(chain.shape[1]):
        for hit in range(2):
            odds = chain[ODDS, r] * (chain[BREACH, j] if hit == 1 else 1.0 - chain[BREACH, j])
            placed = chain[ORDER_WHOLE + hit, r]
            got = chain[DELIVERY_WHOLE + hit, r]
            gained = chain[PROFIT_WHOLE + hit, r]
            made = max(common[COMMITTED], placed)
            order += odds * placed
            delivered += odds * got
            profit += odds * gained
            produced += odds * made
            short += odds * max(0.0, chain[NEED, j] - got)
            # welfare is revenue and surplus less production
            revenue = gained + common[PRICE] * made
            cost = common[SUPPLIER_COST] * made
            share += odds * (chain[WELFARE_WHOLE + hit, r] + cost - revenue)
    return order, delivered, profit, produced, short, share


@compiled
def welfare_without_risk(common, chain):
    """Return welfare at tau = 0: no breaches, so no investment, and no value of timing."""
    n = chain.shape[1]
    welfare = 0.0
    if common[CONTRACT] == FLEXIBLE:
        for j in range(n):
            welfare += entry(common, chain, PLANNER, j, 0, 0)
    else:
        for j in range(n):
            chain[BREACH, j] = 0.0
        set_moments(common, chain)
        solve_orders(common, chain)
        welfare = welfare_before(common, chain)
    sharing = common[SHARING]
    return welfare - n * common[DISCLOSURE] * sharing * sharing
