"""Amounts of a network's firms in whole quanta, each firm's own.

Firms exchange no money, so each counts in the largest unit that divides its own amounts. Sums over
firms are made in a unit that divides them all: at most 10^12 of them make one.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.errors import InvalidInput
from cakernel.recovery.decimals import Ratios, ratios_of
from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.network.columns import AMOUNTS
from cakernel.recovery.network.derived import derived
from cakernel.recovery.network.network import Network
from cakernel.recovery.quantum import AMOUNT_NAMES, LEAST_AMOUNT, MAX_QUANTA, NOISE, amounts_of
from cakernel.recovery.scenario import ResourceScenario

Whole = npt.NDArray[np.int64]

# a scenario's amounts: in the order of a firm's own, then what final states are worth
SCENARIO: Final = AMOUNT_NAMES[1:]


class Quanta(NamedTuple):
    """Amounts of firms in whole quanta.

    ``own`` bool (firms,) says who has amounts of its own, ``denominator`` (firms,) how many quanta
    of a firm make one. ``amounts`` (firms, 12) are its own, ``run`` (denominators, scenarios, 12)
    those of the run in the quanta of the firms whose ``run_place`` (firms,) it is. ``initial``,
    ``holding`` and ``upkeep`` (firms,) are in quanta; ``largest`` (firms,) is the most that a firm
    can have. Of a scenario's sums ``times`` (scenarios,) common quanta make 1 / ``scenario``
    (scenarios,), and ``weight`` (firms,) make one of a firm's. Terminal ``values`` (scenarios, 6)
    are counted in quanta of which ``value_quanta`` (scenarios,) make 1 / ``scenario``; they count
    where any scenario is ``valued``.
    """

    own: npt.NDArray[np.bool_]
    denominator: Whole
    amounts: Whole
    run: Whole
    run_place: Whole
    initial: Whole
    holding: Whole
    upkeep: Whole
    largest: Whole
    scenario: Whole
    times: Whole
    weight: Whole
    value_quanta: Whole
    values: Whole
    valued: bool

    @property
    def value_denominator(self) -> Whole:
        """How many quanta of values make one, by scenario."""
        return self.scenario * self.value_quanta


def count_network(
    net: Network, scenarios: Sequence[ResourceScenario], *, periods: int, initial: float
) -> Quanta:
    """Count the amounts of a network under some scenarios; raise where they cannot be counted."""
    own, amounts = _own_amounts(net)
    begins = net.firms["resources"].to_numpy()
    blank = np.isnan(begins)
    resources = _ratios(np.where(blank, 0.0, begins), ("resources",), "firms")
    of_initial = _ratios(np.array([initial]), (), "initial_resources")
    resources = Ratios(*(np.where(blank, b, a) for a, b in zip(resources, of_initial, strict=True)))
    holding, upkeep = _holding(net), _upkeep(net)
    of_scenarios = _ratios(amounts_of(scenarios), SCENARIO, "scenarios")
    run, values = (
        Ratios(*(part[:, some] for part in of_scenarios))
        for some in (slice(len(AMOUNTS)), slice(len(AMOUNTS), None))
    )

    of_firm: Whole = np.lcm.reduce(
        [*amounts.bottom.T, resources.bottom, holding.bottom, upkeep.bottom], axis=0
    )
    of_scenario = np.lcm.reduce(run.bottom, axis=1)
    with_run = ~own
    both: Whole = np.lcm(of_firm, np.lcm.reduce(of_scenario))
    denominator = _alike(np.where(with_run, both, of_firm))
    of_all = np.lcm.reduce(of_firm)
    scenario = np.lcm(of_scenario, of_all) if with_run.any() else np.full(len(run.top), of_all)
    common = np.lcm.reduce(denominator)
    of_values = np.lcm(scenario, np.lcm.reduce(values.bottom, axis=1))

    denominators, run_place = np.unique(denominator[with_run], return_inverse=True)
    place = np.zeros(len(own), np.int64)
    place[with_run] = run_place
    counted_run = _in_quanta(run, denominators[:, None, None])
    counted = Quanta(
        own=own,
        denominator=denominator,
        amounts=_in_quanta(amounts, np.where(own, denominator, 1)[:, None]),
        run=counted_run,
        run_place=place,
        initial=_in_quanta(resources, denominator),
        holding=_in_quanta(holding, denominator),
        upkeep=_in_quanta(upkeep, denominator),
        largest=np.empty(0, np.int64),
        scenario=scenario,
        times=common // scenario,
        weight=common // denominator,
        value_quanta=of_values // scenario,
        values=_in_quanta(values, of_values[:, None]),
        valued=any(s.valued for s in scenarios),
    )
    return counted._replace(largest=_largest(net, counted, periods))


def _alike(denominator: Whole) -> Whole:
    """Return units, where they differ by powers of two only the smallest for all.

    So firms' numbers have bits in the same planes, and are of few shapes.
    """
    power = denominator & -denominator
    odd, group = np.unique(denominator // power, return_inverse=True)
    smallest = np.ones(len(odd), np.int64)
    np.maximum.at(smallest, group.ravel(), power)
    finest: Whole = (odd * smallest)[group.ravel()]
    return finest


def _ratios(values: npt.NDArray[np.float64], names: Sequence[str], table: str) -> Ratios:
    """Return amounts, float64 (rows,) or (rows, names), as ratios; raise where one is too small."""
    small = (values > 0) & (values < LEAST_AMOUNT)
    if small.any() and (wrong := small & (values >= NOISE * _largest_beside(values))).any():
        at = np.argwhere(wrong)[0].tolist()
        raise InvalidInput(
            f"{_place(table, names, *at)}: got {values[*at]}; must be 0 or at least "
            f"{LEAST_AMOUNT:g}, since amounts are counted to 12 decimals"
        )
    return ratios_of(values)


def _place(table: str, names: Sequence[str], row: int, column: int = 0) -> str:
    """Say where an amount stands: in a table, in a scenario or, without names, alone."""
    if not names:
        return table
    if names == SCENARIO:
        return f"{table}[{row}].{names[column]}[{column % LEVELS}]"
    return f"{table} row {row + 1:,}: {names[column]}"


def _largest_beside(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the largest amount of each row, for each of its amounts."""
    if values.ndim == 1:
        return values
    return np.broadcast_to(values.max(axis=1, keepdims=True), values.shape)


