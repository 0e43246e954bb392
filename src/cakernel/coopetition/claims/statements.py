"""The claims of the abstract on coopetition, each restated as differences that must be above 0."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

from cakernel.coopetition.claims.markets import LEVELS, NO_PLATFORM, RIVAL, RIVAL_STEP, STEPS, TAU

FIXED, FIXED_MOQ, FLEXIBLE = "fixed", "fixed-moq", "flexible-moq"
PARTS: Final = {
    "advantage": (FLEXIBLE, FIXED),
    "timing": (FLEXIBLE, FIXED_MOQ),
    "commitment": (FIXED_MOQ, FIXED),
}
"""Differences of two contracts: the advantage of flexible MOQ over fixed, and its two parts."""
IN_WORDS: Final = {
    "advantage": "advantage of flexible MOQ",
    "timing": "value of timing",
    "commitment": "value of commitment and discount",
}
LEVERS: Final = {
    "subsidy_rate": "a higher subsidy",
    "sharing_level": "more sharing",
    "minimum_order": "a higher pooled minimum order M",
    "discount_threshold": "a higher MOQ threshold Mbar",
}
EFFECTS: Final = {
    "investments": ("total_investment", 1),
    "breaches": ("mean_breach_probability", -1),
    "welfare": ("economic_welfare", 1),
}


# what follows from the model without solving any market
PLANNED_SUBSIDY: Final = "a planner's investments do not depend on who pays: always equal"
JOINT_SUBSIDY: Final = "joint investment cannot fall in the subsidy: never opposite"


class Claim(NamedTuple):
    """What a market must show: every one of ``differences`` is above 0.

    ``by_construction`` says what of the answer is certain before any market is solved, if anything.
    """

    id: str
    statement: str
    tested: str
    differences: list[pl.Expr]
    by_construction: str | None = None


def column(outcome: str, contract: str, change: str = "none", level: float = 0.0) -> str:
    """Name the column, of a row a market, that holds an outcome."""
    return f"{outcome}|{contract}|{change}|{level}"


def part_at(part: str, level: float | None) -> pl.Expr:
    """Return a part of the advantage at a level of tau, or at the market's own tau."""
    change, value = ("none", 0.0) if level is None else (TAU, level)
    high, low = (column("economic_welfare", name, change, value) for name in PARTS[part])
    return pl.col(high) - pl.col(low)


def claims(regime: str = "nash") -> Iterator[Claim]:
    """Yield the abstract's claims as the model can be asked for them.

    They are the same under every regime of investment, but for what is certain there.
    """
    for part, (high, low) in PARTS.items():
        yield Claim(
            f"a-{part}",
            f"{high} gives more economic welfare than {low}",
            f"EW({high}) > EW({low})",
            [part_at(part, None)],
        )
    for part, words in IN_WORDS.items():
        none, *_, full = (part_at(part, level) for level in LEVELS)
        yield Claim(
            f"b-{part}",
            f"the {words} grows with risk",
            "at tau = 1 > at tau = 0",
            [full - none],
        )
        yield Claim(
            f"b-{part}-own",
            f"the {words} is larger at the market's risk than without",
            "at own tau > at tau = 0",
            [part_at(part, None) - none],
        )
        yield Claim(
            f"b-{part}-highest",
            f"the {words} is largest where risk is highest",
            "at tau = 1 > at tau = 0, 0.25, 0.5 and 0.75",
            [full - part_at(part, level) for level in LEVELS[:-1]],
        )
    for name, words in LEVERS.items():
        for short, (outcome, sign) in EFFECTS.items():
            raised = pl.col(column(outcome, FLEXIBLE, name, STEPS[name]))
            yield Claim(
                f"c-{name.partition('_')[0]}-{short}",
                f"{words} {'raises' if sign > 0 else 'lowers'} {outcome.replace('_', ' ')}",
                f"{name} + {STEPS[name]:g}, {FLEXIBLE}",
                [sign * (raised - pl.col(column(outcome, FLEXIBLE)))],
                _certain(name, short, regime),
            )
    yield from _of_profits()
    yield from _of_platform()


def _certain(lever: str, effect: str, regime: str) -> str | None:
    if lever != "subsidy_rate":
        return None
    if regime == "planner":
        return PLANNED_SUBSIDY
    return JOINT_SUBSIDY if (regime, effect) == ("joint", "investments") else None


def _of_profits() -> Iterator[Claim]:
    def gain(outcome: str) -> pl.Expr:
        return pl.col(column(outcome, FLEXIBLE)) - pl.col(column(outcome, FIXED))

    yield Claim(
        "d-total",
        "flexible-moq gives the chains more profit together than fixed",
        "sum of profits",
        [gain("total_profit")],
    )
    gains = [gain(f"profit_{chain}") for chain in (1, 2, 3)]
    yield Claim(
        "d-each",
        "flexible-moq gives every chain more profit than fixed",
        "smallest gain of a chain",
        # markets of two chains have no third
        [pl.min_horizontal(gains)],
    )
    yield Claim(
        "d-any",
        "flexible-moq gives at least one chain more profit than fixed",
        "largest gain of a chain",
        [pl.max_horizontal(gains)],
    )
    for contract in (FIXED, FLEXIBLE):
        for outcome in ("profit", "investment"):
            after = pl.col(column(f"{outcome}_1", contract, RIVAL, RIVAL_STEP))
            yield Claim(
                f"d-rival-{outcome}-{contract.partition('-')[0]}",
                f"a chain's {outcome} rises with a rival's vulnerability, {contract}",
                f"first chain's, v of the last + {RIVAL_STEP:g}",
                [after - pl.col(column(f"{outcome}_1", contract))],
            )


def _of_platform() -> Iterator[Claim]:
    """Yield what a platform is worth: the market as drawn against one that shares nothing."""
    for contract in (FIXED, FLEXIBLE):
        tested = f"theta as drawn, against 0, {contract}"
        name = contract.partition("-")[0]
        for short, (outcome, sign) in {**EFFECTS, "profit": ("total_profit", 1)}.items():
            yield Claim(
                f"f-platform-{short}-{name}",
                f"a platform {'raises' if sign > 0 else 'lowers'} {outcome.replace('_', ' ')}, "
                f"{contract}",
                tested,
                [sign * _worth(outcome, contract)],
            )
        gains = [_worth(f"profit_{chain}", contract) for chain in (1, 2, 3)]
        yield Claim(
            f"f-platform-each-{name}",
            f"a platform gives every chain more profit, {contract}",
            f"smallest gain of a chain, {tested}",
            [pl.min_horizontal(gains)],
        )
        yield Claim(
            f"f-platform-any-{name}",
            f"a platform gives at least one chain more profit, {contract}",
            f"largest gain of a chain, {tested}",
            [pl.max_horizontal(gains)],
        )


def _worth(outcome: str, contract: str) -> pl.Expr:
    return pl.col(column(outcome, contract)) - pl.col(column(outcome, contract, NO_PLATFORM))
