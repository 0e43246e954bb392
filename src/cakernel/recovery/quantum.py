"""The quantum of a scenario: the unit in which all its resources are whole numbers.

The paper's numbers are multiples of 1/16. In whole quanta every sum and comparison is exact, so a
firm that can just afford an upgrade always can, whatever the order of additions. An amount is the
decimal that it prints as, to so many digits (`cakernel.recovery.decimals`). This does not depend on
other amounts or on the horizon, so what a run does not use cannot change its result.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.recovery.decimals import DIGITS, are_rounded, ratios_of
from cakernel.recovery.kernel.states import AMOUNTS_A_SIDE
from cakernel.recovery.model import Model
from cakernel.recovery.scenario import NOTHING, ResourceScenario

Whole = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

# a smaller amount would lose more than a thousandth part to rounding
LEAST_AMOUNT = 1e-9
# what is smaller than this share of the largest amount is what a subtraction left: 0
NOISE = 1e-12
# resources of all firms together, in quanta, stay below this
MAX_QUANTA = 1 << 62
# whole numbers below it are summed as int64, whatever float64 rounds of it
MOST_SUM = 0.999 * 2.0**63

# amounts in the order of arrays: of each side what is acquired, what it costs, terminal values
_SIDE: Final = AMOUNTS_A_SIDE
_ACQUIRED: Final = slice(1, 1 + _SIDE), slice(1 + _SIDE, 1 + 2 * _SIDE)
_COSTS: Final = slice(1 + 2 * _SIDE, 1 + 4 * _SIDE)
_RESOURCES: Final = slice(0, _COSTS.stop)
_VALUES: Final = slice(_COSTS.stop, None)
AMOUNT_NAMES: Final = (
    "initial_resources",
    *(name for name in ResourceScenario.model_fields for _ in range(AMOUNTS_A_SIDE)),
)


class Counted(NamedTuple):
    """Amounts of scenarios as whole numbers, and the most that firms can have.

    ``amounts`` (scenarios, 13) are initial resources, acquisitions and costs, in quanta of which
    ``denominator`` (scenarios,) make one, the largest that divide them all; ``held`` (scenarios,)
    is the most that all firms can have, and ``largest`` (scenarios,) the most that they can have or
    need. Terminal ``values`` (scenarios, 6) are in quanta of which ``value_quanta`` (scenarios,)
    make one of these, as their decimals do not make resources finer; so is ``worth`` (scenarios,),
    the most that all firms can have with these, 0 where there are none.
    """

    denominator: Whole
    amounts: Whole
    held: Whole
    largest: Whole
    worth: Whole
    value_quanta: Whole
    values: Whole

    def of(self, scenarios: Any) -> "Counted":
        """Return those of some of the scenarios."""
        return Counted(*(part[scenarios] for part in self))


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
    counted = count_scenarios(model, scenarios)
    quanta = counted.denominator * common_quanta(counted).times
    rounded = np.any(are_rounded(_of_model(model, scenarios)), axis=1)
    return [
        f"whole quanta of {Fraction(1, number)}"
        + (f", amounts rounded to {DIGITS} digits" if some else "")
        for number, some in zip(quanta.tolist(), rounded.tolist(), strict=True)
    ]


def count_scenarios(model: Model, scenarios: Sequence[ResourceScenario]) -> Counted:
    """Count the amounts of scenarios; raise where they cannot be counted."""
    amounts = _of_model(model, scenarios)
    firms = np.full(len(amounts), model.chains * model.firms)
    periods = np.full(len(amounts), model.periods)
    counted, refused = count_amounts(amounts, firms, periods)
    for n in np.flatnonzero(refused):
        raise _refusal(amounts[n : n + 1], model.chains * model.firms, model.periods)
    return counted


def amounts_of(scenarios: Sequence[ResourceScenario]) -> Numbers:
    """Return the amounts of scenarios in the order of their fields: float64 (scenarios, 18)."""
    names = list(ResourceScenario.model_fields)
    amounts = [[getattr(scenario, name) or NOTHING for name in names] for scenario in scenarios]
    return np.array(amounts).reshape(len(scenarios), len(AMOUNT_NAMES) - 1)


def _of_model(model: Model, scenarios: Sequence[ResourceScenario]) -> Numbers:
    """Return the amounts of scenarios as they are counted, initial resources first."""
    return np.insert(amounts_of(scenarios), 0, model.initial_resources, axis=1)


def count_amounts(
    amounts: Numbers, firms: Whole, periods: Whole
) -> tuple[Counted, npt.NDArray[np.bool_]]:
    """Count amounts (scenarios, 19), initial resources first, and say which are refused.

    Those are counted as 0; `_refusal` says why.
    """
    top, bottom = ratios_of(amounts)
    denominator, value_denominator = _denominators(bottom)
    times = _units(denominator, value_denominator) // bottom
    quanta = value_denominator // denominator
    # as float64 the numbers are about right; where int64 might overflow, Python's are exact
    about = _most(top.astype(np.float64) * times, quanta, firms, periods)
    kind: type = np.int64 if np.max(about, initial=0) < MAX_QUANTA / 2 else object
    counted = top.astype(kind) * times
    held, largest, worth = _most(counted, quanta, firms, periods)
    refused = _too_small(amounts).any(axis=1) | (largest >= MAX_QUANTA) | (worth >= MAX_QUANTA)
    if refused.any():
        counted = np.where(refused[:, None], 0, counted)
        held, largest, worth = (np.where(refused, 0, most) for most in (held, largest, worth))
    made = Counted(
        denominator=denominator,
        amounts=counted[:, _RESOURCES].astype(np.int64),
        held=held.astype(np.int64),
        largest=largest.astype(np.int64),
        worth=worth.astype(np.int64),
        value_quanta=quanta,
        values=counted[:, _VALUES].astype(np.int64),
    )
    return made, refused


def _refusal(amounts: Numbers, firms: int, periods: int) -> InvalidInput:
    """Return why the amounts of a scenario (1, 19) are refused."""
    for at in np.flatnonzero(_too_small(amounts)):
        return InvalidInput(
            f"{AMOUNT_NAMES[at]}: got {amounts[0, at]}; must be 0 or at least {LEAST_AMOUNT:g}, "
            f"since amounts are counted to {DIGITS} decimals; count them in another unit"
        )
    top, bottom = ratios_of(amounts)
    denominators = _denominators(bottom)
    counted = top.astype(object) * (_units(*denominators) // bottom)
    _, *most = _most(counted, denominators[1] // denominators[0], firms, periods)
    [what, number, unit], *_ = (
        (what, number, unit)
        for what, [number], [unit] in zip(("resources", "values"), most, denominators, strict=True)
        if number >= MAX_QUANTA
    )
    return InvalidInput(
        f"amounts: {what} of up to {number / int(unit):.3g} in steps of {Fraction(1, int(unit))} "
        "are more than 2^62 steps; round the amounts to fewer decimals, or count them in another "
        "unit"
    )


def _too_small(amounts: Numbers) -> npt.NDArray[np.bool_]:
    """Say which amounts are too small to count, and more than what a subtraction left."""
    noise = NOISE * amounts.max(axis=1, keepdims=True)
    small: npt.NDArray[np.bool_] = (noise < amounts) & (amounts < LEAST_AMOUNT)
    return small


def _denominators(bottom: Whole) -> tuple[Whole, Whole]:
    """Return what resources, and terminal values, are counted in, by the bottoms of amounts."""
    denominator: Whole = np.lcm.reduce(bottom[:, _RESOURCES], axis=1)
    return denominator, np.lcm(denominator, np.lcm.reduce(bottom[:, _VALUES], axis=1))


def _units(denominator: Whole, value_denominator: Whole) -> Whole:
    """Return what each amount is counted in."""
    units = np.repeat(denominator[:, None], len(AMOUNT_NAMES), axis=1)
    units[:, _VALUES] = value_denominator[:, None]
    return units


def _most(
    counted: npt.NDArray[Any], value_quanta: Whole, firms: Whole | int, periods: Whole | int
) -> tuple[npt.NDArray[Any], ...]:
    """Return the most that all firms can have, can have or need, and have with terminal values."""
    acquired = sum(counted[:, some].max(axis=1) for some in _ACQUIRED)
    most = counted[:, 0] + periods * acquired
    held = most * firms
    largest = np.maximum(held, counted[:, _COSTS].max(axis=1) * firms)
    worth = counted[:, _VALUES].reshape(-1, 2, AMOUNTS_A_SIDE).max(axis=2).sum(axis=1)
    return held, largest, np.where(worth > 0, (most * value_quanta + worth) * firms, 0)


class Common(NamedTuple):
    """Quanta that scenarios share: ``times`` (scenarios,) of them make one of each.

    Where a scenario is ``alone`` (scenarios,), sums over its point's scenarios might not fit int64.
    """

    times: Whole
    alone: npt.NDArray[np.bool_]


def common_quanta(counted: Counted, each: int = 1) -> Common:
    """Return a common quantum of all scenarios or, where they do not fit one, of each point.

    ``each`` scenarios that follow each other are a point's. Where not even these fit one, each has
    its own. So what a point's are summed in depends on no other point but for exact factors.
    Results are exact in any. In a common quantum the costs have zeros in the same low planes, which
    the lane kernel then leaves out.
    """
    bottoms = counted.denominator.reshape(-1, each)
    of_point = np.lcm.reduce(bottoms, axis=1)
    times = of_point[:, None] // bottoms
    times = np.where(_fit(counted, times).all(axis=1, keepdims=True), times, 1)
    alone = _sums(counted, times) >= MOST_SUM
    of_all = lcm(*np.unique(of_point).tolist()) // bottoms
    if _fit(counted, of_all).all() and (alone | (_sums(counted, of_all) < MOST_SUM)).all():
        times = of_all
    return Common(times.ravel(), np.repeat(alone, each))


def _fit(counted: Counted, times: Whole) -> npt.NDArray[np.bool_]:
    """Say which scenarios' numbers fit quanta of which ``times`` (points, each) make one."""
    # so that products stay below without being made
    fits: npt.NDArray[np.bool_] = counted.largest.reshape(times.shape) <= (MAX_QUANTA - 1) // times
    return fits


def _sums(counted: Counted, times: Whole) -> Numbers:
    """Return the most that sums over each point's scenarios can be, about."""
    held = counted.held.reshape(times.shape) * times.astype(np.float64)
    worth = counted.worth.reshape(times.shape).astype(np.float64)
    most: Numbers = np.maximum(held.sum(axis=1), worth.sum(axis=1))
    return most
