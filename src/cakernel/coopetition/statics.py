"""Comparative statics: how an equilibrium and what follows from it move with each parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.coopetition.columns import (
    CHAIN_OUTCOMES,
    MARKET_OUTCOMES,
    STATUSES,
    chain_columns,
    is_equilibrium,
)
from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.kernel_calls import solve_closely
from cakernel.coopetition.market import COMMON, EACH, Bounds, Market
from cakernel.coopetition.points import Group, Numbers, single_point
from cakernel.errors import InvalidInput
from cakernel.wording import shown

# the step of differences, in units of a parameter's size, of `SMALLEST` where it is less than that,
# or of 1 / alpha + z where an investment is moved
STEP: Final = 1e-4
SMALLEST: Final = 1e-3
# points of differences, in steps: slopes to the left and to the right are taken from them
STEPS: Final = np.array([-4.0, -1.0, 0.0, 1.0, 4.0])
# the slopes differ, at a kink or a jump, if they do so by more than this share of the larger one
KINK: Final = 1e-3
# differences of values that rounding may make
ROUNDED: Final = 1e-12
# an investment above 0 is at its best if the slope of what is maximised is no larger
FLAT: Final = 1e-7


@dataclass(frozen=True)
class _Sides:
    """Derivatives by a parameter, or by an investment, from the left and from the right.

    Each is an array (values,): of slopes of what is maximised, then of outcomes; NaN where there is
    no such side. ``noise`` is by how much rounding may make them differ.
    """

    left: Numbers
    right: Numbers
    noise: float

    @property
    def middle(self) -> Numbers:
        """The derivative, of one side where there is only one."""
        middle = np.where(np.isnan(self.right), self.left, (self.left + self.right) / 2)
        return np.where(np.isnan(self.left), self.right, middle)

    @property
    def is_smooth(self) -> bool:
        """Whether the sides agree, where there are two."""
        larger = np.maximum(np.abs(self.left), np.abs(self.right))
        return not (np.abs(self.left - self.right) > KINK * larger + self.noise).any()


def statics_parameters(market: Market) -> list[str]:
    """Return the names of all parameters that can move, those of single chains numbered."""
    return [*COMMON, *chain_columns(market.chains, list(EACH))]


@checked_arguments
def comparative_statics(
    market: Market,
    *,
    contract: str,
    regime: str = "nash",
    parameters: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return the derivatives of an equilibrium and its outcomes by each parameter.

    Investments follow the first-order conditions (implicit function theorem); outcomes change by
    the parameter itself and by the investments that it moves. Investments at 0 that do not pay stay
    there. Slopes of the conditions are central differences of exact first derivatives.

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

    Examples
    --------
    A subsidy makes chains invest; at M = Mbar the discount sets in, so there is no derivative.

    >>> names = ["subsidy_rate", "minimum_order"]
    >>> moved = comparative_statics(Market(), contract="flexible-moq", parameters=names)
    >>> moved.select("parameter", "smooth", pl.col("total_profit") > 0).rows()
    [('subsidy_rate', True, True), ('minimum_order', False, None)]
    """
    known = statics_parameters(market)
    chosen = known if parameters is None else list(parameters)
    for name in chosen:
        if name not in known:
            raise InvalidInput(f"parameters: got {shown(name)}; must be one of {', '.join(known)}")
    group = single_point(market)
    found = solve_closely(group, contract, regime)
    values = [_value(group, name) for name in chosen]
    columns = [*MARKET_OUTCOMES, *chain_columns(group.chains)]
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
                [STATUSES[found.markets["status"][0]]] * len(chosen), dtype=pl.String
            ),
            "smooth": smooth,
            **dict(zip(columns, derivatives.T, strict=True)),
        }
    ).with_columns(pl.col(columns).fill_nan(None))


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
        at_best = (np.abs(slopes[self.free]) <= FLAT).all() and (self.invested > 0)[self.free].all()
        unit = 1 / group.parameters[0, list(COMMON).index("security_effectiveness")]
        sides = []
        for j in range(group.chains):
            step = STEP * (unit + self.invested[j])
            given = np.repeat(self.invested[None], len(STEPS), axis=0)
            given[:, j] += step * STEPS
            low = given[0, j] >= 0
            sides.append(
                self._sides(np.maximum(given, 0), group.repeated(len(STEPS)), step, low, True)
            )
        self.by_investment = sides
        self.is_smooth = at_best and all(
            side.is_smooth for side, free in zip(sides, self.free, strict=True) if free
        )

    def derivative(self, name: str) -> Numbers | None:
        """Return the derivatives of all outcomes by a parameter, None where there are none."""
        place, chain, bounds = _place(name)
        value = _value(self.group, name)
        step = STEP * max(abs(value), SMALLEST)
        points = self.group.repeated(len(STEPS))
        moving = points.parameters[:, place] if chain is None else points.each[:, place, chain]
        moving += step * STEPS
        low, end = value + step * STEPS[0] >= bounds.low, value + step * STEPS[-1]
        high = end < bounds.high if bounds.open_end else end <= bounds.high
        given = np.repeat(self.invested[None], len(STEPS), axis=0)
        sides = self._sides(given, points, step, low, high)
        if not (self.is_smooth and sides.is_smooth):
            return None
        n, free = self.group.chains, self.free
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

    def _sides(self, given: Numbers, points: Group, step: float, low: bool, high: bool) -> _Sides:
        """Return the derivatives at the middle one of five points, each side's of second order."""
        rows = solve_closely(points, self.contract, self.regime, given)
        # slopes of what is maximised, then outcomes, each of all points
        outcomes = [rows.markets[name] for name in MARKET_OUTCOMES]
        each = [rows.chains[name].T for name in CHAIN_OUTCOMES]
        values = np.vstack([rows.slopes.T, *outcomes, *each])
        far_left, left, here, right, far_right = values.T
        nothing = np.full(len(here), np.nan)
        return _Sides(
            (15 * here - 16 * left + far_left) / (12 * step) if low else nothing,
            (-15 * here + 16 * right - far_right) / (12 * step) if high else nothing,
            ROUNDED / step,
        )