@derived(*(f"firms.{name}" for name in AMOUNTS))
def _own_amounts(net: Network) -> tuple[npt.NDArray[np.bool_], Ratios]:
    """Return who has amounts of its own, and these."""
    own = net.firms["r_x0"].is_not_null().to_numpy()
    amounts = net.firms.select(AMOUNTS).fill_null(0.0).to_numpy()
    return own, _ratios(amounts, AMOUNTS, "firms")


@derived("firms.holding_cost")
def _holding(net: Network) -> Ratios:
    """Return what a unit of each firm's stock costs it a period."""
    return _ratios(net.firms["holding_cost"].to_numpy(), ("holding_cost",), "firms")


@derived("links.upkeep")
def _upkeep(net: Network) -> Ratios:
    """Return what each firm's links cost it a period."""
    links = _ratios(net.links["upkeep"].to_numpy(), ("upkeep",), "links")
    firms = net.firms.height
    bottom = np.ones(firms, np.int64)
    np.lcm.at(bottom, net.link_customer, links.bottom)
    times = bottom[net.link_customer] // links.bottom
    about = np.bincount(net.link_customer, links.top * times.astype(np.float64), firms)
    _check_countable(about)
    top = np.zeros(firms, np.int64)
    np.add.at(top, net.link_customer, links.top * times)
    return Ratios(top, bottom)


def _in_quanta(ratios: Ratios, denominator: Whole) -> Whole:
    """Return amounts counted in quanta, of which ``denominator`` make one."""
    times = denominator // ratios.bottom
    _check_countable(ratios.top * times.astype(np.float64))
    counted: Whole = ratios.top * times
    return counted


def _check_countable(quanta: npt.NDArray[Any]) -> None:
    """Raise for more quanta than whole numbers hold."""
    if (quanta >= MAX_QUANTA).any():
        raise InvalidInput(
            "amounts: some are more than 2^62 steps of the unit that divides all amounts of a "
            "firm; round them to fewer decimals, or count them in another unit"
        )


def _largest(net: Network, counted: Quanta, periods: int) -> Whole:
    """Return the most quanta that each firm can have or owe; raise where their sum is too large."""
    gain = np.zeros(len(counted.own), np.int64)
    for side in (slice(0, 3), slice(3, 6)):
        of_firm = counted.amounts[:, side].max(axis=1)
        of_run = counted.run[..., side].max(axis=(1, 2))
        gain += (
            of_firm
            if not len(of_run)
            else np.where(counted.own, of_firm, of_run[counted.run_place])
        )
    stock = net.firms["stock"].to_numpy().astype(np.int64)

    def most(kind: type) -> Any:
        owed = counted.holding.astype(kind) * stock + counted.upkeep
        return np.maximum(counted.initial.astype(kind) + periods * gain.astype(kind), owed)

    held = (most(np.float64) * counted.weight).sum()
    best = counted.values.reshape(-1, 2, LEVELS).max(axis=2).sum(axis=1, dtype=np.float64)
    valued = (held / counted.times * counted.value_quanta + len(counted.own) * best) * (best > 0)
    for what, quanta, unit in (
        ("resources", held, (counted.scenario * counted.times)[0]),
        ("values", valued.max(), counted.value_denominator[valued.argmax()]),
    ):
        if quanta >= MAX_QUANTA:
            raise InvalidInput(
                f"amounts: {what} of all firms can be {quanta / unit:.3g}, more than 2^62 steps of "
                "the unit that divides all amounts; round them to fewer decimals, or count them in "
                "another unit"
            )
    largest: Whole = most(np.int64)
    return largest
