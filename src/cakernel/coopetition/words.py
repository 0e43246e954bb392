"""What contracts, regimes, outcomes and parameters are called in pictures and on pages."""

from typing import Final

from cakernel.terms import Term, Terms
from cakernel.wording import number_style, written

LABEL: Final = "Inspired by the abstract of Arisian et al. (2025); not a reproduction."
"""What every page, command and result of the model opens with."""
CONTRACTS: Final = ("fixed", "fixed-moq", "flexible-moq")
REGIMES: Final = ("nash", "joint", "planner")
"""By the kernel's codes."""
REGIME_WORDS: Final = {
    "nash": "each chain invests for itself",
    "joint": "chains invest for the sum of their profits",
    "planner": "a planner invests for economic welfare",
}
CONTRACT_WORDS: Final = {
    "fixed": "separate fixed orders",
    "fixed-moq": "fixed MOQ",
    "flexible-moq": "flexible MOQ",
}
OUTCOME_WORDS: Final = {
    "economic_welfare": "economic welfare",
    "total_profit": "chains' profits",
    "consumer_surplus": "consumer surplus",
    "supplier_profit": "supplier's profit",
    "subsidy_bill": "subsidies",
    "unmet_harm": "harm of unmet need",
    "unmet_need": "unmet need",
    "welfare_without_risk": "welfare without risk",
}
"""Outcomes of a whole market, by column."""
SPLIT_WORDS: Final = {
    "welfare_gain": "flexible MOQ less fixed",
    "timing_value": "value of timing",
    "commitment_value": "value of commitment and discount",
    "gain_without_risk": "there without risk",
    "gain_by_risk": "change by risk",
}
"""What flexible contracts add to welfare, by column of `cakernel.coopetition.welfare_split`."""
UNITS: Final = (
    "Money and quantities are in the market's own units: its first unit of a product sells for "
    "at most the demand's intercept."
)
UNIT_OF: Final = {
    "unmet_need": "units",
    "order": "units",
    "delivery": "units",
    "breach_probability": "share",
    "mean_breach_probability": "share",
}
"""Units of outcomes, by column without a chain's number; all others are money."""


def with_unit(column: str, words: str) -> str:
    """Return what a column is called, with its unit.

    Examples
    --------
    >>> with_unit("unmet_need", "unmet need"), with_unit("profit_2", "profit of chain 2")
    ('unmet need (units)', 'profit of chain 2 (money)')
    """
    return f"{words} ({UNIT_OF.get(column.rstrip('_0123456789'), 'money')})"


PARAMETER_WORDS: Final = {
    "chains": ("n", "competing chains"),
    "threat_probability": ("tau", "probability of an attack"),
    "vulnerability": ("v", "probability that an attack breaches a chain without investment"),
    "delivery_loss": ("loss", "share of its order that a breached chain fails to deliver"),
    "breach_cost": ("L", "cost of a breach besides deliveries"),
    "security_effectiveness": ("alpha", "effect of a unit of investment"),
    "security_elasticity": ("beta", "elasticity of the breach probability"),
    "sharing_level": ("theta", "how much the platform shares"),
    "spillover": ("lambda", "how much shared intelligence helps rivals"),
    "disclosure_cost": ("kappa", "cost of sharing a chain, times theta squared"),
    "subsidy_rate": ("sigma", "share of investment that the government pays"),
    "demand_intercept": ("a", "price at which nothing is sold"),
    "demand_slope": ("b", "slope of demand"),
    "substitutability": ("gamma", "from separate markets, 0, to one market, 1"),
    "wholesale_price": ("w", "price of a unit ordered"),
    "supplier_cost": ("c_s", "cost of a unit produced"),
    "minimum_order": ("M", "pooled minimum order"),
    "discount": ("delta", "discount from the threshold on"),
    "discount_threshold": ("Mbar", "threshold of the discount"),
    "essential_need": ("d", "essential need of a chain's product"),
    "harm_per_unit": ("h", "harm of a unit of unmet need"),
}
"""Symbols of a market's parameters, and what they are."""
MONEY_A_UNIT: Final = "in money a unit"
PARAMETER_UNITS: Final = {
    "breach_cost": "in money",
    "security_effectiveness": "per unit of money",
    "sharing_level": "0 to 1",
    "spillover": "0 to 1",
    "disclosure_cost": "in money",
    "demand_intercept": MONEY_A_UNIT,
    "demand_slope": "in money a unit, for each unit more",
    "wholesale_price": MONEY_A_UNIT,
    "supplier_cost": MONEY_A_UNIT,
    "minimum_order": "in units",
    "discount_threshold": "in units",
    "essential_need": "in units",
    "harm_per_unit": MONEY_A_UNIT,
    "M - Mbar": "in units",
}
"""Units of parameters; others are shares, in percent, or pure numbers."""
MEAN: Final = "mean "
"""Begins the name of a parameter that chains have each, taken over chains."""
CHAIN_OUTCOME_WORDS: Final = {
    "investment": "investment",
    "breach_probability": "probability of a breach",
    "order": "order",
    "delivery": "delivery",
    "profit": "profit",
}
"""Outcomes of each chain, by column."""
TERMS: Final = Terms(
    columns={
        **{name: f"{words} ({symbol})" for name, (symbol, words) in PARAMETER_WORDS.items()},
        **OUTCOME_WORDS,
        **SPLIT_WORDS,
        **CHAIN_OUTCOME_WORDS,
        "contract": "contract",
        "regime": "who chooses investments",
        "total_investment": "total investment",
        "mean_breach_probability": "mean probability of a breach",
    },
    shares=frozenset(
        ("threat_probability", "vulnerability", "delivery_loss", "discount", "subsidy_rate")
    ),
    values={
        "contract": {code: Term("", words, words) for code, words in CONTRACT_WORDS.items()},
        "regime": {code: Term("", words, words) for code, words in REGIME_WORDS.items()},
    },
)
"""All that `cakernel.wording` asks of the model."""


def asked_in_words(name: str) -> str:
    """Return what a parameter that claims are asked about is called, with its unit.

    ``name`` is a column of `cakernel.coopetition.claims.where.features`.

    Examples
    --------
    >>> asked_in_words("minimum_order"), asked_in_words("threat_probability")
    ('pooled minimum order (M), in units', 'probability of an attack (tau)')
    >>> asked_in_words("mean breach_cost")
    'cost of a breach besides deliveries (L), mean over chains, in money'
    """
    column = name.removeprefix(MEAN)
    words = "minimum order less threshold (M - Mbar)" if "-" in name else TERMS.column(column)
    over = ", mean over chains" if column != name else ""
    unit = PARAMETER_UNITS.get(column, "")
    return f"{words}{over}{', ' if unit else ''}{unit}"


def asked_value(name: str, value: float) -> str:
    """Write a value of a parameter that claims are asked about: shares in percent.

    Examples
    --------
    >>> asked_value("threat_probability", 0.25), asked_value("security_effectiveness", 1000.4)
    ('25%', '1,000')
    """
    style = TERMS.style(name.removeprefix(MEAN), value)
    return written(value, style=style if style.endswith("%") else number_style(value, 3))
