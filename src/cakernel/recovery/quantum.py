"""The quantum of a scenario: the unit in which all its resources are whole numbers.

The paper's numbers are multiples of 1/16. In whole quanta every sum and comparison is exact, so a
firm that can just afford an upgrade always can, whatever the order of additions. An amount is the
decimal that it prints as (0.1 is one tenth), to twelve significant digits and no more than twelve
after the point. This does not depend on other amounts or on the horizon, so what a run does not use
cannot change its result.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE
from cakernel.recovery.model import Model
from cakernel.recovery.scenario import ResourceScenario

DIGITS = 12
# a smaller amount would lose more than a thousandth part to rounding
LEAST_AMOUNT = 1e-9
# what is smaller than this share of the largest amount is what a subtraction left: 0
NOISE = 1e-12
# resources of all firms together, in quanta, stay below this
MAX_QUANTA = 1 << 62


class Counted(NamedTuple):
    """Amounts as whole numbers, and the most that firms can have.

    ``amounts`` are in the order of `amounts_of`, counted in quanta of 1 / ``denominator``, the
    largest that divides them all. Terminal ``values`` are counted in quanta of which
    ``value_quanta`` make this one: their decimals do not make resources finer.
    """

    denominator: int
    amounts: tuple[int, ...]
    largest: int
    value_quanta: int = 1
    values: tuple[int, ...] = (0,) * (2 * AMOUNTS_A_SIDE)


@checked_arguments
def arithmetic(model: Model, scenarios: Sequence[ResourceScenario]) -> list[str]:
    """Say for each scenario what its resources are counted in, as `simulate` will.

    Parameters
    ----------
    model : Model
        Its initial resources, horizon and grid count, too.
    scenarios : sequence of ResourceScenario
        The scenarios of one call.

    Returns
    -------
    list of str
        "whole quanta of 1/16", or of whatever divides the scenario's decimals; and "amounts rounded
        to 12 digits" where they have more.

    Raises
    ------
    InvalidInput
        If an amount is too small to count, or resources can grow to 2^62 quanta.

    Examples
    --------
    >>> from cakernel import Model, paper_scenarios
    >>> first = paper_scenarios()[0]
    >>> thirds = first.replace(operational_cost=(1 / 3, 2 / 3, 1.0))
    >>> arithmetic(Model(), [first])
    ['whole quanta of 1/4']
    >>> arithmetic(Model(), [thirds])
    ['whole quanta of 1/1000000000000, amounts rounded to 12 digits']
    """
    counted = [count_scenario(model, scenario) for scenario in scenarios]
    return [
        f"whole quanta of {Fraction(1, amounts.denominator * times)}"
        + (f", amounts rounded to {DIGITS} digits" if _is_rounded(model, scenario) else "")
        for amounts, times, scenario in zip(counted, common_times(counted), scenarios, strict=True)
    ]


def amounts_of(initial: float, scenario: ResourceScenario) -> dict[str, tuple[float, ...]]:
    """Return all amounts by name: initial resources, then the scenario's.

    These are acquisitions, costs and terminal values, each by side.
    """
    return {"initial_resources": (initial,), **scenario.amounts}


def count_scenario(model: Model, scenario: ResourceScenario) -> Counted:
    """Count the amounts of a scenario; raise where they cannot be counted."""
    firms = model.chains * model.firms
    return _count_amounts(model.initial_resources, model.periods, firms, scenario)


@lru_cache(maxsize=1 << 13)
def _count_amounts(initial: float, periods: int, firms: int, scenario: ResourceScenario) -> Counted:
    named = [(n, a) for n, amounts in amounts_of(initial, scenario).items() for a in amounts]
    noise = NOISE * max(amount for _, amount in named)
    for name, amount in named:
        if noise < amount < LEAST_AMOUNT:
            raise InvalidInput(
                f"{name}: got {amount}; must be 0 or at least {LEAST_AMOUNT:g}, since amounts are "
                f"counted to {DIGITS} decimals; count them in another unit"
            )
    decimals = [decimal(amount) for _, amount in named]
    side = AMOUNTS_A_SIDE
    denominator, counted = _in_quanta(decimals[: -2 * side], 1)
    first, *others = counted
    most = first + periods * (max(others[:side]) + max(others[side : 2 * side]))
    largest = max(most, *others[2 * side :]) * firms
    _check_countable("resources", largest, denominator)
    value_denominator, values = _in_quanta(decimals[-2 * side :], denominator)
    value_quanta = value_denominator // denominator
    if any(values):
        worth = max(values[:side]) + max(values[side:])
        _check_countable("values", (most * value_quanta + worth) * firms, value_denominator)
    return Counted(denominator, counted, largest, value_quanta, values)


def _in_quanta(decimals: Sequence[Fraction], unit: int) -> tuple[int, tuple[int, ...]]:
    """Return the amounts in the largest quantum that divides them and 1 / ``unit``; first that."""
    denominator = lcm(unit, *(amount.denominator for amount in decimals))
    return denominator, tuple(
        amount.numerator * (denominator // amount.denominator) for amount in decimals
    )


def _check_countable(what: str, largest: int, denominator: int) -> None:
    if largest >= MAX_QUANTA:
        raise InvalidInput(
            f"amounts: {what} of up to {float(Fraction(largest, denominator)):.3g} in steps of "
            f"{Fraction(1, denominator)} are more than 2^62 steps; round the amounts to fewer "
            "decimals, or count them in another unit"
        )


@lru_cache(maxsize=1 << 13)
def decimal(amount: float) -> Fraction:
    """Return the decimal that an amount prints as, to so many digits that it can be counted."""
    exact = Fraction(repr(float(amount)))
    before_the_point = len(str(int(exact))) if exact >= 1 else 0
    return Fraction(round(exact, DIGITS - before_the_point))


def _is_rounded(model: Model, scenario: ResourceScenario) -> bool:
    return any(
        decimal(amount) != Fraction(repr(float(amount)))
        for amounts in amounts_of(model.initial_resources, scenario).values()
        for amount in amounts
    )


def common_times(counted: Sequence[Counted]) -> list[int]:
    """Return how many quanta of a common one make each; 1 of its own where none fits them all.

    Results are exact in either. In a common quantum the costs have zeros in the same low planes,
    which the lane kernel then leaves out.
    """
    common = lcm(*{amounts.denominator for amounts in counted})
    times = [common // amounts.denominator for amounts in counted]
    largest = max((a.largest * n for a, n in zip(counted, times, strict=True)), default=0)
    return times if largest < MAX_QUANTA else [1] * len(times)
