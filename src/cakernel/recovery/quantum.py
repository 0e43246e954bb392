"""The quantum of a scenario: the unit in which all its resources are whole numbers.

The paper's numbers are multiples of 1/16. In whole quanta every sum and comparison is exact, so a
firm that can just afford an upgrade always can, whatever the order of additions. Numbers are taken
as the decimals that they print as: 0.1 is one tenth.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from cakernel.arguments import checked_arguments
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE
from cakernel.recovery.model import Model
from cakernel.recovery.scenario import ResourceScenario

# resources of one firm, in quanta, stay below this
MAX_QUANTA = 1 << 31
# denominators are int64 in the kernel's arrays
MAX_DENOMINATOR = 1 << 62


class Counted(NamedTuple):
    """Amounts as whole numbers of quanta of 1 / ``denominator``, and the highest that can occur."""

    denominator: int
    amounts: tuple[int, ...]
    largest: int

    def finer(self, denominator: int) -> "Counted":
        """Return the same amounts in a quantum that divides this one."""
        times = denominator // self.denominator
        if times == 1:
            return self
        amounts = tuple(amount * times for amount in self.amounts)
        return Counted(denominator, amounts, self.largest * times)


@checked_arguments
def arithmetic(model: Model, scenarios: Sequence[ResourceScenario]) -> list[str]:
    """Say for each scenario what its resources are counted in, as `simulate` will.

    Whole quanta are exact and several times faster than float64. All scenarios of a call have a
    common quantum, if one fits them all.

    Parameters
    ----------
    model : Model
        Its initial resources and its horizon count, too.
    scenarios : sequence of ResourceScenario
        The scenarios of one call.

    Returns
    -------
    list of str
        "whole quanta of 1/16", or of whatever divides the scenario's decimals, or "float64" where
        no quantum keeps the largest amount below 2^31.

    Examples
    --------
    >>> from cakernel import Model, paper_scenarios
    >>> first = paper_scenarios()[0]
    >>> thirds = first.replace(operational_cost=(1 / 3, 2 / 3, 1.0))
    >>> arithmetic(Model(), [first, thirds])
    ['whole quanta of 1/4', 'float64']
    """
    counted = in_common_quantum([count_scenario(model, scenario) for scenario in scenarios])
    return [
        "float64" if amounts is None else f"whole quanta of {Fraction(1, amounts.denominator)}"
        for amounts in counted
    ]


def amounts_of(initial: float, scenario: ResourceScenario) -> tuple[float, ...]:
    """Return all amounts: initial resources, then acquisitions and costs, each by side."""
    fields = (getattr(scenario, name) for name in ResourceScenario.model_fields)
    return (initial, *(amount for amounts in fields for amount in amounts))


def count_scenario(model: Model, scenario: ResourceScenario) -> Counted | None:
    """Count the amounts of a scenario, in the order of `amounts_of`; None where no quantum fits."""
    return _count_amounts(model.initial_resources, model.periods, scenario)


@lru_cache(maxsize=1 << 13)
def _count_amounts(initial: float, periods: int, scenario: ResourceScenario) -> Counted | None:
    def largest(amounts: Sequence[int]) -> int:
        """Return the highest amount that a firm can have or be asked for."""
        first, *others = amounts
        side = AMOUNTS_A_SIDE
        gain = max(others[:side]) + max(others[side : 2 * side])
        return max(first + periods * gain, *others[2 * side :])

    return count(amounts_of(initial, scenario), largest)


def count(amounts: Sequence[float], largest: Callable[[Sequence[int]], int]) -> Counted | None:
    """Count amounts in the largest unit that divides them all; None where none fits.

    ``largest`` returns the highest value that resources can reach, given the counted amounts; it
    must stay below 2^31.
    """
    ratios = [_ratio(amount) for amount in amounts]
    denominator = lcm(*(part[1] for part in ratios))
    counted = tuple(top * (denominator // bottom) for top, bottom in ratios)
    highest = largest(counted)
    fits = highest < MAX_QUANTA and denominator < MAX_DENOMINATOR
    return Counted(denominator, counted, highest) if fits else None


@lru_cache(maxsize=1 << 13)
def _ratio(amount: float) -> tuple[int, int]:
    """Return the decimal that a number prints as, as a fraction in lowest terms."""
    return Fraction(repr(float(amount))).as_integer_ratio()


def in_common_quantum(counted: list[Counted | None]) -> list[Counted | None]:
    """Return all that have a quantum in a common one, if one fits them all.

    Results are exact in either. In a common quantum the costs have zeros in the same low planes,
    which the lane kernel then leaves out.
    """
    common = 1
    for denominator in {amounts.denominator for amounts in counted if amounts is not None}:
        common = lcm(common, denominator)
        if common > MAX_QUANTA:
            return counted
    finer = [None if amounts is None else amounts.finer(common) for amounts in counted]
    fits = all(amounts is None or amounts.largest < MAX_QUANTA for amounts in finer)
    return finer if fits else counted
