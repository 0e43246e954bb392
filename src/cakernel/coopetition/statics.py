"""Comparative statics: how an equilibrium and what follows from it move with each parameter.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.coopetition.equilibrium import alone, solve_closely
from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.market import COMMON, EACH, Bounds, Market
from cakernel.coopetition.points import Group, Numbers
from cakernel.coopetition.table import EACH as OF_EACH_CHAIN
from cakernel.coopetition.table import NUMBERS, STATUS, is_equilibrium
from cakernel.errors import InvalidInput

# steps of differences, in units of a parameter or of 1 / alpha + z; of parameters next to 0
STEP: Final = 1e-4
SMALLEST: Final = 1e-3
# slopes to either side that differ by more, by the larger of them, are those of a kink or a jump
KINK: Final = 1e-3
# of values: what rounding may make differ
ROUNDED: Final = 1e-12
# a slope by money at which an investment above 0 is at its best
FLAT: Final = 1e-7
# steps to the points that slopes to the left and to the right are taken from
STEPS: Final = np.array([-4.0, -1.0, 0.0, 1.0, 4.0])


@dataclass(frozen=True)
class _Sides:
    """Derivatives by a parameter, or by an investment, from the left and from the right.

    Each an array (values,): of slopes of what is maximised, then of outcomes; not a number where
    there is no such side. ``noise`` is what rounding may make of them.
    """

    left: Numbers
    right: Numbers
    noise: float

    @property
    def middle(self) -> Numbers:
        """The derivative, of one side where there is only one."""
        return np.where(
            np.isnan(self.left),
            self.right,
            np.where(np.isnan(self.right), self.left, (self.left + self.right) / 2),
        )

    @property
    def is_smooth(self) -> bool:
        """Whether the sides agree, where there are two."""
        larger = np.maximum(np.abs(self.left), np.abs(self.right))
        return not (np.abs(self.left - self.right) > KINK * larger + self.noise).any()


def statics_parameters(market: Market) -> list[str]:
    """Return the names of all parameters that can move, those of single chains numbered."""
    return [*COMMON, *(f"{name}_{j + 1}" for name in EACH for j in range(market.chains))]


def comparative_statics(
    market: Market,
    *,
    contract: str,
    regime: str = "nash",
    parameters: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return the derivatives of an equilibrium and its outcomes by each parameter.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. Investments follow the
    first-order conditions (implicit function theorem); outcomes change by the parameter itself and
    by the investments that it moves. Investments at 0 that do not pay stay there. Slopes of the
    conditions are central differences of exact first derivatives.

    Parameters
    ----------
    market : Market
        The chains and their platform.
    contract, regime : str
        As in `equilibria`; of several equilibria the one reported there is followed.
    parameters : sequence of str, optional
        Fields of `Market`; those of single chains with their number, such as ``vulnerability_2``.
        By default all.

    Returns
    -------
    polars.DataFrame
        One row a parameter: ``parameter``, ``value``, ``status`` (of the equilibrium), ``smooth``,
        then the derivative of each outcome of `equilibria` under its name. Not smooth, and null:
        where slopes to the left and to the right differ (orders that begin to meet a commitment
        or a need; M at Mbar, where the discount sets in), where an investment sits on a kink, and
        where there is no equilibrium. At an end of its range a parameter has one side alone.

    Raises
    ------
    InvalidInput
        If a name is unknown.
    """
    known = statics_parameters(market)
    chosen = known if parameters is None else list(parameters)
    for name in chosen:
        if name not in known:
            raise InvalidInput(f"parameters: got {name!r}; must be one of {', '.join(known)}")
    group = alone(market)
    found = solve_closely(group, contract, regime, None)
    values = [_value(group, name) for name in chosen]
    columns = [
        *NUMBERS,
        *(f"{name}_{j + 1}" for name in OF_EACH_CHAIN for j in range(group.chains)),
    ]
    smooth, derivatives = np.zeros(len(chosen), bool), np.full((len(chosen), len(columns)), np.nan)
    if is_equilibrium(found)[0]:
        here = _Equilibrium(group, found, contract, regime)
        for row, name in enumerate(chosen):
            moved = here.derivative(name)
            if moved is not None:
                smooth[row], derivatives[row] = True, moved
    return pl.DataFrame(
        {
            "parameter": pl.Series(chosen, dtype=pl.String),
            "value": pl.Series(values, dtype=pl.Float64),
            "status": pl.Series(
                [STATUS[found.markets["status"][0]]] * len(chosen), dtype=pl.String
            ),
            "smooth": smooth,
            **{
                name: pl.Series(derivatives[:, n], nan_to_null=True, dtype=pl.Float64)
                for n, name in enumerate(columns)
            },
        }
    )


