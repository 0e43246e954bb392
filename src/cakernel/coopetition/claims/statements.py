"""The claims of the abstract, each restated as differences of outcomes that must be above 0."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import polars as pl

from cakernel.coopetition.claims.markets import LEVELS, NO_PLATFORM, RIVAL, RIVAL_STEP, STEPS, TAU
from cakernel.coopetition.words import CONTRACTS

FIXED, FIXED_MOQ, FLEXIBLE = CONTRACTS
PARTS: Final = {
    "advantage": (FLEXIBLE, FIXED),
    "timing": (FLEXIBLE, FIXED_MOQ),
    "commitment": (FIXED_MOQ, FIXED),
}
"""Differences of two contracts: the advantage of flexible MOQ over fixed, and its two parts."""
PART_WORDS: Final = {
    "advantage": "advantage of flexible MOQ",
    "timing": "value of timing",
    "commitment": "value of commitment and discount",
}
GROUP_WORDS: Final = {
    "a": "contracts",
    "b": "risk",
    "c": "what the government sets, flexible MOQ",
    "d": "profits of competing chains",
    "e": "who chooses investments",
    "f": "what a platform is worth",
}
"""What claims are about, by the letter that their ids begin with."""
ACROSS_REGIMES: Final = "e"
"""The letter of claims that compare regimes."""
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
PROFIT: Final = {"profit": ("total_profit", 1)}
CHOOSERS: Final = {"joint": "joint investment", "planner": "a planner's investment"}
"""Regimes that are compared with that in which each chain invests for itself."""
AGAINST: Final = "nash"

# each regime maximises one outcome, so that nash cannot give more of it
MAXIMISED: Final = {"joint": "profit", "planner": "welfare"}
# what follows from the model without solving any market
PLANNED_SUBSIDY: Final = "a planner's investments do not depend on who pays: always equal"
JOINT_SUBSIDY: Final = "joint investment cannot fall in the subsidy: never opposite"


class Claim(NamedTuple):
    """What a market must show: every one of ``differences`` is above 0.

    ``by_construction`` says what is certain of the answer before any market is solved.
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


def abstract_claims(regime: str = "nash") -> Iterator[Claim]:
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
    for part, words in PART_WORDS.items():
        own = part_at(part, None)
        *lower, full = (part_at(part, level) for level in LEVELS)
        for ending, statement, tested, differences in (
            ("", "grows with risk", "at tau = 1 > at tau = 0", [full - lower[0]]),
            (
                "-own",
                "is larger at the market's risk than without",
                "at own tau > at tau = 0",
                [own - lower[0]],
            ),
            (
                "-highest",
                "is largest where risk is highest",
                "at tau = 1 > at tau = 0, 0.25, 0.5 and 0.75",
                [full - each for each in lower],
            ),
        ):
            yield Claim(f"b-{part}{ending}", f"the {words} {statement}", tested, differences)
    for name, words in LEVERS.items():
        for short, (outcome, sign) in EFFECTS.items():
            raised = pl.col(column(outcome, FLEXIBLE, name, STEPS[name]))
            certain = None
            if name == "subsidy_rate" and regime == "planner":
                certain = PLANNED_SUBSIDY
            elif (name, regime, short) == ("subsidy_rate", "joint", "investments"):
                certain = JOINT_SUBSIDY
            yield Claim(
                f"c-{name.partition('_')[0]}-{short}",
                f"{words} {_moves(outcome, sign)}",
                f"{name} + {STEPS[name]:g}, {FLEXIBLE}",
                [sign * (raised - pl.col(column(outcome, FLEXIBLE)))],
                certain,
            )
    yield from _of_profits()
    yield from _of_platform()


def regime_claims(regime: str) -> Iterator[Claim]:
    """Yield the claims that compare joint or a planner's investment with nash.

    Its columns are those of nash with the regime's name and a space before them.
    """
    chooser = CHOOSERS[regime]
    for contract in (FIXED, FLEXIBLE):
        for short, (outcome, sign) in {**PROFIT, **EFFECTS}.items():
            name, words = column(outcome, contract), outcome.replace("_", " ")
            more = "more" if sign > 0 else "a lower"
            most = f"{chooser} has the most {words}: never opposite"
            yield Claim(
                f"e-{regime}-{short}-{_short(contract)}",
                f"{chooser} gives {more} {words} than {AGAINST}, {contract}",
                f"{regime} against {AGAINST}, {contract}",
                [sign * (pl.col(f"{regime} {name}") - pl.col(name))],
                most if MAXIMISED[regime] == short else None,
            )


def _short(contract: str) -> str:
    return contract.partition("-")[0]


def _moves(outcome: str, sign: int) -> str:
    return f"{'raises' if sign > 0 else 'lowers'} {outcome.replace('_', ' ')}"


def _of_profits() -> Iterator[Claim]:
    def gain(outcome: str) -> pl.Expr:
        return pl.col(column(outcome, FLEXIBLE)) - pl.col(column(outcome, FIXED))

    together = "flexible-moq gives the chains more profit together than fixed"
    yield Claim("d-total", together, "sum of profits", [gain("total_profit")])
    # markets of two chains have no third: null is left out of the smallest and of the largest
    gains = [gain(f"profit_{chain}") for chain in (1, 2, 3)]
    yield from _of_each("d-{}", "flexible-moq gives {} more profit than fixed", "", gains)
    for contract in (FIXED, FLEXIBLE):
        for outcome in ("profit", "investment"):
            after = pl.col(column(f"{outcome}_1", contract, RIVAL, RIVAL_STEP))
            yield Claim(
                f"d-rival-{outcome}-{_short(contract)}",
                f"a chain's {outcome} rises with a rival's vulnerability, {contract}",
                f"first chain's, v of the last + {RIVAL_STEP:g}",
                [after - pl.col(column(f"{outcome}_1", contract))],
            )


def _of_platform() -> Iterator[Claim]:
    """Yield what a platform is worth: the market as drawn against one that shares nothing."""
    for contract in (FIXED, FLEXIBLE):

        def worth(outcome: str, contract: str = contract) -> pl.Expr:
            alone = column(outcome, contract, NO_PLATFORM)
            return pl.col(column(outcome, contract)) - pl.col(alone)

        tested = f"theta as drawn, against 0, {contract}"
        for short, (outcome, sign) in {**EFFECTS, **PROFIT}.items():
            yield Claim(
                f"f-platform-{short}-{_short(contract)}",
                f"a platform {_moves(outcome, sign)}, {contract}",
                tested,
                [sign * worth(outcome)],
            )
        yield from _of_each(
            f"f-platform-{{}}-{_short(contract)}",
            f"a platform gives {{}} more profit, {contract}",
            f", {tested}",
            [worth(f"profit_{chain}") for chain in (1, 2, 3)],
        )


def _of_each(name: str, statement: str, tested: str, gains: Sequence[pl.Expr]) -> Iterator[Claim]:
    """Yield two claims: every chain gains, and at least one does."""
    for short, who, which, gain in (
        ("each", "every chain", "smallest", pl.min_horizontal(gains)),
        ("any", "at least one chain", "largest", pl.max_horizontal(gains)),
    ):
        words = f"{which} gain of a chain{tested}"
        yield Claim(name.format(short), statement.format(who), words, [gain])
