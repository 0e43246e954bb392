"""Random models, policies and resource scenarios of the recovery model, for hypothesis."""

import numpy as np
from hypothesis import strategies as st

import cakernel as ck
from cakernel.recovery.kernel.states import LEVELS, TABLE_SHAPE

SUPPLY_RULES = [*(f"SRD-{n}" for n in range(1, 9)), "none"]
CYBER_RULES = [*(f"CRD-{n}" for n in range(7)), "none"]


# risks high enough that states and payments vary within few periods
probabilities = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(
    lambda pair: (pair[0] / 2, pair[1] / 2)
)


# whole numbers of hundredths: decimals that binary fractions do not hold
amounts = st.integers(0, 1200).map(lambda hundredths: hundredths / 100)


gains = st.integers(0, 200).map(lambda hundredths: hundredths / 100)


@st.composite
def models(draw):
    supply, cyber = draw(probabilities), draw(probabilities)
    return ck.Model(
        chains=draw(st.integers(1, 4)),
        firms=draw(st.integers(1, 5)),
        periods=draw(st.integers(1, 14)),
        supply_severe=supply[0],
        supply_mild=supply[1],
        cyber_severe=cyber[0],
        cyber_mild=cyber[1],
        recovery=draw(st.sampled_from(["every-period", "when-hit"])),
        boundary_ends=draw(st.sampled_from(["open", "periodic"])),
        boundary_across=draw(st.sampled_from(["open", "periodic"])),
        initial_operational=draw(st.integers(0, 2)),
        initial_intangibles=draw(st.integers(0, 2)),
        initial_resources=draw(amounts),
    )


@st.composite
def own_tables(draw):
    seed = draw(st.integers(0, 2**32 - 1))
    own = np.arange(LEVELS).reshape(LEVELS, 1, 1, 1, 1)
    return np.random.default_rng(seed).integers(own, LEVELS, TABLE_SHAPE)


own_rules = own_tables().map(lambda table: ck.Rule("own", table))


# those of each side are given or not
terminal_values = st.none() | st.tuples(amounts, amounts, amounts)

scenarios = st.builds(
    ck.ResourceScenario,
    operational_acquisition=st.tuples(gains, gains, gains),
    intangibles_acquisition=st.tuples(gains, gains, gains),
    operational_cost=st.tuples(amounts, amounts, amounts),
    intangibles_cost=st.tuples(amounts, amounts, amounts),
    operational_terminal_value=terminal_values,
    intangibles_terminal_value=terminal_values,
)


# of horizons of up to 30 periods: also such that never or always bind
cutoffs = st.just(0) | st.integers(0, 32)


@st.composite
def rules_of(draw, side, names):
    rule = draw(st.sampled_from(names).map(lambda name: ck.rule(side, name)) | own_rules)
    if rule.on_site:
        return rule
    return rule.with_cutoffs(leave_low=draw(cutoffs), leave_medium=draw(cutoffs))


policies = st.builds(
    ck.Policy,
    supply_rule=rules_of("supply", SUPPLY_RULES),
    cyber_rule=rules_of("cyber", CYBER_RULES),
    principle=st.sampled_from(["P", "C"]),
)


def for_oracle(policy):
    """Return a policy as the oracle takes it: built-in rules by name, a user's own as its table."""
    named = (*SUPPLY_RULES, *CYBER_RULES)
    arguments = {"principle": policy.principle}
    for side, rule in (("supply", policy.supply_rule), ("cyber", policy.cyber_rule)):
        arguments[f"{side}_rule"] = rule.name if rule.name in named else rule.table
        arguments[f"{side}_cutoffs"] = rule.cutoffs[:2]
    return arguments