def _place(name: str) -> tuple[int, int | None, Bounds]:
    """Return where the kernel has a parameter, the chain that it is of, and its range."""
    if name in COMMON:
        return list(COMMON).index(name), None, COMMON[name]
    field, _, chain = name.rpartition("_")
    return list(EACH).index(field), int(chain) - 1, EACH[field]


def _value(group: Group, name: str) -> float:
    place, chain, _ = _place(name)
    found = group.parameters[0, place] if chain is None else group.each[0, place, chain]
    return float(found)


class _Equilibrium:
    """An equilibrium, and how conditions and outcomes change around it."""

    def __init__(self, group: Group, found: Rows, contract: str, regime: str) -> None:
        self.group, self.contract, self.regime = group, contract, regime
        self.invested = found.chains["investment"][0]
        slopes = found.slopes[0]
        # investments at 0 that do not pay are held
        self.free = (self.invested > 0) | (slopes >= -FLAT)
        at_best = (np.abs(slopes[self.free]) <= FLAT).all() and not (
            (self.invested == 0) & self.free
        ).any()
        unit = 1 / group.parameters[0, list(COMMON).index("security_effectiveness")]
        sides = []
        for j in range(group.chains):
            step = STEP * (unit + self.invested[j])
            given = np.repeat(self.invested[None], len(STEPS), axis=0)
            given[:, j] += step * STEPS
            low = given[0, j] >= 0
            groups = [group] * len(STEPS)
            sides.append(self._sides(np.maximum(given, 0), groups, step, low, True))
        self.by_investment = sides
        self.is_smooth = at_best and all(
            side.is_smooth for side, free in zip(sides, self.free, strict=True) if free
        )

    def derivative(self, name: str) -> Numbers | None:
        """Return the derivatives of all outcomes by a parameter, None where there are none."""
        place, chain, bounds = _place(name)
        value = _value(self.group, name)
        step = STEP * max(abs(value), SMALLEST)
        groups = []
        for change in step * STEPS:
            parameters, each = self.group.parameters.copy(), self.group.each.copy()
            if chain is None:
                parameters[0, place] += change
            else:
                each[0, place, chain] += change
            groups.append(Group(self.group.chains, self.group.index, parameters, each))
        low, end = value + step * STEPS[0] >= bounds.low, value + step * STEPS[-1]
        high = end < bounds.high if bounds.open_end else end <= bounds.high
        given = np.repeat(self.invested[None], len(STEPS), axis=0)
        sides = self._sides(given, groups, step, low, high)
        if not (self.is_smooth and sides.is_smooth):
            return None
        n = self.group.chains
        free = self.free
        total = sides.middle[n:].copy()
        if free.any():
            slopes = np.stack([side.middle[:n] for side in self.by_investment], axis=1)
            try:
                moved = np.linalg.solve(slopes[np.ix_(free, free)], -sides.middle[:n][free])
            except np.linalg.LinAlgError:
                return None
            for j, change in zip(np.flatnonzero(free), moved, strict=True):
                total += self.by_investment[j].middle[n:] * change
        return total

    def _sides(
        self, given: Numbers, groups: Sequence[Group], step: float, low: bool, high: bool
    ) -> _Sides:
        """Return the derivatives at the middle one of five points, each side's of second order."""
        group = Group(
            self.group.chains,
            np.arange(len(STEPS)),
            np.concatenate([one.parameters for one in groups]),
            np.concatenate([one.each for one in groups]),
        )
        rows = solve_closely(group, self.contract, self.regime, given)
        far_left, left, here, right, far_right = np.array(list(_values(rows))).T
        nothing = np.full(len(here), np.nan)
        return _Sides(
            (15 * here - 16 * left + far_left) / (12 * step) if low else nothing,
            (-15 * here + 16 * right - far_right) / (12 * step) if high else nothing,
            ROUNDED / step,
        )


def _values(rows: Rows) -> Iterator[npt.NDArray[np.float64]]:
    """Yield slopes of what is maximised, then outcomes, each of all points."""
    yield from rows.slopes.T
    yield from (rows.markets[name] for name in NUMBERS)
    for name in OF_EACH_CHAIN:
        yield from rows.chains[name].T
